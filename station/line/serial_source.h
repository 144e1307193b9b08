/*
 * Where a line takes the serial numbers of its boards from: a list, a scanner, a range leased to this station.
 *
 *   reserve --> a run begins --> settle(used)       the board has it now, for good
 *                            '-> settle(not used)   nobody has it: the next board may
 *
 * Whether one is used the journal says: a chip is bound to it. So none is given twice, also over a crash: what a source
 * offers is looked up there.
 */
#pragma once

#include "line/lease.h"

typedef struct SerialSource SerialSource;

struct SerialSource {
	gboolean labels; /* they stand on the boards: a board may have no other one */

	/* The next one for this slot, newly allocated, nobody else's until it is settled. NULL: none now; with `error`:
	 * the source is broken. */
	char *(*reserve)(SerialSource *source, guint slot, GError **error);
	/* Each reserved one, once. */
	gboolean (*settle)(SerialSource *source, guint slot, const char *serial, gboolean used,
		GError **error);
	/* What an operator has to do where reserve() had none: "scan its serial number". */
	const char *(*lacks)(const SerialSource *source);
	/* One was scanned for this slot. Why it cannot be, a sentence, newly allocated; NULL: it is taken. The member is NULL
	 * where serials are not scanned. */
	char *(*offer)(SerialSource *source, guint slot, const char *serial);
	void (*free)(SerialSource *source);

	/* The line's: to be called when there is a serial for a slot (0: for any) that was not there before. NULL
	 * outside of a line. */
	void (*came)(guint slot, gpointer data);
	gpointer data;
};

/* What scanners of the fixture read. */
SerialSource *serial_scan_new(void);

/* A range that is leased to this station; takes the lease over. */
SerialSource *serial_lease_new(Lease *lease);

/* A file with a serial a line, for whichever board comes next, or a slot's number and a serial, for the next one in that
 * slot. Empty lines and lines that begin with # do not count. NULL with `problems`. */
SerialSource *serial_list_new(const char *path, const GPtrArray *slots, const Recipe *recipe,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

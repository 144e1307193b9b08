/* What the files of a lease share, and nobody else uses. */
#pragma once

#include "line/lease.h"

/* prefix + number of so many digits, `first` to `last`; digits 0: the prefix alone. */
typedef struct {
	char *prefix;
	guint digits;
	guint64 first, last;
} Range;

struct Lease {
	const Recipe *recipe;
	Journal *journal;
	GArray *ranges;       /* of Range */
	GPtrArray *writing;   /* names of step kinds */
	GHashTable *reserved; /* serials */
	guint range;          /* what is before this range and number is reserved or used, ... */
	guint64 number;
};

/* The number's text with its check digit, newly allocated; NULL where the method has no digit for it. */
char *lease_serial(const Lease *lease, const Range *range, guint64 number);

/* Reads its file into lease->ranges. */
gboolean lease_read_file(Lease *lease, const char *path, Problems *problems);
/* Takes the file for this journal, or finds that it is taken for it. */
gboolean lease_claim_file(const char *path, Journal *journal, Problems *problems);

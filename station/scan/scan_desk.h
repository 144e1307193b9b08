/*
 * Scans in, actions out: which serial belongs to which slot, and what the operator wants.
 *
 *   slot first     SLOT-3, then OMV000017     -> serial OMV000017 for slot 3
 *   serial first   OMV000017, then SLOT-3     -> the same
 *   a slot's own scanner: OMV000017           -> the same, no order
 *
 * Each scan is answered with a sentence, an action or not: an operator who hears nothing scans again. What has been
 * scanned by half is forgotten after 30 s, so that the next one's serial does not go into the last one's slot.
 * No device, no clock, no board: times come in, actions go out.
 */
#pragma once

#include "core/desk.h"
#include "scan/scan_text.h"

enum { SCAN_DESK_FORGET_MS = 30000 };

typedef enum {
	SCAN_NOTHING, /* but the sentence */
	SCAN_SERIAL,  /* `serial` for `slot` */
	SCAN_START,   /* `slot`; 0: all that are ready */
	SCAN_ABORT,   /* `slot`; 0: all that run */
	SCAN_RETEST,  /* `slot`: the board in it again, though it has passed */
	SCAN_ANSWER,  /* `answer` to the question of `slot`: YES, NO or DONE */
} ScanActionKind;

typedef struct {
	ScanActionKind kind;
	guint slot;
	char *serial;
	const char *answer;
	char *sentence; /* for the operator; never NULL */
} ScanAction;

void scan_action_clear(ScanAction *action);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScanAction, scan_action_clear)

/* What the desk has to ask. */
typedef struct {
	/* Why this serial cannot go into this slot (0: not known yet), newly allocated; NULL: it can. */
	char *(*refuses)(const char *serial, guint slot, gpointer data);
	/* Whether there is this slot, and whether it waits for an answer. */
	gboolean (*has)(guint slot, gpointer data);
	gboolean (*asks)(guint slot, gpointer data);
	gpointer data;
} ScanDeskPort;

typedef struct ScanDesk ScanDesk;
ScanDesk *scan_desk_new(ScanOrder order, const ScanDeskPort *port);
void scan_desk_free(ScanDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScanDesk, scan_desk_free)

/* One scan, at this monotonic time. `own`: the slot whose scanner it was; 0: the station's. */
void scan_desk_take(ScanDesk *desk, const char *text, ScanFlaw flaw, guint own, gint64 now_us,
	ScanAction *action);

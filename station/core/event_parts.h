/*
 * What the files of events share: which members an event's object has.
 *
 *   event.c   the table         event_write.c   Event -> line         event_read.c   line -> Event
 */
#pragma once

#include "core/event.h"

#include <jansson.h>

/* A line's parts together stay below 16 KiB: cleaning is done before, and JSON at most doubles
 * what is printable ASCII. */
enum { LINE_MAX_BYTES = 16 * 1024, TEXT_MAX = 4000, WORD_MAX = 128 };

/* WORD: one short line. TEXT: one longer line. */
typedef enum { PART_WORD, PART_TEXT, PART_UINT, PART_UINT64, PART_DOUBLE, PART_VERDICT } PartType;

/* One member of an event's object and where it lies in Event. */
typedef struct {
	const char *key;
	PartType type;
	gboolean required;
	gsize offset;
	gsize has; /* PART_DOUBLE: offset of its flag */
} Part;

typedef struct {
	const char *word;
	const Part *parts; /* up to a key NULL */
} EventRow;

/* By EventKind. */
enum { EVENT_KINDS = EVENT_END + 1 };
extern const EventRow event_rows[EVENT_KINDS];

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/*
 * Where it happens: named slots, each with its USB port path, its probe and its pins.
 * A fixture never names an image.
 */
#pragma once

#include "core/desk.h"
#include "core/golden.h"
#include "core/pin.h"

/* What starts a run where boards come and go (`flashline line`). */
typedef enum {
	TRIGGER_PORT,    /* a board appears on the slot's USB port */
	TRIGGER_PRESENT, /* the slot's present input */
	TRIGGER_LID,     /* the lid closes */
	TRIGGER_START,   /* the start button */
	TRIGGER_SCAN,    /* a serial is scanned for the slot */
	TRIGGER_ALL,     /* a board lies in each slot that has this trigger */
	TRIGGER_COUNT
} Trigger;
const char *trigger_word(Trigger trigger); /* "port", "all-present" ... */

typedef struct {
	guint number;      /* 1... */
	const char *usb;   /* port path "1-2.3" */
	const char *probe; /* serial of its CMSIS-DAP probe; NULL: none */
	Pin pins[SIGNAL_COUNT];
	Trigger trigger;
	Monitor current; /* of its supply; without a bus: none */
	Place place;
} Slot;

/* What the slots behind a hub may take at once while their power comes. */
typedef struct {
	const char *port; /* path of the hub, "1-2" */
	guint max_inrush_ma;
} HubLimit;

typedef struct {
	const char *name; /* the file's name without .yaml */
	const char *path, *description;
	guint swd_khz;
	guint quarantine_after; /* so many boards in a row that fail in one slot; 0: never */
	/* What the supply bears at once, what a board takes as its power comes, and for how long: turns are
	 * given so that the first is never exceeded. 0: it bears everything. */
	guint max_inrush_ma, inrush_ma, inrush_time_ms;
	guint erase_ma; /* what a board takes more while its flash is erased; 0: nobody counts that */
	GArray *hubs;   /* of HubLimit: hubs that bear less */
	GPtrArray *controllers; /* of Controller* */
	GPtrArray *slots;       /* of Slot*, by number */
	Pin pins[SIGNAL_COUNT]; /* of the fixture as a whole */
	Desk desk;              /* scanners, printer */
	Selftest selftest;      /* boards of known worth */
	char *text, *sha256;    /* the file as read */
	Node *tree;
} Fixture;

/* NULL when anything is wrong: duplicate slot, port, probe or pin are errors too. */
Fixture *fixture_load(const char *path, Problems *problems) G_GNUC_WARN_UNUSED_RESULT;
/* The same from memory; what it names is found as if it stood in the file `path`. */
Fixture *fixture_read(const char *path, const char *bytes, gsize length,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;
void fixture_free(Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

const Slot *fixture_slot(const Fixture *fixture, guint number);

/* Whether a USB port lies behind a hub, at any depth: 1-2.3.1 behind 1-2. */
gboolean fixture_is_behind(const char *port, const char *hub);

/* A slot's wire, or with number 0 one of the fixture as a whole; NULL: no such slot, or not wired. */
const Pin *fixture_pin(const Fixture *fixture, guint number, Signal signal);

/* "1-4,7" -> the slots, in order; NULL text: all. NULL and `error` (G_OPTION_ERROR) if the text is
 * malformed or names a slot that is not there. The array owns nothing but itself. */
GPtrArray *fixture_select(
	const Fixture *fixture, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const Field *fixture_fields(void);

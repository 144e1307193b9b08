/*
 * A board's serial port with MicroPython's raw REPL behind it (link/repl.h draws it), as a pipe, and the
 * ways in which that may go wrong. Python itself is the test's: it says what a script answers.
 */
#pragma once

#include "link/cdc.h"

typedef enum {
	CONSOLE_GOOD,
	/* Firmware may be so. */
	CONSOLE_NO_PASTE, /* knows of raw paste, and does not offer it */
	CONSOLE_OLD,      /* does not know of it */
	CONSOLE_DEAF,     /* heeds no Ctrl-C before the third time */
	CONSOLE_EARLY,    /* ends the script after a window: an error in its syntax */
	/* None of this may be. */
	CONSOLE_SILENT,
	CONSOLE_DEAD, /* neither its port nor its control interface answers */
	CONSOLE_GARBAGE,
	CONSOLE_FLOOD_BEFORE, /* prints for ever, whatever it is told */
	CONSOLE_FLOOD,        /* its answer has no end */
	CONSOLE_NO_ANSWER,    /* takes the question for raw paste, says nothing */
	CONSOLE_WRONG_ANSWER,
	CONSOLE_NO_WINDOW,
	CONSOLE_ENDLESS_ROOM,
	CONSOLE_WRONG_ROOM, /* something else where room should be told */
	CONSOLE_NO_OK,      /* without raw paste: something else behind the script */
	CONSOLE_STUCK,      /* the script never ends */
	CONSOLE_REBOOT      /* another start instead of the prompt behind the answer */
} ConsoleFault;

typedef struct {
	UsbPipe pipe;
	ConsoleFault fault;
	guint window;            /* of raw paste; 0: 128 */
	guint most_out;          /* takes no more bytes in one transfer; 0: any */
	guint vanish_at;         /* the Nth transfer finds it gone, and all after it */
	const char *out, *error; /* what the script answers */

	/* what it has seen */
	guint transfers, interrupts;
	guint32 baud;
	gboolean dtr;
	GString *script; /* the last one, whole */
	/* its state */
	enum { IN_PROGRAM, IN_FRIENDLY, IN_RAW, IN_PASTE, IN_SCRIPT } mode;
	GString *line, *says;
	guint taken;
} FakeConsole;

FakeConsole *fake_console_new(ConsoleFault fault);
void fake_console_free(FakeConsole *console);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeConsole, fake_console_free)

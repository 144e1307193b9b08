/*
 * One scanner: a keyboard that is grabbed, so that no other window gets its keys, or a serial port. It may be
 * unplugged and come back; its device is looked for every half second until it is there.
 *
 *   /dev/input/by-id/... --EVIOCGRAB, key events--> ScanKeys --\
 *                                                               ScanText --> scan
 *   /dev/serial/by-id/... --bytes-----------------------------/
 *
 * Works on the default main context. Reads what is there and never waits, at most a page at a time.
 */
#pragma once

#include "core/desk.h"
#include "scan/scan_text.h"

typedef struct Scanner Scanner;

typedef struct {
	/* Something was scanned; `text` is printable. */
	void (*scan)(Scanner *scanner, const char *text, ScanFlaw flaw, gpointer data);
	/* It is there, or gone: a sentence for the operator. Called for each change, and once at the start. */
	void (*state)(Scanner *scanner, gboolean there, const char *sentence, gpointer data);
	gpointer data;
} ScannerPort;

/* `place` is borrowed for as long as the scanner lives. The first calls come from the main loop. */
Scanner *scanner_new(const ScannerPlace *place, const ScannerPort *port);
void scanner_free(Scanner *scanner); /* lets the device go; not from within `scan` or `state` */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scanner, scanner_free)

const ScannerPlace *scanner_place(const Scanner *scanner);

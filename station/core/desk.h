/*
 * What stands around a fixture for the people who work with it: scanners, and the label printer.
 *
 *   scanners:
 *     desk: {device: /dev/input/by-id/usb-Acme_Scanner-event-kbd}
 *     left: {device: /dev/serial/by-id/usb-Acme_Serial, type: serial, baud: 9600}
 *   scan_order: slot-first
 *   printer: {address: 192.168.7.20}                  or {device: /dev/usb/lp0}
 *   slots:
 *     - {slot: 1, usb: 1-1.1, scanner: left}          this slot's own; the others are everybody's
 */
#pragma once

#include "core/schema.h"

typedef enum { SCANNER_KEYBOARD, SCANNER_SERIAL } ScannerType;

typedef struct {
	const char *name, *device; /* as the fixture says; an absolute path */
	ScannerType type;
	guint baud; /* of a serial one */
	guint slot; /* whose it is; 0: everybody's */
} ScannerPlace;

typedef enum { SCAN_SLOT_FIRST, SCAN_SERIAL_FIRST } ScanOrder;
extern const char *const scan_order_words[];

/* `address` (a host's name or number) and `port`, or `device`; both NULL: there is none. */
typedef struct {
	const char *address, *device;
	guint port;
} PrinterPlace;

typedef struct {
	GPtrArray *scanners; /* of ScannerPlace* */
	ScanOrder scan_order;
	PrinterPlace printer;
} Desk;

gboolean desk_has_printer(const Desk *desk);

extern const Field scanner_fields[], printer_fields[];

/* Mistakes that only the whole shows: a scanner that is not there, or has two slots. */
void desk_check(const Node *tree, Problems *problems);
/* Reads a checked tree of a fixture. */
void desk_read(Desk *desk, const Node *tree);
void desk_clear(Desk *desk);

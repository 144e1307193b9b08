/*
 * What hangs on the bus, in words for people, and which slot of a fixture claims it.
 */
#pragma once

#include "core/fixture.h"
#include "link/usb_list.h"

typedef enum {
	THING_OTHER,
	THING_HUB,
	THING_PROBE,          /* CMSIS-DAP */
	THING_PINS,           /* an FTDI chip */
	THING_ROM,            /* a board in ST's ROM bootloader; the others are a board too */
	THING_BOOTLOADER,     /* OpenMV's DFU bootloader */
	THING_OLD_BOOTLOADER, /* its older one, a serial port */
	THING_CAMERA,         /* the firmware runs */
} ThingKind;

ThingKind thing_kind(const UsbEntry *entry);
gboolean thing_is_board(ThingKind kind);
const char *thing_word(ThingKind kind); /* for programs: "rom-bootloader" */
/* For people, newly allocated: "FT4232H pin controller", "board: ST's ROM bootloader". */
char *thing_says(const UsbEntry *entry);
/* "FT4232H"; NULL: no FTDI chip that Flashline knows. */
const char *thing_chip(const UsbEntry *entry);

/* What of a fixture this is. All NULL: nobody's. */
typedef struct {
	const Slot *board, *probe; /* the slot on whose port it stands; whose probe it is */
	const Controller *controller;
} Claim;
Claim thing_claim(const Fixture *fixture, const UsbEntry *entry);
/* Whether the entry stands on this port or on its twin. */
gboolean thing_on_port(const UsbEntry *entry, const char *port);

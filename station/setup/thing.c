#include "setup/thing.h"

#include "link/cdcboot.h"

#include <string.h>

enum { VENDOR_ST = 0x0483, PRODUCT_ROM = 0xDF11, VENDOR_OPENMV = 0x37C5, VENDOR_FTDI = 0x0403 };

static const struct {
	const char *word, *says;
} kinds[] = {
	[THING_OTHER] = {"other", NULL},
	[THING_HUB] = {"hub", "hub"},
	[THING_PROBE] = {"probe", "debug probe"},
	[THING_PINS] = {"pins", "pin controller"},
	[THING_ROM] = {"rom-bootloader", "board: ST's ROM bootloader"},
	[THING_BOOTLOADER] = {"bootloader", "board: OpenMV's DFU bootloader"},
	[THING_OLD_BOOTLOADER] = {"cdc-bootloader", "board: OpenMV's older bootloader"},
	[THING_CAMERA] = {"camera", "board: camera"},
};

/* FTDI's own ids; FT232R and FT-X are no controllers for a fixture, but may hang there. */
static const struct {
	guint16 product;
	const char *chip;
} chips[] = {
	{0x6001, "FT232R"},
	{0x6010, "FT2232H"},
	{0x6011, "FT4232H"},
	{0x6014, "FT232H"},
	{0x6015, "FT-X"},
};

const char *thing_chip(const UsbEntry *entry)
{
	for (gsize i = 0; i < G_N_ELEMENTS(chips); i++)
		if (entry->id.vendor == VENDOR_FTDI && entry->id.product == chips[i].product)
			return chips[i].chip;
	return NULL;
}

/* Bootloaders are 92xx and 96xx, what runs after them the same without bit 15 (boards.md section 1.1). */
static ThingKind openmv_kind(const UsbEntry *entry)
{
	return entry->id.product & 0x8000 ? THING_BOOTLOADER : THING_CAMERA;
}

ThingKind thing_kind(const UsbEntry *entry)
{
	if (entry->hub_ports)
		return THING_HUB;
	if (entry->id.vendor == VENDOR_ST && entry->id.product == PRODUCT_ROM)
		return THING_ROM;
	if (entry->id.vendor == VENDOR_OPENMV)
		return openmv_kind(entry);
	if (cdcboot_is_id(entry->id))
		return cdcboot_is_serial(entry->serial) ? THING_OLD_BOOTLOADER : THING_CAMERA;
	if (thing_chip(entry))
		return THING_PINS;
	/* A probe says so in its product string: that is how OpenOCD knows one too. */
	return entry->product && strstr(entry->product, "CMSIS-DAP") ? THING_PROBE : THING_OTHER;
}

gboolean thing_is_board(ThingKind kind)
{
	return kind >= THING_ROM;
}

const char *thing_word(ThingKind kind)
{
	return kinds[kind].word;
}

char *thing_says(const UsbEntry *entry)
{
	ThingKind kind = thing_kind(entry);

	if (kind == THING_HUB)
		return g_strdup_printf("%s, %u ports",
			usb_port_depth(entry->port) ? "hub" : "root hub", entry->hub_ports);
	if (kind == THING_PINS)
		return g_strdup_printf("%s pin controller", thing_chip(entry));
	if (kind == THING_OTHER)
		return g_strdup(entry->product ? entry->product : "unknown");
	return g_strdup(kinds[kind].says);
}

gboolean thing_on_port(const UsbEntry *entry, const char *port)
{
	g_autofree char *twin = NULL;

	if (!strcmp(entry->port, port))
		return TRUE;
	twin = usb_port_twin(USB_SYSFS_DEVICES, port);
	return twin && !strcmp(entry->port, twin);
}

static gboolean is(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

Claim thing_claim(const Fixture *fixture, const UsbEntry *entry)
{
	ThingKind kind = thing_kind(entry);
	Claim claim = {0};

	for (guint i = 0; i < fixture->controllers->len; i++) {
		const Controller *controller = fixture->controllers->pdata[i];

		if ((kind == THING_PINS && is(controller->serial, entry->serial)) ||
			(kind == THING_HUB && is(controller->port, entry->port)))
			claim.controller = controller;
	}
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = fixture->slots->pdata[i];

		if (kind == THING_PROBE && is(slot->probe, entry->serial))
			claim.probe = slot;
		/* A hub or a root has no board's place; anything else there is in one. */
		if (kind != THING_HUB && thing_on_port(entry, slot->usb))
			claim.board = slot;
	}
	return claim;
}

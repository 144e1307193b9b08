/* What the fixture names: there, once, of the right kind, and free to be opened. */
#include "core/failure.h"
#include "setup/devices.h"
#include "setup/preflight.h"

#include "link/mounts.h"

#include <string.h>

/* Where udev looks for rules (udev(7)), and where `make install` puts ours. */
static const char *const rule_folders[] = {"/etc/udev/rules.d", "/run/udev/rules.d",
	"/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"};
#define RULES "70-flashline.rules"

/* A chip of another kind with the serial that was asked for; NULL: none. */
static const UsbEntry *another_chip(const Preflight *preflight, const Controller *controller)
{
	const UsbEntry *found = NULL;

	if (!devices_count(preflight->list, THING_PINS, controller->serial, &found))
		return NULL;
	return strcmp(thing_chip(found), controller->chip) ? found : NULL;
}

static void check_chip(Preflight *preflight, const Controller *controller)
{
	const UsbEntry *other = another_chip(preflight, controller);
	guint count = devices_count(preflight->list, THING_PINS, controller->serial, NULL);

	if (count > 1)
		preflight_find(preflight, GRADE_FAIL, "controller-twice",
			"Give each controller its own serial (ftdi_eeprom).",
			"controller %s: %u chips have serial %s", controller->name, count,
			controller->serial);
	else if (other)
		preflight_find(preflight, GRADE_FAIL, "controller-chip",
			"Correct the fixture file, or put the right controller in.",
			"controller %s: serial %s is an %s on port %s, the fixture says %s",
			controller->name, controller->serial, thing_chip(other), other->port,
			controller->chip);
	else if (count == 0)
		preflight_find(preflight, GRADE_FAIL, "controller-missing",
			"Look at its cable and its hub; 'flashline devices' shows what is there.",
			"controller %s: no %s with serial %s is there", controller->name,
			controller->chip, controller->serial);
}

static void check_hub(Preflight *preflight, const Controller *controller)
{
	const UsbEntry *hub = usb_list_find(preflight->list, controller->port);

	if (!hub || !hub->hub_ports)
		preflight_find(preflight, GRADE_FAIL, "controller-missing",
			"Look at its cable; 'flashline devices' shows what is there.",
			"controller %s: no hub is on port %s", controller->name, controller->port);
}

/* Expanders and commands show as their pins are tried. */
static void check_controller(Preflight *preflight, const Controller *controller)
{
	if (controller->kind == CONTROLLER_FTDI)
		check_chip(preflight, controller);
	else if (controller->kind == CONTROLLER_HUB)
		check_hub(preflight, controller);
}

static void check_probe(Preflight *preflight, const Slot *slot)
{
	guint count = devices_count(preflight->list, THING_PROBE, slot->probe, NULL);

	if (count > 1)
		preflight_find(preflight, GRADE_FAIL, "probe-twice",
			"Give each probe its own serial, with the probe's own tool.",
			"slot %u: %u probes have serial %s", slot->number, count, slot->probe);
	else if (count == 0)
		preflight_find(preflight, GRADE_FAIL, "probe-missing",
			"Look at its cable and its hub; 'flashline devices' shows what is there.",
			"slot %u: its probe %s is not there", slot->number, slot->probe);
}

/* ---- permissions ------------------------------------------------------------------------------- */

static gboolean rules_are_installed(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rule_folders); i++) {
		g_autofree char *path = g_build_filename(rule_folders[i], RULES, NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return TRUE;
	}
	return FALSE;
}

static void deny(Preflight *preflight, const UsbEntry *entry)
{
	g_autofree char *what = thing_says(entry);
	g_autofree char *rule = g_strdup_printf(
		"SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", "
		"MODE=\"0660\", GROUP=\"plugdev\"",
		entry->id.vendor, entry->id.product);

	if (rules_are_installed())
		preflight_find(preflight, GRADE_FAIL, "permission",
			"Put your user into group plugdev and log in anew; if the rule named here "
			"is not in " RULES ", add it; then: udevadm trigger",
			"port %s: may not open the %s; its rule: %s", entry->port, what, rule);
	else
		preflight_find(preflight, GRADE_FAIL, "permission",
			"Install fixtures/" RULES " (make install), then: udevadm control "
			"--reload && udevadm trigger",
			"port %s: may not open the %s; no " RULES
			" is installed, whose rule is: %s",
			entry->port, what, rule);
}

/* Only what the fixture claims: others' devices are not opened. */
static guint check_permissions(Preflight *preflight)
{
	guint opened = 0;

	for (guint i = 0; i < preflight->list->len; i++) {
		const UsbEntry *entry = preflight->list->pdata[i];
		Claim claim = thing_claim(preflight->fixture, entry);
		g_autoptr(GError) error = NULL;

		if (!claim.board && !claim.probe && !claim.controller)
			continue;
		if (usb_list_may_open(preflight->usb, entry, &error))
			opened++;
		else if (g_error_matches(error, FAILURE, FAILURE_USB_ACCESS))
			deny(preflight, entry);
		else
			preflight_find(preflight, GRADE_FAIL, "unreachable",
				"Unplug it and plug it in again; if it stays so, change its cable.",
				"%s", error->message);
	}
	return opened;
}

/* ---- all --------------------------------------------------------------------------------------- */

static void check_mounts(Preflight *preflight)
{
	g_autoptr(GPtrArray) mounts = usb_mounts();

	for (guint i = 0; i < mounts->len; i++) {
		const UsbMount *mount = mounts->pdata[i];

		for (guint s = 0; s < preflight->fixture->slots->len; s++) {
			const Slot *slot = preflight->fixture->slots->pdata[s];

			if (!strcmp(slot->usb, mount->port))
				preflight_find(preflight, GRADE_FAIL, "drive-mounted",
					"Unmount it; " RULES " keeps the desktop from doing so.",
					"slot %u: its drive is mounted at %s", slot->number,
					mount->where);
		}
	}
}

void preflight_devices(Preflight *preflight)
{
	const Fixture *fixture = preflight->fixture;
	guint before = preflight->findings->len, probes = 0, opened;

	for (guint i = 0; i < fixture->controllers->len; i++)
		check_controller(preflight, fixture->controllers->pdata[i]);
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = fixture->slots->pdata[i];

		if (slot->probe) {
			check_probe(preflight, slot);
			probes++;
		}
	}
	if (preflight->findings->len == before)
		preflight_find(preflight, GRADE_OK, "devices", NULL,
			"%u probes and %u controllers are there, each once", probes,
			fixture->controllers->len);
	before = preflight->findings->len;
	opened = check_permissions(preflight);
	if (preflight->findings->len == before)
		preflight_find(preflight, GRADE_OK, "permission", NULL,
			"all %u devices of the fixture can be opened", opened);
	check_mounts(preflight);
}

/*
 * Boards that are fed by the hub they are plugged into: its ports are wires like those of a pin controller, each found as
 * it is needed.
 *
 *   a port that is off as teach begins ---- is switched on: a board may lie there (a line leaves them off)
 *   a board with no power pin ------------- its own port goes off: the board must leave the bus, alone,
 *                                           and its chip must fall silent on SWD: teach_probe.c
 *
 * Ports that nothing is known of are never touched: a probe or a keyboard may hang there.
 */
#include "core/failure.h"
#include "link/hub_port.h"
#include "setup/teach_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	GONE_MS = 3000, /* capacitors, and the hub's own notice */
	USB3_MBIT = 5000,
};

gboolean teach_is_hub(const Teach *teach, gint wire)
{
	return wire != NO_WIRE && wire >= teach->pin_wires;
}

/* ---- ports ------------------------------------------------------------------------------------- */

static char *switch_of(const char *hub, guint number)
{
	g_autofree char *folder = hub_port_folder(USB_SYSFS_DEVICES, hub, number);

	return g_build_filename(folder, "disable", NULL);
}

static gboolean is_off(const char *hub, guint number)
{
	g_autofree char *path = switch_of(hub, number), *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && *text == '1';
}

/* What the file names, it knows. */
static gboolean is_named(const Fixture *fixture, const char *hub, guint number)
{
	for (guint i = 0; fixture && i < fixture->slots->len; i++) {
		const Pin *pin = &((const Slot *)fixture->slots->pdata[i])->pins[SIGNAL_POWER];

		if (pin->controller && pin->controller->kind == CONTROLLER_HUB &&
			pin->index == number && !strcmp(pin->controller->port, hub))
			return TRUE;
	}
	return FALSE;
}

static TeachBank *bank_of(Teach *teach, const UsbEntry *hub)
{
	const Fixture *fixture = teach->options->fixture;
	Claim claim = {0};
	TeachBank *bank;

	for (guint i = 0; i < teach->banks->len; i++) {
		bank = teach->banks->pdata[i];
		if (bank->controller.kind == CONTROLLER_HUB && !strcmp(bank->port, hub->port))
			return bank;
	}
	if (fixture)
		claim = thing_claim(fixture, hub);
	bank = teach_add_bank(
		teach, claim.controller ? claim.controller->name : NULL, "hub", "hub");
	bank->controller.kind = CONTROLLER_HUB;
	bank->controller.port = g_strdup(hub->port);
	bank->port = g_strdup(hub->port);
	return bank;
}

static gint add_wire(Teach *teach, const UsbEntry *hub, guint number, gboolean stays)
{
	TeachWire wire = {.bank = bank_of(teach, hub), .index = number, .stays = stays};

	wire.bank->pins |= (guint32)1 << number;
	g_array_append_val(teach->wires, wire);
	return teach_wires(teach) - 1;
}

/* The half on which boards are; a root hub cannot be named in a fixture file. */
static gboolean may_feed(const UsbEntry *entry)
{
	return thing_kind(entry) == THING_HUB && usb_port_depth(entry->port) > 0 &&
	       strchr(entry->port, '-') && entry->mbit < USB3_MBIT;
}

gboolean teach_find_hubs(Teach *teach)
{
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);
	gboolean any = FALSE;

	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *hub = list->pdata[i];

		for (guint n = 1; may_feed(hub) && n <= hub->hub_ports && n < PINS_MOST; n++) {
			g_autofree char *path = switch_of(hub->port, n);

			any |= access(path, F_OK) == 0;
			if (is_off(hub->port, n) &&
				!is_named(teach->options->fixture, hub->port, n))
				(void)add_wire(teach, hub, n, FALSE);
		}
	}
	return any;
}

/* ---- a board's own ----------------------------------------------------------------------------- */

/* NO_WIRE: its port hangs on no hub that this process can switch, and why is said. */
static gint wire_of(Teach *teach, const char *port, GError **error)
{
	const char *dot = strrchr(port, '.');
	g_autofree char *above = dot ? g_strndup(port, (gsize)(dot - port)) : NULL;
	guint number = dot ? (guint)strtoul(dot + 1, NULL, 10) : PINS_MOST;
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);
	const UsbEntry *hub = above ? usb_list_find(list, above) : NULL;
	g_autofree char *path = NULL;
	gint wire;

	if (!hub || !may_feed(hub) || number >= PINS_MOST)
		return NO_WIRE;
	for (wire = teach->pin_wires; wire < teach_wires(teach); wire++)
		if (teach_wire(teach, wire)->index == number &&
			!strcmp(teach_wire(teach, wire)->bank->port, above))
			return wire;
	path = switch_of(above, number);
	if (access(path, W_OK) != 0) {
		teach_say(teach,
			"  port %s: its hub cannot be switched: %s: %s. "
			"70-flashline.rules lets group plugdev write there; Linux has this file "
			"since 6.0.\n",
			port, path, g_strerror(errno));
		return NO_WIRE;
	}
	wire = add_wire(teach, hub, number, TRUE);
	return teach_open_bank(teach, teach_wire(teach, wire)->bank, error) ? wire : NO_WIRE;
}

static gboolean try_hub(Teach *teach, const TeachBoard *board, gint wire, GError **error)
{
	g_autofree char *name = teach_wire_name(teach, wire);
	guint gone, before = board->takes->len;

	if (!teach_switch_some(teach, wire, wire + 1, GONE_MS, &gone, error))
		return FALSE;
	if (!gone)
		teach_say(teach, "  port %s: port %s was off, and the board stays on the bus\n",
			board->port, name);
	else if (board->takes->len == before)
		teach_say(teach,
			"  port %s: port %s takes %u boards off the bus, not this one alone: it is "
			"no slot's power\n",
			board->port, name, gone);
	return TRUE;
}

gboolean teach_try_hubs(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];
		g_autoptr(GError) failure = NULL;
		gint wire;

		/* Two pins are power and reset. */
		if (board->takes->len >= 2)
			continue;
		wire = wire_of(teach, board->port, &failure);
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (wire != NO_WIRE && !try_hub(teach, board, wire, error))
			return FALSE;
	}
	return TRUE;
}

gint teach_hub_of(const Teach *teach, const TeachBoard *board)
{
	for (guint i = 0; i < board->takes->len; i++) {
		gint wire = g_array_index(board->takes, gint, i);

		if (teach_is_hub(teach, wire))
			return wire;
	}
	return NO_WIRE;
}

/* ---- does it cut? ------------------------------------------------------------------------------ */

void teach_say_fed(const Teach *teach, const TeachBoard *board, const char *probe, gboolean its)
{
	g_autofree char *name = teach_wire_name(teach, teach_hub_of(teach, board));

	teach_say(teach,
		"  port %s: with port %s off the board is off the bus, and %s still answers on "
		"probe %s: %s No power is written. Use a hub that switches port power, or let a "
		"pin switch it, and teach again.\n",
		board->port, name, its ? "its chip" : "a chip", probe,
		its ? "this hub takes boards off the bus without cutting their power."
		    : "the hub does not cut power, or the probe is another board's.");
}

/* No probe sees its chip: only its lamps tell. Whoever does not know has not seen it. */
gboolean teach_ask_hub(Teach *teach, TeachBoard *board, GError **error)
{
	gint hub = teach_hub_of(teach, board);
	g_autofree char *name = teach_wire_name(teach, hub), *answer = NULL;

	if (!teach_set(teach, hub, FALSE, error))
		return FALSE;
	answer = teach_ask(teach,
		"  port %s: port %s is off now, and the board is off the bus, which many hubs do "
		"without cutting power. Look at it: are all its lamps dark? [no] ",
		board->port, name);
	if (answer && g_ascii_tolower(*answer) == 'y')
		board->power = hub;
	else
		teach_say(teach,
			"  port %s: no power is written. Use a hub that switches port power, or a "
			"slot with a probe, which proves it.\n",
			board->port);
	return teach_set(teach, hub, TRUE, error);
}

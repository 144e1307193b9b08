#include "steps/hub_look.h"

#include "core/failure.h"
#include "link/usb_port.h"

#include <string.h>

enum {
	SETTLE_MS = 300, /* longer than a hub's interrupt interval, 256 ms at high speed */
	SLICE_MS = 20,
};

/* A hub, and the number that it had. */
typedef struct {
	char *port;
	char *number; /* NULL: it was not there */
} Hub;

struct HubLook {
	const Slot *slot;
	char *probe;     /* the probe's port; NULL: it has none, or it was not there */
	GPtrArray *hubs; /* of Hub*, each once, the outer ones first */
};

static void hub_free(gpointer data)
{
	Hub *hub = data;

	g_free(hub->port);
	g_free(hub->number);
	g_free(hub);
}

static gboolean is_known(const HubLook *look, const char *port)
{
	for (guint i = 0; i < look->hubs->len; i++)
		if (strcmp(((const Hub *)look->hubs->pdata[i])->port, port) == 0)
			return TRUE;
	return FALSE;
}

/* "1-2.3.4" goes through the hubs 1-2 and 1-2.3. */
static void add_way(HubLook *look, const char *port)
{
	for (const char *dot = strchr(port, '.'); dot; dot = strchr(dot + 1, '.')) {
		g_autofree char *path = g_strndup(port, (gsize)(dot - port));
		Hub *hub;

		if (is_known(look, path))
			continue;
		hub = g_new0(Hub, 1);
		hub->number = usb_port_attribute(path, "devnum");
		hub->port = g_steal_pointer(&path);
		g_ptr_array_add(look->hubs, hub);
	}
}

HubLook *hub_look_new(const Slot *slot)
{
	HubLook *look = g_new0(HubLook, 1);

	look->slot = slot;
	look->probe = slot->probe ? usb_port_of_serial(slot->probe) : NULL;
	look->hubs = g_ptr_array_new_with_free_func(hub_free);
	if (slot->usb)
		add_way(look, slot->usb);
	if (look->probe)
		add_way(look, look->probe);
	return look;
}

void hub_look_free(HubLook *look)
{
	if (!look)
		return;
	g_free(look->probe);
	g_ptr_array_unref(look->hubs);
	g_free(look);
}

/* ---- what has become of them ------------------------------------------------------------------- */

static char *change_of(const Hub *hub)
{
	g_autofree char *now = usb_port_attribute(hub->port, "devnum");

	if (!hub->number)
		return g_strdup_printf("hub %s was not there when the run began", hub->port);
	if (!now)
		return g_strdup_printf("hub %s is off the bus", hub->port);
	if (strcmp(now, hub->number) != 0)
		return g_strdup_printf("hub %s left the bus and came back (device %s, now %s)",
			hub->port, hub->number, now);
	return NULL;
}

static char *first_change(const HubLook *look)
{
	for (guint i = 0; i < look->hubs->len; i++) {
		char *change = change_of(look->hubs->pdata[i]);

		if (change)
			return change;
	}
	return NULL;
}

static gboolean something_is_off(const HubLook *look)
{
	return (look->slot->usb && !usb_port_occupied(look->slot->usb)) ||
	       (look->probe && !usb_port_occupied(look->probe));
}

char *hub_look_change(const HubLook *look)
{
	gint64 until_us = g_get_monotonic_time() + SETTLE_MS * G_TIME_SPAN_MILLISECOND;
	char *change = first_change(look);

	while (!change && look->hubs->len && something_is_off(look) &&
		g_get_monotonic_time() < until_us) {
		g_usleep(SLICE_MS * G_TIME_SPAN_MILLISECOND);
		change = first_change(look);
	}
	return change;
}

/* What may come of a board, a probe or a console that is suddenly away, or of a hub's port that is to be switched. */
static gboolean may_be_a_hubs(const GError *failure)
{
	static const FailureCode of_station[] = {FAILURE_PROBE_MISSING, FAILURE_OPENOCD_STALL,
		FAILURE_OPENOCD_DIED, FAILURE_USB_ACCESS, FAILURE_DFU_WINDOW_MISSED,
		FAILURE_CDC_WINDOW_MISSED, FAILURE_DRIVE_DOUBT, FAILURE_CONSOLE_STALL,
		FAILURE_VALUE_UNCLEAR, FAILURE_STEP_DEADLINE, FAILURE_STEP_STALL,
		FAILURE_PINS_MISSING, FAILURE_PINS_LOST};
	Blame blame = failure_of(failure)->blame;

	for (gsize i = 0; i < G_N_ELEMENTS(of_station); i++)
		if (g_error_matches(failure, FAILURE, (gint)of_station[i]))
			return TRUE;
	return blame == BLAME_BOARD || blame == BLAME_SLOT;
}

gboolean hub_look_explain(const HubLook *look, GError **failure)
{
	g_autofree char *change = may_be_a_hubs(*failure) ? hub_look_change(look) : NULL;
	g_autoptr(GError) before = NULL;

	if (!change)
		return FALSE;
	before = g_steal_pointer(failure);
	g_set_error(failure, FAILURE, FAILURE_HUB_LOST, "%s; the step saw %s: %s", change,
		failure_of(before)->word, before->message);
	return TRUE;
}

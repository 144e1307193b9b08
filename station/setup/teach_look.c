/* Who is there: boards on the bus, now, or once they have come, gone or settled. */
#include "setup/devices.h"
#include "setup/teach_parts.h"

#include <string.h>

enum {
	TOGETHER_MS = 150, /* what one pin does, it does to all at once */
	LATE_MS = 5000,    /* a host lets devices go one after the other */
	SETTLE_MS = 1000,  /* nothing has come or gone for so long */
	EMPTY_MS = 2000,   /* ... where no board is there at all: a busy machine is late */
	SETTLED_MS = 20000,
	STARVED_MS = 60000,
};

gboolean teach_pause(Teach *teach, guint ms, GError **error)
{
	Watch watch = {.stop = teach->options->stop};

	/* A machine that has no time for us is no fault of the fixture. */
	watch_begin(&watch, ms + STARVED_MS, 0);
	return watch_sleep(&watch, ms, error);
}

void teach_look(Teach *teach)
{
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);

	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];
		const UsbEntry *entry = devices_board(list, board->port);

		board->there = entry != NULL;
		board->in_rom = entry && thing_kind(entry) == THING_ROM;
	}
}

guint teach_count_there(const Teach *teach)
{
	guint count = 0;

	for (guint i = 0; i < teach->boards->len; i++)
		count += ((const TeachBoard *)teach->boards->pdata[i])->there;
	return count;
}

gboolean teach_all_there(const Teach *teach)
{
	return teach_count_there(teach) == teach->boards->len;
}

gboolean teach_await_all(Teach *teach, guint ms)
{
	Watch watch = {.stop = teach->options->stop};
	gint64 begin_us = g_get_monotonic_time();

	watch_begin(&watch, ms, 0);
	for (teach_look(teach); !teach_all_there(teach) && watch_ok(&watch, NULL);
		teach_look(teach))
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
	teach->came_ms = (guint)((g_get_monotonic_time() - begin_us) / G_TIME_SPAN_MILLISECOND);
	return teach_all_there(teach);
}

/* Until somebody is missing, and then a moment for those who go with him. */
void teach_await_loss(Teach *teach, guint ms)
{
	Watch watch = {.stop = teach->options->stop};

	watch_begin(&watch, ms, 0);
	for (teach_look(teach); teach_all_there(teach) && watch_ok(&watch, NULL); teach_look(teach))
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
	if (teach_all_there(teach))
		return;
	(void)!teach_pause(teach, TOGETHER_MS, NULL);
	teach_look(teach);
}

/* Those whom a wire takes away, all but one (NULL: all). */
static gboolean any_stays(const Teach *teach, const TeachBoard *but)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		if (board != but && board->takes->len && board->there)
			return TRUE;
	}
	return FALSE;
}

void teach_await_gone(Teach *teach, const TeachBoard *but)
{
	Watch watch = {.stop = teach->options->stop};

	watch_begin(&watch, LATE_MS, 0);
	for (teach_look(teach); any_stays(teach, but) && watch_ok(&watch, NULL); teach_look(teach))
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
}

static char *ports_text(const GPtrArray *list)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (thing_is_board(thing_kind(entry)))
			g_string_append_printf(text, "%s ", entry->port);
	}
	return g_string_free(text, FALSE);
}

/* Everything on the bus, once no board has come or gone for a while. */
GPtrArray *teach_settled_list(Teach *teach, GError **error)
{
	Watch watch = {.stop = teach->options->stop};
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);
	gint64 since_us = g_get_monotonic_time();

	watch_begin(&watch, SETTLED_MS, 0);
	for (;;) {
		g_autofree char *before = ports_text(list), *now = NULL;
		gint64 ms = *before ? SETTLE_MS : EMPTY_MS;

		if (g_get_monotonic_time() - since_us >= ms * G_TIME_SPAN_MILLISECOND)
			return g_steal_pointer(&list);
		if (!watch_ok(&watch, error))
			return NULL;
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
		g_ptr_array_unref(list);
		list = usb_list(teach->options->usb);
		now = ports_text(list);
		if (strcmp(before, now) != 0)
			since_us = g_get_monotonic_time();
	}
}

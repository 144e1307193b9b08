#include "line/station.h"
#include "core/version.h"
#include "line/selftest.h"
#include "link/hub_port.h"
#include "link/openocd.h"
#include "link/usb_port.h"

#include <signal.h>

#define KEEPER_END_MS  5000
#define KEEPER_STOP_MS 1500 /* after Ctrl-C */
#define LABELS_END_MS  30000
#define LABELS_STOP_MS 500

static void on_keeper_gone(gpointer data)
{
	Station *station = data;

	g_clear_pointer(&station->context.pins, pins_free);
	station->pins_lost(station->data);
}

/*
 * A hub's ports are on when the machine has started: boards that lie there run, and the keeper cuts their power. One whose
 * firmware was making its drive for the first time is left with half of it (boards.md section 2.5). Pins that a station
 * before us has left on need no look: its runs stand in the journal as cut off.
 */
static void note_powered(Station *station)
{
	const GPtrArray *slots = station->options->slots;

	station->powered = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < slots->len; i++) {
		const Slot *slot = slots->pdata[i];
		const Pin *power = &slot->pins[SIGNAL_POWER];

		if (power->controller && power->controller->kind == CONTROLLER_HUB &&
			hub_port_is_on(USB_SYSFS_DEVICES, power->controller->port, power->index))
			g_hash_table_add(station->powered, (gpointer)slot);
	}
}

gboolean station_was_powered(Station *station, const Slot *slot)
{
	return station->powered && g_hash_table_remove(station->powered, slot);
}

static gboolean start_keeper(Station *station, GError **error)
{
	const Rundir *rundir = station->context.rundir;

	station->keeper = keeper_child_start(rundir, on_keeper_gone, station, error);
	if (station->keeper)
		station->context.pins = pins_connect(rundir->keeper, error);
	return station->context.pins != NULL;
}

void station_end_keeper(Station *station)
{
	g_clear_pointer(&station->context.pins, pins_free);
	keeper_child_end(g_steal_pointer(&station->keeper),
		station->stopping ? KEEPER_STOP_MS : KEEPER_END_MS);
}

/* ---- labels ---- */

static void on_label(const char *serial, gboolean printed, const char *sentence, gpointer data)
{
	View *view = ((Station *)data)->options->view;

	view->say(view, sentence);
}

static gboolean start_labels(Station *station, GError **error)
{
	const StationOptions *options = station->options;
	g_autoptr(GError) wrong = NULL;

	station->labels = labels_new(options->recipe, options->fixture, station->context.journal,
		on_label, station, &wrong);
	if (!wrong)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&wrong));
	return FALSE;
}

void station_label(Station *station, const SlotRun *run)
{
	const StationOptions *options = station->options;
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *date = g_date_time_format(now, "%Y-%m-%d");
	const LabelValues values = {.serial = run->serial,
		.uid = run->uid,
		.product = options->recipe->product,
		.revision = options->recipe->revision,
		.lot = options->lot,
		.operator= options->operator,
		.station = options->name,
		.date = date};

	if (station->labels && run->verdict == VERDICT_PASS &&
		options->purpose == PURPOSE_PRODUCTION)
		labels_print(station->labels, run->id, &values);
}

void station_tell_question(const Station *station, const SlotRun *run, const Event *event)
{
	View *view = station->options->view;
	g_autofree char *text = NULL;

	if (!event || event->kind != EVENT_ASK)
		return;
	text = g_strdup_printf("slot %u asks: %s (%s%s%s)", run->slot->number, event->text,
		event->answers, event->picture ? "; see " : "",
		event->picture ? event->picture : "");
	view->say(view, text);
}

void station_end_labels(Station *station)
{
	if (station->labels)
		labels_flush(station->labels, station->stopping ? LABELS_STOP_MS : LABELS_END_MS);
	labels_free(g_steal_pointer(&station->labels));
}

static JournalImage *list_images(const Recipe *recipe, GError **error)
{
	g_autofree JournalImage *images = g_new0(JournalImage, recipe->images->len + 1);

	for (guint i = 0; i < recipe->images->len; i++) {
		const Image *image = recipe->images->pdata[i];
		g_autoptr(GBytes) bytes = image_bytes(image, error);

		if (!bytes)
			return NULL;
		images[i] = (JournalImage){image->name, image->sha256, g_bytes_get_size(bytes)};
	}
	return g_steal_pointer(&images);
}

static void describe(Station *station)
{
	const StationOptions *options = station->options;

	station->context.about = (JournalRun){.recipe = options->recipe->name,
		.revision = options->recipe->revision,
		.product = options->recipe->product,
		.recipe_text = options->recipe->effective,
		.recipe_sha256 = options->recipe->sha256,
		.fixture = options->fixture->name,
		.fixture_text = options->fixture->text,
		.fixture_sha256 = options->fixture->sha256,
		.station = options->name,
		.operator= options->operator,
		.lot = options->lot,
		.purpose = options->purpose,
		.flashline_version = FLASHLINE_VERSION,
		.openocd_version = station->openocd,
		.images = station->images,
		.image_count = options->recipe->images->len};
}

static void tell_view(const StationOptions *options)
{
	View *view = options->view;

	view->recipe = options->recipe;
	view->fixture = options->fixture;
	view->station = options->name;
	view->journal = options->journal;
}

static gboolean open_journal(Station *station, GError **error)
{
	station->context.journal = journal_open(station->options->journal, error);
	return station->context.journal && journal_abort_open(station->context.journal, error) >= 0;
}

/* Trials are no production: the self-test itself is one. */
static gboolean may_produce(const Station *station, GError **error)
{
	const StationOptions *options = station->options;

	return options->purpose != PURPOSE_PRODUCTION ||
	       selftest_allows(station->context.journal, options->fixture, options->name, error);
}

Station *station_open(
	const StationOptions *options, KeeperGone pins_lost, gpointer data, GError **error)
{
	g_autoptr(Station) station = g_new0(Station, 1);

	/* Whoever reads our output, or a job's input, may go away: that ends neither the boards' work nor
	 * its record. */
	signal(SIGPIPE, SIG_IGN);
	station->options = options;
	station->pins_lost = pins_lost;
	station->data = data;
	station->context.recipe = options->recipe;
	station->context.fixture = options->fixture;
	station->openocd = openocd_version();
	note_powered(station);
	station->images = list_images(options->recipe, error);
	if (!station->images)
		return NULL;
	station->context.rundir = rundir_new(options->recipe, options->fixture, error);
	if (!station->context.rundir || !open_journal(station, error) ||
		!may_produce(station, error) || !start_labels(station, error) ||
		!start_keeper(station, error))
		return NULL;
	describe(station);
	tell_view(options);
	return g_steal_pointer(&station);
}

void station_close(Station *station)
{
	if (!station)
		return;
	station_end_keeper(station);
	station_end_labels(station);
	journal_close(station->context.journal);
	rundir_free((Rundir *)station->context.rundir);
	g_hash_table_unref(station->powered);
	g_free(station->openocd);
	g_free(station->images);
	g_free(station);
}

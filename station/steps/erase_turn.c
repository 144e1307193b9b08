#include "steps/erase_turn.h"

#include <string.h>

/* An erase that is over is told to a keeper that is there within milliseconds. */
#define END_MS 1000

/* "slots 1, 2": numbers of 1 to 64. */
static guint64 slots_in(const char *text)
{
	guint64 slots = 0;

	for (const char *at = text + strcspn(text, "0123456789"); *at;
		at += strcspn(at, "0123456789")) {
		guint64 number = g_ascii_strtoull(at, (char **)&at, 10);

		if (number >= 1 && number <= 64)
			slots |= G_GUINT64_CONSTANT(1) << (number - 1);
	}
	return slots;
}

static gboolean begin(guint most_ms, gpointer data, GError **error)
{
	EraseTurn *turn = data;
	Job *job = turn->job;
	const char *before;
	guint ms;

	if (!pins_erase_begin(job->pins, job->slot->number, most_ms, &job->watch, error))
		return FALSE;
	before = pins_waited(job->pins, &ms);
	if (before) {
		turn->waits++;
		turn->waited_ms += ms;
		turn->others |= slots_in(before);
	}
	return TRUE;
}

/* Where nobody hears it the turn ends by itself: the erase has done its work, and that is what counts. */
static void end(gpointer data)
{
	EraseTurn *turn = data;
	Job *job = turn->job;
	g_autoptr(GError) error = NULL;
	Watch watch = {0};

	watch_begin(&watch, END_MS, 0);
	if (!pins_erase_end(job->pins, job->slot->number, &watch, &error))
		job_note(job, "the end of an erase could not be told: %s", error->message);
}

void erase_turn_begin(EraseTurn *turn, Job *job)
{
	const Fixture *fixture = job->fixture;
	gboolean limited = fixture->max_inrush_ma || (fixture->hubs && fixture->hubs->len);

	*turn = (EraseTurn){.job = job, .ask = {begin, end, turn}};
	job->watch.erase = job->pins && fixture->erase_ma && limited ? &turn->ask : NULL;
}

void erase_turn_end(EraseTurn *turn)
{
	g_autoptr(GString) others = g_string_new(NULL);

	turn->job->watch.erase = NULL;
	if (!turn->waits)
		return;
	for (guint slot = 1; slot <= 64; slot++)
		if (turn->others >> (slot - 1) & 1)
			g_string_append_printf(others, "%s%u", others->len ? ", " : "slots ", slot);
	job_note(turn->job,
		"%u erases waited %u ms in all for %s, as the fixture's max_inrush_ma wants it",
		turn->waits, turn->waited_ms, others->len ? others->str : "those before");
}

/*
 * What a run writes into the journal while it goes on. A run whose serial is only reserved is not in the journal
 * before its chip is known: until then its rows are held back here, with the times at which they were made.
 */
#include "line/slotrun_parts.h"

/* One of the two; its texts are in run->held_texts. */
typedef struct {
	gboolean is_value;
	JournalStep step;
	JournalValue value;
} Held;

static const char *keep(SlotRun *run, const char *text)
{
	return text ? g_string_chunk_insert(run->held_texts, text) : NULL;
}

static void hold(SlotRun *run, const Held *row)
{
	if (!run->held) {
		run->held = g_array_new(FALSE, FALSE, sizeof(Held));
		run->held_texts = g_string_chunk_new(1024);
	}
	g_array_append_vals(run->held, row, 1);
}

static Held *last_held(SlotRun *run)
{
	return &g_array_index(run->held, Held, run->held->len - 1);
}

static gboolean write_held(SlotRun *run, GError **error)
{
	Journal *journal = run->context->journal;

	for (guint i = 0; run->held && i < run->held->len; i++) {
		const Held *row = &g_array_index(run->held, Held, i);

		if (row->is_value ? !journal_value(journal, run->id, &row->value, error)
				  : !journal_step(journal, run->id, &row->step, error))
			return FALSE;
	}
	return TRUE;
}

void slotrun_held_clear(SlotRun *run)
{
	g_clear_pointer(&run->held, g_array_unref);
	g_clear_pointer(&run->held_texts, g_string_chunk_free);
}

gboolean slotrun_begin(SlotRun *run, GError **error)
{
	JournalRun about = run->context->about;

	about.serial = run->serial;
	about.slot = run->slot->number;
	run->id = journal_begin(run->context->journal, &about, error);
	if (!run->id || !write_held(run, error))
		return FALSE;
	slotrun_held_clear(run);
	return TRUE;
}

void slotrun_journal_failed(SlotRun *run, const GError *error)
{
	slotrun_blame(run, FAILURE_JOURNAL_WRITE, "%s", error->message);
	if (run->child)
		child_kill(run->child);
}

void slotrun_write_step(SlotRun *run, Verdict verdict, const char *code, const char *seen)
{
	const Step *step = run->context->recipe->steps->pdata[run->step];
	gint64 now = g_get_monotonic_time();
	const Held row = {.step = {.index = run->step,
				  .id = step->id,
				  .kind = step->kind->name,
				  .offset_ms = (run->step_us - run->begin_us) / 1000,
				  .ms = (now - run->step_us) / 1000,
				  .verdict = verdict,
				  .code = code,
				  .seen = seen}};
	g_autoptr(GError) error = NULL;

	run->in_step = FALSE;
	if (!run->id) {
		hold(run, &row);
		last_held(run)->step.code = keep(run, code);
		last_held(run)->step.seen = keep(run, seen);
	} else if (!journal_step(run->context->journal, run->id, &row.step, &error)) {
		slotrun_journal_failed(run, error);
	}
}

void slotrun_write_value(SlotRun *run, const JournalValue *value)
{
	const Held row = {.is_value = TRUE, .value = *value};
	g_autoptr(GError) error = NULL;

	if (!run->id) {
		hold(run, &row);
		last_held(run)->value.name = keep(run, value->name);
		last_held(run)->value.text = keep(run, value->text);
		last_held(run)->value.unit = keep(run, value->unit);
	} else if (!journal_value(run->context->journal, run->id, value, &error)) {
		slotrun_journal_failed(run, error);
	}
}

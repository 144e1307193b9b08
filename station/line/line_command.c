/* What an operator says to a line, by key or scan. */
#include "line/line_parts.h"

#include "core/text.h"

static const char *const words[COMMAND_COUNT] = {[COMMAND_START] = "START",
	[COMMAND_ABORT] = "ABORT",
	[COMMAND_RETEST] = "RETEST",
	[COMMAND_RELEASE] = "RELEASE",
	[COMMAND_STOP] = "STOP"};

static const char *const answers[] = {"YES", "NO", "DONE"};

/* FALSE: there was nothing to do in this slot. */
static gboolean do_it(LineSlot *slot, LineCommand command)
{
	static const CycleEvent events[] = {[COMMAND_START] = CYCLE_PRESSED,
		[COMMAND_RETEST] = CYCLE_RETEST,
		[COMMAND_RELEASE] = CYCLE_RELEASE};
	CycleStage before = slot->cycle.stage;

	if (command == COMMAND_ABORT) {
		gboolean runs = line_slot_runs(slot);

		if (runs)
			slotrun_stop(slot->run);
		return runs;
	}
	line_slot_feed(slot, events[command]);
	/* A word is not held down. */
	line_slot_feed(slot, CYCLE_LET_GO);
	return slot->cycle.stage != before || slot->postponed;
}

static char *do_in_all(Line *line, LineCommand command)
{
	guint done = 0;

	for (guint i = 0; i < line->slots->len; i++) {
		LineSlot *slot = line->slots->pdata[i];

		/* What has its verdict is not started again by a word that was for the others. */
		if (command == COMMAND_ABORT || slot->cycle.stage == CYCLE_READY)
			done += do_it(slot, command);
	}
	return g_strdup_printf("%s: %u slot%s", words[command], done, done == 1 ? "" : "s");
}

char *line_command(Line *line, LineCommand command, guint number)
{
	LineSlot *slot = line_slot_of(line, number);

	if (command == COMMAND_STOP) {
		line_end(line, FALSE);
		return g_strdup("STOP: no board starts any more");
	}
	if (line->port.ending && command != COMMAND_ABORT)
		return g_strdup_printf("%s: the line is ending", words[command]);
	if (!number && (command == COMMAND_START || command == COMMAND_ABORT))
		return do_in_all(line, command);
	if (!number)
		return g_strdup_printf("%s needs a slot: %s 3", words[command], words[command]);
	if (!slot)
		return g_strdup_printf("%s %u: there is no such slot", words[command], number);
	if (do_it(slot, command))
		return g_strdup_printf("%s %u: done", words[command], number);
	return g_strdup_printf("%s %u: nothing to do, the slot is %s", words[command], number,
		cycle_word(slot->cycle.stage));
}

guint line_asking(const Line *line)
{
	guint asking = 0;

	for (guint i = 0; i < line->slots->len; i++) {
		const LineSlot *slot = line->slots->pdata[i];

		if (!line_slot_runs(slot) || !slot->run->question)
			continue;
		if (asking)
			return 0;
		asking = slot->slot->number;
	}
	return asking;
}

char *line_answer(Line *line, const char *answer, guint number)
{
	LineSlot *slot = line_slot_of(line, number ? number : line_asking(line));

	if (slot && line_slot_runs(slot) && slotrun_answer(slot->run, answer))
		return g_strdup_printf("%s %u: answered", answer, slot->slot->number);
	return g_strdup_printf("%s: no such question is open, or several are: %s 3 says which slot",
		answer, answer);
}

char *line_command_text(Line *line, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, " ", 2);
	g_autofree char *clean = text_clean(text, -1);
	guint64 number = 0;

	for (guint i = 0; parts[0] && i < G_N_ELEMENTS(answers); i++)
		if (g_ascii_strcasecmp(parts[0], answers[i]) == 0 &&
			(!parts[1] || g_ascii_string_to_unsigned(
					      g_strstrip(parts[1]), 10, 1, 9999, &number, NULL)))
			return line_answer(line, answers[i], (guint)number);
	for (guint i = 0; parts[0] && i < COMMAND_COUNT; i++)
		if (g_ascii_strcasecmp(parts[0], words[i]) == 0 &&
			(!parts[1] || g_ascii_string_to_unsigned(
					      g_strstrip(parts[1]), 10, 1, 9999, &number, NULL)))
			return line_command(line, (LineCommand)i, (guint)number);
	return g_strdup_printf("'%.40s' is no command: START [slot], ABORT [slot], RETEST slot, "
			       "RELEASE slot, STOP; YES, NO or DONE [slot]",
		clean);
}

/* ---- keys ---- */

static void take_text(const char *text, gpointer data)
{
	Line *line = data;
	View *view = line->options->station.view;
	g_autofree char *answer = line_command_text(line, text);

	view->say(view, answer);
}

void line_keys_begin(Line *line)
{
	line->keys = keys_new(take_text, line);
}

void line_keys_end(Line *line)
{
	g_clear_pointer(&line->keys, keys_free);
}

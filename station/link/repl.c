#include "link/repl_parts.h"

#include "core/failure.h"

#include <string.h>

enum {
	END = 0x04, /* Ctrl-D: the end of a part */
	TRIES = 5,
	/* OpenMV's firmware is interrupted between two bytecodes; one may be a search in an image. */
	PROMPT_MS = 1000,
	QUIET_MS = 200,
	LEAVE_MS = 500,
};

void repl_answer_clear(ReplAnswer *answer)
{
	if (answer->out)
		g_string_free(answer->out, TRUE);
	if (answer->error)
		g_string_free(answer->error, TRUE);
	*answer = (ReplAnswer){0};
}

void repl_clear(Repl *repl)
{
	if (repl->tail)
		g_string_free(repl->tail, TRUE);
	repl->tail = NULL;
}

/* ---- entering ---------------------------------------------------------------------------------- */

/* Reads on until the prompt has come. FALSE without an error: not in time, or too much came before. */
static gboolean await_prompt(Repl *repl, guint64 *received, GError **error)
{
	guint ms = repl->prompt_ms ? repl->prompt_ms : PROMPT_MS;
	gint64 until = g_get_monotonic_time() + ms * G_GINT64_CONSTANT(1000);
	guint64 most = *received + REPL_ANSWER_MAX;
	gsize matched = 0;

	for (guint looks = 0; *received < most; looks++) {
		g_autoptr(GError) failure = NULL;
		gint64 left_ms = (until - g_get_monotonic_time()) / 1000;

		/* However late it is: not without having looked. */
		if (left_ms <= 0 && looks)
			return FALSE;
		if (!repl_fill(repl, (guint)MAX(left_ms, 1), &failure) && failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		while (repl->at < repl->length) {
			char byte = (char)repl->packet[repl->at++];

			(*received)++;
			/* Its first letter stands nowhere else in it: no need to go back further. */
			matched =
				byte == REPL_PROMPT[matched] ? matched + 1 : byte == REPL_PROMPT[0];
			if (matched == strlen(REPL_PROMPT))
				return TRUE;
		}
	}
	return FALSE;
}

/* A second prompt, of an earlier try, shall not be taken for an answer. */
static gboolean drain(Repl *repl, GError **error)
{
	g_autoptr(GError) failure = NULL;

	for (guint packets = 0; packets < REPL_ANSWER_MAX / CDC_PACKET_MAX; packets++) {
		repl->at = repl->length;
		if (!repl_fill(repl, QUIET_MS, &failure))
			break;
	}
	repl->at = repl->length;
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* Its USB answers, or that is what is wrong. */
static gboolean no_prompt(Repl *repl, guint64 received, GError **error)
{
	g_autofree char *last = repl_last_words(repl);

	if (!cdc_answers(repl->port, error))
		return FALSE;
	g_set_error(error, FAILURE, FAILURE_CONSOLE_NO_PROMPT,
		"Ctrl-C and Ctrl-A, %d times: %" G_GUINT64_FORMAT
		" bytes came and no prompt, while its USB answers%s",
		TRIES, received, last);
	return FALSE;
}

gboolean repl_enter(Repl *repl, GError **error)
{
	guint64 received = 0;

	repl->at = repl->length = 0;
	for (guint try = 1; try <= TRIES; try++) {
		g_autoptr(GError) failure = NULL;

		/* The line feed ends a line that somebody has left unfinished. */
		if (!repl_say(repl, "\r" CTRL_C CTRL_C, error) ||
			!repl_say(repl, "\r" CTRL_A, error))
			return FALSE;
		if (await_prompt(repl, &received, &failure))
			return try == 1 || drain(repl, error);
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	return no_prompt(repl, received, error);
}

void repl_leave(Repl *repl)
{
	Watch *watch = repl->port->watch, brief = {0};

	/* The step's own may have ended. */
	watch_begin(&brief, LEAVE_MS, 0);
	repl->port->watch = &brief;
	(void)!repl_say(repl, CTRL_C CTRL_C CTRL_B, NULL);
	repl->port->watch = watch;
}

/* ---- the answer -------------------------------------------------------------------------------- */

/* The script runs on after its step has ended: it is interrupted, and why it ended is told. */
static gboolean unfinished(Repl *repl, GError *failure, GError **error)
{
	gboolean waited = g_error_matches(failure, FAILURE, FAILURE_STEP_DEADLINE) ||
			  g_error_matches(failure, FAILURE, FAILURE_STEP_STALL);
	g_autofree char *last = repl_last_words(repl);

	g_set_error(error, FAILURE, waited ? FAILURE_CONSOLE_STALL : failure->code,
		"the script has not ended: %s%s", failure->message, last);
	return FALSE;
}

/* One part of it, up to its end; `room` bytes are left for both. */
static gboolean collect(Repl *repl, GString *into, gsize *room, GError **error)
{
	for (;;) {
		g_autoptr(GError) failure = NULL;

		if (!repl_fill(repl, PROMPT_MS, &failure)) {
			if (failure)
				return unfinished(repl, failure, error);
			continue;
		}
		while (repl->at < repl->length) {
			guint8 byte = repl->packet[repl->at++];

			if (byte == END)
				return TRUE;
			if (!(*room)--) {
				g_autofree char *last = repl_last_words(repl);

				g_set_error(error, FAILURE, FAILURE_CONSOLE_FLOOD,
					"the script prints more than %d KiB%s",
					REPL_ANSWER_MAX / 1024, last);
				return FALSE;
			}
			g_string_append_c(into, (char)byte);
		}
		watch_progress(repl->port->watch, "run", REPL_ANSWER_MAX - *room, 0);
	}
}

gboolean repl_run(Repl *repl, const char *script, ReplAnswer *answer, GError **error)
{
	gsize length = strlen(script), room = REPL_ANSWER_MAX;
	const char *problem = repl_script_problem(script, length);

	*answer = (ReplAnswer){g_string_new(NULL), g_string_new(NULL)};
	if (problem) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "the script %s", problem);
		return FALSE;
	}
	return repl_send_script(repl, script, length, error) &&
	       collect(repl, answer->out, &room, error) &&
	       collect(repl, answer->error, &room, error) &&
	       repl_expect(repl, "behind the answer: no prompt", ">", error);
}

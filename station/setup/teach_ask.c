/* The operator: what he is told, and what he answers. */
#include "core/watch.h"
#include "setup/teach_parts.h"

#include <poll.h>
#include <string.h>

enum {
	ANSWER_MAX = 256,
	ANSWER_MS = 30 * 60 * 1000, /* then he has gone home */
	SLICE_MS = 200,             /* so long a stop may go unnoticed */
	LOOK_MS = 20,               /* where a button may answer */
};

void teach_say(const Teach *teach, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(teach->options->out, format, args);
	va_end(args);
	fflush(teach->options->out);
}

gboolean teach_stopped(const Teach *teach)
{
	return teach->options->stop && *teach->options->stop;
}

/* TRUE: he has said something, or `instead` has. FALSE: nobody says anything any more. */
static gboolean await_answer(const Teach *teach, TeachLook look, gpointer data, char **instead)
{
	Watch watch = {.stop = teach->options->stop};
	struct pollfd in = {.fd = fileno(teach->options->in), .events = POLLIN};

	watch_begin(&watch, ANSWER_MS, 0);
	while (watch_ok(&watch, NULL)) {
		if (poll(&in, 1, (int)watch_timeout_ms(&watch, look ? LOOK_MS : SLICE_MS)) > 0 ||
			(look && (*instead = look(data))))
			return TRUE;
	}
	return FALSE;
}

static char *ask(const Teach *teach, TeachLook look, gpointer data, const char *question)
{
	char line[ANSWER_MAX], *instead = NULL;

	fputs(question, teach->options->out);
	fflush(teach->options->out);
	if (!await_answer(teach, look, data, &instead)) {
		teach_say(teach, "\n");
		return NULL;
	}
	if (instead) {
		teach_say(teach, "%s\n", instead);
		return instead;
	}
	if (fgets(line, sizeof line, teach->options->in))
		return g_strdup(g_strstrip(line));
	teach_say(teach, "\n");
	return NULL;
}

char *teach_ask(const Teach *teach, const char *format, ...)
{
	g_autofree char *question = NULL;
	va_list args;

	va_start(args, format);
	question = g_strdup_vprintf(format, args);
	va_end(args);
	return ask(teach, NULL, NULL, question);
}

char *teach_ask_or(const Teach *teach, TeachLook look, gpointer data, const char *format, ...)
{
	g_autofree char *question = NULL;
	va_list args;

	va_start(args, format);
	question = g_strdup_vprintf(format, args);
	va_end(args);
	return ask(teach, look, data, question);
}

gboolean teach_is_no(const char *answer)
{
	return !answer || *answer == 'n' || *answer == 'N' || !g_ascii_strcasecmp(answer, "done");
}

/* The operator: what he is told, and what he answers. */
#include "core/watch.h"
#include "setup/teach_parts.h"

#include <poll.h>
#include <string.h>

enum {
	ANSWER_MAX = 256,
	ANSWER_MS = 30 * 60 * 1000, /* then he has gone home */
	SLICE_MS = 200,             /* so long a stop may go unnoticed */
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

/* FALSE: nobody says anything any more. */
static gboolean await_answer(const Teach *teach)
{
	Watch watch = {.stop = teach->options->stop};
	struct pollfd in = {.fd = fileno(teach->options->in), .events = POLLIN};

	watch_begin(&watch, ANSWER_MS, 0);
	while (watch_ok(&watch, NULL))
		if (poll(&in, 1, (int)watch_timeout_ms(&watch, SLICE_MS)) > 0)
			return TRUE;
	return FALSE;
}

char *teach_ask(const Teach *teach, const char *format, ...)
{
	char line[ANSWER_MAX];
	va_list args;

	va_start(args, format);
	vfprintf(teach->options->out, format, args);
	va_end(args);
	fflush(teach->options->out);
	if (!await_answer(teach) || !fgets(line, sizeof line, teach->options->in)) {
		teach_say(teach, "\n");
		return NULL;
	}
	return g_strdup(g_strstrip(line));
}

gboolean teach_is_no(const char *answer)
{
	return !answer || *answer == 'n' || *answer == 'N' || !g_ascii_strcasecmp(answer, "done");
}

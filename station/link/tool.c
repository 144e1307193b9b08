#include "link/tool.h"

#include "core/failure.h"
#include "core/text.h"
#include "link/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	OUTPUT_MAX = 64 * 1024,
	SLICE_MS = 50,   /* how long a stop may go unnoticed */
	KILL_MS = 2000,  /* a killed process is gone in milliseconds, unless a driver holds it */
	NO_PIDFD_MS = 5, /* between looks, on a kernel before 5.3 */
};

/* A tool on its way. */
typedef struct {
	const Tool *tool;
	Process process;
	int out; /* its output's end of ours; -1: closed */
	GString *output;
} Running;

/* ---- its beginning --------------------------------------------------------------------------- */

/* dosfstools are in /usr/sbin, which is not in every user's PATH. */
static char *find_program(const char *name)
{
	char *path = g_find_program_in_path(name);

	if (!path) {
		g_autofree char *in_sbin = g_build_filename("/usr/sbin", name, NULL);

		if (g_file_test(in_sbin, G_FILE_TEST_IS_EXECUTABLE))
			path = g_steal_pointer(&in_sbin);
	}
	return path;
}

static gboolean spawn(Running *running, const char *program, int out, GError **error)
{
	const Tool *tool = running->tool;
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) cause = NULL;

	g_ptr_array_add(argv, (gpointer)program);
	for (guint i = 1; tool->argv[i]; i++)
		g_ptr_array_add(argv, (gpointer)tool->argv[i]);
	g_ptr_array_add(argv, NULL);
	if (process_start(&running->process,
		    &(ProcessStart){
			    .argv = (const char *const *)argv->pdata,
			    .environment = tool->environment,
			    .dir = tool->dir,
			    .in = -1,
			    .out = out,
			    .err = out,
		    },
		    &cause))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_TOOL_MISSING, "cannot start %s: %s", tool->argv[0],
		cause->message);
	return FALSE;
}

static gboolean start(Running *running, GError **error)
{
	const char *name = running->tool->argv[0];
	g_autofree char *program = find_program(name);
	int ends[2];
	gboolean started;

	if (!program) {
		g_set_error(error, FAILURE, FAILURE_TOOL_MISSING, "there is no program '%s'", name);
		return FALSE;
	}
	if (pipe2(ends, O_CLOEXEC) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make a pipe: %s",
			g_strerror(errno));
		return FALSE;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	started = spawn(running, program, ends[1], error);
	close(ends[1]);
	running->out = ends[0];
	return started;
}

/* ---- its course ------------------------------------------------------------------------------ */

/* Reads what is there. */
static void drain(Running *running)
{
	char bytes[4096];

	while (running->out >= 0 && running->output->len <= OUTPUT_MAX) {
		gssize got = read(running->out, bytes, sizeof bytes);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		if (got > 0) {
			g_string_append_len(running->output, bytes, got);
			continue;
		}
		close(running->out);
		running->out = -1;
	}
}

static void wait_for(Running *running, guint ms)
{
	struct pollfd wires[] = {
		{.fd = running->out, .events = POLLIN},
		{.fd = running->process.pidfd, .events = POLLIN},
	};

	poll(wires, G_N_ELEMENTS(wires),
		(int)(running->process.pidfd < 0 ? MIN(ms, NO_PIDFD_MS) : ms));
	drain(running);
}

static gboolean failed(const Running *running, const char *how, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_TOOL_FAILED, "%s %s", running->tool->argv[0], how);
	return FALSE;
}

static gboolean await_end(Running *running, Watch *watch, GError **error)
{
	gint64 until = g_get_monotonic_time() + running->tool->bound_ms * G_GINT64_CONSTANT(1000);

	while (!process_reap(&running->process)) {
		if (!watch_ok(watch, error)) {
			g_prefix_error(error, "%s: ", running->tool->argv[0]);
			return FALSE;
		}
		if (running->output->len > OUTPUT_MAX)
			return failed(running, "writes without end", error);
		if (g_get_monotonic_time() >= until)
			return failed(running, "does not come to its end", error);
		wait_for(running, watch_timeout_ms(watch, SLICE_MS));
	}
	drain(running);
	return TRUE;
}

/* ---- its end --------------------------------------------------------------------------------- */

static void finish(Running *running)
{
	gint64 until = g_get_monotonic_time() + KILL_MS * G_GINT64_CONSTANT(1000);

	process_kill(&running->process);
	while (!process_reap(&running->process) && g_get_monotonic_time() < until)
		wait_for(running, SLICE_MS);
	process_abandon(&running->process);
	if (running->out >= 0)
		close(running->out);
}

/* Line by line, so that the newlines stay. */
static char *printable(const GString *output)
{
	g_auto(GStrv) lines = g_strsplit(output->str, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		char *clean = text_clean(lines[i], -1);

		g_free(lines[i]);
		lines[i] = clean;
	}
	return g_strjoinv("\n", lines);
}

char *tool_run(const Tool *tool, int *status, Watch *watch, GError **error)
{
	g_autoptr(GString) output = g_string_new(NULL);
	Running running = {.tool = tool, .process = {.pidfd = -1}, .out = -1, .output = output};
	gboolean ended = start(&running, error) && await_end(&running, watch, error);

	finish(&running);
	if (!ended)
		return NULL;
	if (!WIFEXITED(running.process.status)) {
		g_autofree char *fate = process_fate(&running.process);

		failed(&running, fate, error);
		return NULL;
	}
	*status = WEXITSTATUS(running.process.status);
	return printable(output);
}

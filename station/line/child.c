#include "line/child.h"
#include "core/failure.h"
#include "core/text.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES  (16 * 1024)
#define DIAGNOSTICS_MAX (8 * 1024)

/* One of its outputs, as far as it has been read. */
typedef struct {
	Child *child;
	int fd;
	guint source; /* 0: at its end */
	GString *bytes;
	void (*taken)(Child *child); /* more bytes are there */
} Stream;

struct Child {
	GPid pid;
	int in;
	Stream out, err;
	guint watch_source;
	gboolean reaped, ended;
	int status;
	ChildLine on_line;
	ChildEnd on_end;
	gpointer data;
};

/* Between fork and exec, in the child: only what is safe there. */
static void in_child(gpointer parent)
{
	sigset_t none;

	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL); /* end_signals.h */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* The death signal follows the thread that forked: the controller has only one. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != GPOINTER_TO_INT(parent))
		_exit(127);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Ended for good once it is reaped and both its pipes are drained. */
static void maybe_ended(Child *child)
{
	if (child->ended || !child->reaped || child->out.source || child->err.source)
		return;
	child->ended = TRUE;
	child->on_end(child, child->status, child->data);
}

static void split_lines(Child *child)
{
	GString *bytes = child->out.bytes;
	char *newline;

	while ((newline = memchr(bytes->str, '\n', bytes->len))) {
		gsize length = (gsize)(newline - bytes->str);

		*newline = '\0';
		child->on_line(child, bytes->str, length, child->data);
		g_string_erase(bytes, 0, (gssize)length + 1);
	}
	if (bytes->len > LINE_MAX_BYTES) {
		g_string_truncate(bytes, 0);
		child_kill(child);
		child->on_line(child, NULL, 0, child->data);
	}
}

static void trim_diagnostics(Child *child)
{
	GString *text = child->err.bytes;

	if (text->len > DIAGNOSTICS_MAX)
		g_string_erase(text, 0, (gssize)text->len - DIAGNOSTICS_MAX);
}

static gboolean on_stream(int fd, GIOCondition condition, gpointer data)
{
	Stream *stream = data;
	char buffer[4096];
	gssize got = read(fd, buffer, sizeof buffer);

	if (got > 0) {
		g_string_append_len(stream->bytes, buffer, got);
		stream->taken(stream->child);
		return G_SOURCE_CONTINUE;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return G_SOURCE_CONTINUE;
	stream->source = 0;
	maybe_ended(stream->child);
	return G_SOURCE_REMOVE;
}

static void on_reaped(GPid pid, int status, gpointer data)
{
	Child *child = data;

	child->watch_source = 0;
	child->reaped = TRUE;
	child->status = status;
	/* What it left behind of its group (an OpenOCD) would keep the pipes open, and the probe. */
	kill(-child->pid, SIGKILL);
	maybe_ended(child);
}

static void stream_init(Stream *stream, Child *child, void (*taken)(Child *child))
{
	*stream = (Stream){.child = child, .fd = -1, .bytes = g_string_new(NULL), .taken = taken};
}

static void stream_watch(Stream *stream)
{
	g_unix_set_fd_nonblocking(stream->fd, TRUE, NULL);
	stream->source =
		g_unix_fd_add(stream->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stream, stream);
}

static void stream_clear(Stream *stream)
{
	g_clear_handle_id(&stream->source, g_source_remove);
	close_fd(&stream->fd);
	g_string_free(stream->bytes, TRUE);
}

static void watch_child(Child *child)
{
	g_unix_set_fd_nonblocking(child->in, TRUE, NULL);
	stream_watch(&child->out);
	stream_watch(&child->err);
	child->watch_source = g_child_watch_add(child->pid, on_reaped, child);
}

Child *child_start(
	const char *const *args, ChildLine line, ChildEnd end, gpointer data, GError **error)
{
	Child *child = g_new0(Child, 1);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) cause = NULL;

	child->in = -1;
	stream_init(&child->out, child, split_lines);
	stream_init(&child->err, child, trim_diagnostics);
	child->on_line = line;
	child->on_end = end;
	child->data = data;
	g_ptr_array_add(argv, (gpointer) "/proc/self/exe");
	g_ptr_array_add(argv, (gpointer) "flashline");
	for (; *args; args++)
		g_ptr_array_add(argv, (gpointer)*args);
	g_ptr_array_add(argv, NULL);
	if (!g_spawn_async_with_pipes(NULL, (char **)argv->pdata, NULL,
		    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO, in_child,
		    GINT_TO_POINTER(getpid()), &child->pid, &child->in, &child->out.fd,
		    &child->err.fd, &cause)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot start a process: %s",
			cause->message);
		child->ended = TRUE;
		child_free(child);
		return NULL;
	}
	watch_child(child);
	return child;
}

void child_free(Child *child)
{
	if (!child)
		return;
	if (child->pid > 0 && !child->reaped) {
		kill(-child->pid, SIGKILL);
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
	}
	g_clear_handle_id(&child->watch_source, g_source_remove);
	close_fd(&child->in);
	stream_clear(&child->out);
	stream_clear(&child->err);
	g_free(child);
}

void child_tell(Child *child, const char *text)
{
	/* Answers are far shorter than PIPE_BUF: written whole or not at all. */
	if (child->in >= 0)
		(void)!write(child->in, text, strlen(text));
}

void child_close_input(Child *child)
{
	close_fd(&child->in);
}

void child_terminate(Child *child)
{
	if (!child->reaped)
		kill(child->pid, SIGTERM);
}

void child_kill(Child *child)
{
	if (child->reaped)
		return;
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL); /* where it has not made its group yet */
}

char *child_diagnostics(const Child *child)
{
	g_auto(GStrv) lines = g_strsplit(child->err.bytes->str, "\n", -1);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; lines[i]; i++) {
		g_autofree char *clean = text_clean(lines[i], -1);

		if (*clean)
			g_string_append_printf(text, "%s%s", text->len ? "\n" : "", clean);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

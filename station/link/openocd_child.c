#include "link/openocd_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A process that has got SIGKILL is gone in milliseconds, unless the kernel holds it in a driver. */
#define KILL_MS 2000

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static gboolean spawn(OpenocdChild *child, const ProcessStart *start, GError **error)
{
	g_autoptr(GError) problem = NULL;
	if (process_start(&child->process, start, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_OPENOCD_MISSING, "cannot start %s: %s", start->argv[0],
		problem->message);
	return FALSE;
}

gboolean openocd_child_start(OpenocdChild *child, const char *const *argv, char **environment,
	const char *dir, GError **error)
{
	int talk[2], log[2];
	*child = (OpenocdChild){.process = {.pidfd = -1}, .talk = -1, .log = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make a socket: %s",
			g_strerror(errno));
		return FALSE;
	}
	child->talk = talk[0];
	if (pipe2(log, O_CLOEXEC) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make a pipe: %s",
			g_strerror(errno));
		close(talk[1]);
		close_fd(&child->talk);
		return FALSE;
	}
	child->log = log[0];
	gboolean started = spawn(child,
		&(ProcessStart){
			.argv = argv,
			.environment = environment,
			.dir = dir,
			.in = talk[1],
			.out = talk[1],
			.err = log[1],
		},
		error);
	close(talk[1]);
	close(log[1]);
	if (!started) {
		close_fd(&child->talk);
		close_fd(&child->log);
		return FALSE;
	}
	/* Only our ends: the child's stdin must block, as OpenOCD expects. */
	fcntl(child->talk, F_SETFL, O_NONBLOCK);
	fcntl(child->log, F_SETFL, O_NONBLOCK);
	return TRUE;
}

gboolean openocd_child_drain(OpenocdChild *child, OpenocdLog *log)
{
	char bytes[4096];
	/* Bounded: a child that writes faster than we read must not keep us from the watch. */
	for (guint i = 0; child->log >= 0 && i < 32; i++) {
		gssize got = read(child->log, bytes, sizeof(bytes));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return TRUE;
		if (got <= 0) {
			close_fd(&child->log);
			return FALSE;
		}
		openocd_log_feed(log, bytes, (gsize)got);
	}
	return child->log >= 0;
}

/* Waits for the end, reading stderr meanwhile so that a full pipe does not hold it up. */
static gboolean await_end(OpenocdChild *child, OpenocdLog *log, guint ms)
{
	gint64 until = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
	for (;;) {
		if (process_reap(&child->process))
			return TRUE;
		gint64 left_ms = (until - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
		if (left_ms <= 0)
			return FALSE;
		struct pollfd wires[] = {
			{.fd = child->process.pidfd, .events = POLLIN},
			{.fd = child->log, .events = POLLIN},
		};
		/* Without a pidfd (a kernel before 5.3) look every 10 ms. */
		poll(wires, 2, (int)(child->process.pidfd < 0 ? MIN(left_ms, 10) : left_ms));
		openocd_child_drain(child, log);
	}
}

void openocd_child_end(OpenocdChild *child, OpenocdLog *log, guint grace_ms)
{
	if (child->process.pid == 0)
		return;
	shutdown(child->talk, SHUT_WR);
	gboolean ended = await_end(child, log, grace_ms);
	if (!ended) {
		process_kill(&child->process);
		ended = await_end(child, log, KILL_MS);
	}
	openocd_child_drain(child, log);
	if (!ended)
		openocd_log_say(log, "flashline: process %d does not die", (int)child->process.pid);
	process_abandon(&child->process);
	close_fd(&child->talk);
	close_fd(&child->log);
}

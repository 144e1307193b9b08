#include "link/openocd_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that has got SIGKILL is gone in milliseconds, unless the kernel holds it in a driver. */
#define KILL_MS 2000

/* Runs in the child, between fork() and exec(): only what is safe there. */
static void die_with_parent(gpointer data)
{
	const pid_t *parent = data;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != *parent)
		_exit(127); /* the parent died before prctl() */
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static gboolean spawn(OpenocdChild *child, const char *const *argv, char **environment,
	const char *dir, int socket, GError **error)
{
	pid_t parent = getpid();
	g_autoptr(GError) problem = NULL;
	if (!g_spawn_async_with_pipes_and_fds(dir, argv, (const char *const *)environment,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, &parent,
		    socket, socket, -1, NULL, NULL, 0, &child->pid, NULL, NULL, &child->log,
		    &problem)) {
		child->pid = 0;
		g_set_error(error, FAILURE, FAILURE_OPENOCD_MISSING, "cannot start %s: %s", argv[0],
			problem->message);
		return FALSE;
	}
	return TRUE;
}

gboolean openocd_child_start(OpenocdChild *child, const char *const *argv, char **environment,
	const char *dir, GError **error)
{
	int ends[2];
	*child = (OpenocdChild){.pidfd = -1, .talk = -1, .log = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make a socket: %s",
			g_strerror(errno));
		return FALSE;
	}
	gboolean started = spawn(child, argv, environment, dir, ends[1], error);
	close(ends[1]);
	child->talk = ends[0];
	if (!started) {
		close_fd(&child->talk);
		return FALSE;
	}
	/* Only our ends: the child's stdin must block, as OpenOCD expects. */
	fcntl(child->talk, F_SETFL, O_NONBLOCK);
	fcntl(child->log, F_SETFL, O_NONBLOCK);
	fcntl(child->log, F_SETFD, FD_CLOEXEC);
	child->pidfd = pidfd_open(child->pid, 0);
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

static gboolean reap(OpenocdChild *child)
{
	if (waitpid(child->pid, &child->status, WNOHANG) == 0)
		return FALSE;
	g_spawn_close_pid(child->pid);
	child->pid = 0;
	return TRUE;
}

/* Waits for the end, reading stderr meanwhile so that a full pipe does not hold it up. */
static gboolean await_end(OpenocdChild *child, OpenocdLog *log, guint ms)
{
	gint64 until = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
	for (;;) {
		if (reap(child))
			return TRUE;
		gint64 left_ms = (until - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
		if (left_ms <= 0)
			return FALSE;
		struct pollfd wires[] = {
			{.fd = child->pidfd, .events = POLLIN},
			{.fd = child->log, .events = POLLIN},
		};
		/* Without a pidfd (a kernel before 5.3) look every 10 ms. */
		poll(wires, 2, (int)(child->pidfd < 0 ? MIN(left_ms, 10) : left_ms));
		openocd_child_drain(child, log);
	}
}

void openocd_child_end(OpenocdChild *child, OpenocdLog *log, guint grace_ms)
{
	if (child->pid == 0)
		return;
	shutdown(child->talk, SHUT_WR);
	gboolean ended = await_end(child, log, grace_ms);
	if (!ended) {
		kill(child->pid, SIGKILL);
		ended = await_end(child, log, KILL_MS);
	}
	openocd_child_drain(child, log);
	if (!ended) {
		openocd_log_say(log, "flashline: process %d does not die", (int)child->pid);
		child->pid = 0;
	}
	close_fd(&child->talk);
	close_fd(&child->log);
	close_fd(&child->pidfd);
}

char *openocd_child_fate(const OpenocdChild *child)
{
	if (WIFSIGNALED(child->status))
		return g_strdup_printf("was killed by signal %d", WTERMSIG(child->status));
	return g_strdup_printf("ended with status %d", WEXITSTATUS(child->status));
}

#include "link/process.h"

#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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

gboolean process_start(Process *process, const ProcessStart *start, GError **error)
{
	pid_t parent = getpid();

	*process = (Process){.pidfd = -1};
	if (!g_spawn_async_with_pipes_and_fds(start->dir, start->argv,
		    (const char *const *)start->environment,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, &parent,
		    start->in, start->out, start->err, NULL, NULL, 0, &process->pid, NULL, NULL,
		    NULL, error)) {
		process->pid = 0;
		return FALSE;
	}
	process->pidfd = pidfd_open(process->pid, 0);
	return TRUE;
}

gboolean process_reap(Process *process)
{
	if (process->pid == 0)
		return TRUE;
	if (waitpid(process->pid, &process->status, WNOHANG) == 0)
		return FALSE;
	g_spawn_close_pid(process->pid);
	process->pid = 0;
	return TRUE;
}

void process_kill(Process *process)
{
	if (process->pid != 0)
		kill(process->pid, SIGKILL);
}

void process_abandon(Process *process)
{
	if (process->pidfd >= 0)
		close(process->pidfd);
	process->pidfd = -1;
	process->pid = 0;
}

char *process_fate(const Process *process)
{
	if (WIFSIGNALED(process->status))
		return g_strdup_printf("was killed by signal %d", WTERMSIG(process->status));
	return g_strdup_printf("ended with status %d", WEXITSTATUS(process->status));
}

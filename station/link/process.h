/*
 * A process that this one started: it dies with us, however we die, and leaves no zombie.
 * It stays in our process group, so that whoever ends a job as a whole ends it too.
 */
#pragma once

#include <glib.h>

typedef struct {
	GPid pid;   /* 0: never started, or ended and reaped */
	int status; /* as waitpid() has it, after the end */
	int pidfd;  /* readable at its end; -1 on a kernel before 5.3 */
} Process;

typedef struct {
	const char *const *argv; /* argv[0] is looked for in PATH */
	char **environment;      /* NULL: ours */
	const char *dir;         /* where it starts; NULL: where we are */
	int in, out, err;        /* its descriptors, still ours to close; in -1: /dev/null */
} ProcessStart;

/* G_SPAWN_ERROR when it cannot be started. */
gboolean process_start(
	Process *process, const ProcessStart *start, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE once it has ended; does not wait. */
gboolean process_reap(Process *process);

void process_kill(Process *process);    /* SIGKILL; it has to be reaped still */
void process_abandon(Process *process); /* lets go of what is left; also of one that does not die */

/* "ended with status 1", "was killed by signal 9"; newly allocated. */
char *process_fate(const Process *process);

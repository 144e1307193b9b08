/*
 * A process of our own, in a group of its own, that speaks lines: a job or the keeper.
 *
 *   controller --stdin (answers; its end says "the controller is gone")--> child
 *              <--stdout (lines)-- child          <--stderr (diagnostics, last 8 KiB kept)--
 *
 * The child is told by SIGTERM when the controller dies (PR_SET_PDEATHSIG), and it is only ever
 * killed as a whole group, OpenOCD included.
 */
#pragma once

#include <glib.h>

typedef struct Child Child;

/* One line from the child, without its newline; `length` 0 and `line` NULL: it sent more than 16 KiB
 * without one, and was killed for it. */
typedef void (*ChildLine)(Child *child, const char *line, gsize length, gpointer data);
/* It has ended, all its lines were delivered, nothing of its group is left. `status` as waitpid() has
 * it. The child must be freed, here or later. */
typedef void (*ChildEnd)(Child *child, int status, gpointer data);

/* Starts this very program with these arguments (argv[0] is put in). */
Child *child_start(const char *const *args, ChildLine line, ChildEnd end, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void child_free(Child *child); /* kills what still runs */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Child, child_free)

/* A short answer on its stdin; lost quietly when it is gone. */
void child_tell(Child *child, const char *text);
/* Closes its stdin. */
void child_close_input(Child *child);

void child_terminate(Child *child); /* SIGTERM to the process: it may tidy up */
void child_kill(Child *child);      /* SIGKILL to the whole group */

/* The last of its stderr, newly allocated, printable. */
char *child_diagnostics(const Child *child);

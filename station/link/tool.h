/*
 * One of the system's programs (mtools, fsck.fat), run to its end: it gets no input, its output is
 * kept, and it is killed when it takes too long. What it did, its exit status and its words tell.
 */
#pragma once

#include "core/watch.h"

typedef struct {
	const char *const
		*argv; /* argv[0] is looked for in PATH, and then where Debian keeps mkfs.fat */
	char **environment; /* NULL: ours */
	const char *dir;    /* where it starts; NULL: where we are */
	guint bound_ms;
} Tool;

/*
 * What it wrote, output and diagnostics as they came, printable, newly allocated; *status is its exit
 * status. NULL with FAILURE_TOOL_MISSING where it cannot be started, with FAILURE_TOOL_FAILED where it
 * was killed, did not end within its bound or wrote more than 64 KiB; or with what the watch says.
 */
char *tool_run(
	const Tool *tool, int *status, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

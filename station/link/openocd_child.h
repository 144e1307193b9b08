/*
 * OpenOCD's process: its beginning, its wires, its certain end. Used by openocd*.c only.
 *
 *        talk: one socket                  log: a pipe
 *   us  <---------------->  stdin, stdout      stderr ---->  us
 *
 * A socket instead of two pipes: writing to a dead child is then an error, not SIGPIPE.
 */
#pragma once

#include "link/openocd_log.h"
#include "link/process.h"

typedef struct {
	Process process;
	int talk, log;
} OpenocdChild;

/*
 * Starts argv[0] from PATH in the folder `dir`, with this environment. It is killed when this
 * process dies, however it dies. FAILURE_OPENOCD_MISSING.
 */
gboolean openocd_child_start(OpenocdChild *child, const char *const *argv, char **environment,
	const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads what is there on stderr, without waiting; FALSE when it was closed. */
gboolean openocd_child_drain(OpenocdChild *child, OpenocdLog *log);

/* Closes its stdin, gives it so long to end by itself, then kills it; reaps it. No-op if it has
 * ended. Its exit status proves nothing (openocd.md section 6). */
void openocd_child_end(OpenocdChild *child, OpenocdLog *log, guint grace_ms);

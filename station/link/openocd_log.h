/*
 * What OpenOCD writes to stderr: the last lines of it, and what they say about a failure.
 * Used by openocd*.c only.
 */
#pragma once

#include "core/failure.h"

typedef struct OpenocdLog OpenocdLog;

OpenocdLog *openocd_log_new(void);
void openocd_log_free(OpenocdLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OpenocdLog, openocd_log_free)

/* Any bytes, cut anywhere. At most 200 lines of 400 bytes are kept. */
void openocd_log_feed(OpenocdLog *log, const char *bytes, gsize length);
/* A line of our own, to stand between OpenOCD's. */
void openocd_log_say(OpenocdLog *log, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A new command begins: older lines no longer explain a failure. */
void openocd_log_mark(OpenocdLog *log);

/*
 * What the lines since the mark say. `refused` is what the chip's own refusal means for the command
 * that ran (FAILURE_FLASH_ERASE while erasing). Returns FALSE when no line is known. `line`, the
 * line without its "Error: ", is set also then, to the first error; NULL if there is none. It is
 * valid until the next feed.
 */
gboolean openocd_log_failure(
	const OpenocdLog *log, FailureCode refused, FailureCode *code, const char **line);

/* The last lines, newly allocated, control characters replaced. */
char *openocd_log_tail(const OpenocdLog *log, guint lines);

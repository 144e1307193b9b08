/*
 * One command to OpenOCD and its answer. Used by openocd*.c only.
 *
 *   we       list r7 [catch {flash erase_sector 0 1 1} m] $m \x1a
 *   OpenOCD  r7 0 {...} \x1a
 *
 * r7 counts up, so that an answer can never be taken for that of another command. The answer itself
 * does not tell success from failure (openocd.md section 6), Tcl's catch does.
 */
#pragma once

#include "core/watch.h"
#include "link/openocd.h"
#include "link/openocd_child.h"

struct Openocd {
	OpenocdChild child;
	OpenocdLog *log;
	GString *input; /* what came of an answer that is not whole yet */
	guint sequence;
	guint probed; /* the banks of flash that it has asked for their size: bit 0, bit 1 */
	guint64 mark; /* of the chip that is halted (openocd_mark.h); 0: none is */
	char *work_dir;
	char *trouble;
};

/* For a command of a few packets. A dead probe is given up after libusb's 6 s (openocd.md section 6). */
#define OPENOCD_COMMAND_MS 8000

typedef struct {
	const char *what;    /* "erasing sector 3": begins the message of a failure */
	FailureCode refused; /* what it means when the chip refuses */
	guint bound_ms;      /* no answer in this time: FAILURE_OPENOCD_STALL */
} OpenocdCall;

/*
 * Returns the command's result as text, newly allocated. When NULL, OpenOCD may be gone: it is
 * killed whenever it cannot be trusted any more (no answer in time, a wrong one, the watch ended).
 */
char *openocd_call(Openocd *openocd, const OpenocdCall *call, const char *command, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a command whose result says nothing. */
gboolean openocd_run(Openocd *openocd, const OpenocdCall *call, const char *command, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

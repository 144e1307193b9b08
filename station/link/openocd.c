#include "core/text.h"
#include "link/openocd_call.h"
#include "link/openocd_probe.h"
#include "link/usb_port.h"

#include <string.h>

/* Process to its first answer takes 35 ms (openocd.md section 3); 32 may start at once. */
#define HELLO_MS 10000
/* Connecting gives up by itself after 0.5 s, a dead probe after libusb's 6 s (openocd.md section 6). */
#define INIT_MS  15000
#define END_MS   1000 /* to let go of the probe */
#define ATTEMPTS 3

/*
 * The whole script; nothing of it comes from outside but numbers. $::env() does not execute what it
 * expands to (trust.md section 5). Both banks, since firmware crosses 0x08100000; no pause after a
 * reset line that is not used; no polling behind our back, the target is asked when we want to know.
 *
 * The work area holds the flash loader (108 bytes) and its FIFO of 2 KiB. OpenOCD tells the loader
 * of what it has sent only when the FIFO is full or all is sent: with a FIFO as long as a chunk the
 * flash would stand idle while SWD is busy, and SWD while the flash is. Measured with 128 KiB at
 * 4 MHz and 180 us a word: 2.2 s with the usual 64 KiB, 1.4 s so.
 */
#define SCRIPT_PORTS "gdb_port disabled; telnet_port disabled; tcl_port pipe; noinit"
#define SCRIPT_PROBE                                                                               \
	"adapter driver cmsis-dap; cmsis_dap_backend usb_bulk;"                                    \
	" adapter serial $::env(FLASHLINE_PROBE); transport select swd;"                           \
	" set DUAL_BANK 1; set WORKAREASIZE 0x900"
#define SCRIPT_TARGET "target/stm32h7x.cfg"
#define SCRIPT_RESET  "adapter srst delay 0"

static Openocd *openocd_new(const char *work_dir)
{
	Openocd *openocd = g_new0(Openocd, 1);
	openocd->child = (OpenocdChild){.process = {.pidfd = -1}, .talk = -1, .log = -1};
	openocd->log = openocd_log_new();
	openocd->input = g_string_new(NULL);
	openocd->work_dir = g_strdup(work_dir);
	return openocd;
}

void openocd_free(Openocd *openocd)
{
	if (openocd == NULL)
		return;
	openocd_child_end(&openocd->child, openocd->log, END_MS);
	openocd_log_free(openocd->log);
	g_string_free(openocd->input, TRUE);
	g_free(openocd->work_dir);
	g_free(openocd->trouble);
	g_free(openocd);
}

/* ---- starting ------------------------------------------------------------------------------ */

/* No script of the user's own may take the place of OpenOCD's (its search path begins there). */
static char **environment_new(const char *probe_serial, const char *work_dir)
{
	char **list = g_get_environ();
	list = g_environ_unsetenv(list, "OPENOCD_SCRIPTS");
	list = g_environ_unsetenv(list, "XDG_CONFIG_HOME");
	list = g_environ_setenv(list, "HOME", work_dir, TRUE);
	list = g_environ_setenv(list, "FLASHLINE_PROBE", probe_serial, TRUE);
	return g_environ_setenv(list, "FLASHLINE_WORK", work_dir, TRUE);
}

static gboolean say_hello(Openocd *openocd, Watch *watch, GError **error)
{
	const OpenocdCall call = {"starting OpenOCD", FAILURE_OPENOCD_MISSING, HELLO_MS};
	g_autoptr(GError) problem = NULL;
	if (openocd_run(openocd, &call, "version", watch, &problem))
		return TRUE;
	/* It ended before it answered: its start-up script failed. */
	if (g_error_matches(problem, FAILURE, FAILURE_OPENOCD_DIED))
		problem->code = FAILURE_OPENOCD_MISSING;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

static gboolean connect_target(Openocd *openocd, guint khz, Watch *watch, GError **error)
{
	const OpenocdCall call = {"connecting over SWD", FAILURE_SWD_NO_TARGET, INIT_MS};
	g_autofree char *command = g_strdup_printf(
		"adapter speed %u; init; poll off;"
		" if {![stm32h7x.cpu0 was_examined]} {error {Target not examined yet}}",
		khz);
	return openocd_run(openocd, &call, command, watch, error);
}

/* "cmsis_dap_vid_pid 0x1209 0x2488", or nothing to say: OpenOCD then looks at every device. */
static gboolean filter_text(const char *probe_serial, char **text, GError **error)
{
	OpenocdProbe probe = {0};
	guint count = openocd_probe_find(USB_SYSFS_DEVICES, probe_serial, &probe);
	if (count > 1) {
		g_set_error(error, FAILURE, FAILURE_PROBE_MISSING,
			"%u USB devices have the serial %s, one of them is the probe", count,
			probe_serial);
		return FALSE;
	}
	*text = count == 0 ? g_strdup("")
			   : g_strdup_printf("cmsis_dap_vid_pid 0x%04x 0x%04x", probe.vendor,
				     probe.product);
	return TRUE;
}

static gboolean start_once(
	Openocd *openocd, const char *probe_serial, guint khz, Watch *watch, GError **error)
{
	g_auto(GStrv) environment = environment_new(probe_serial, openocd->work_dir);
	g_autofree char *filter = NULL;
	if (!filter_text(probe_serial, &filter, error))
		return FALSE;
	const char *const arguments[] = {"openocd", "-c", SCRIPT_PORTS, "-c", SCRIPT_PROBE, "-c",
		filter, "-f", SCRIPT_TARGET, "-c", SCRIPT_RESET, NULL};
	return openocd_child_start(
		       &openocd->child, arguments, environment, openocd->work_dir, error) &&
	       say_hello(openocd, watch, error) && connect_target(openocd, khz, watch, error);
}

/* A contact that was not there yet may be there now (trust.md section 4, fault 10). */
static gboolean may_pass(const GError *error)
{
	return g_error_matches(error, FAILURE, FAILURE_SWD_NO_TARGET) ||
	       g_error_matches(error, FAILURE, FAILURE_SWD_LINK);
}

static void note_trouble(Openocd *openocd, guint attempt, const GError *error)
{
	g_autofree char *before = g_steal_pointer(&openocd->trouble);
	openocd->trouble = g_strdup_printf("%s%sattempt %u: %s", before == NULL ? "" : before,
		before == NULL ? "" : "; ", attempt, error->message);
	openocd_log_say(openocd->log, "flashline: attempt %u failed, trying again", attempt);
}

static Openocd *start(const char *probe_serial, guint swd_khz, guint attempts, const char *work_dir,
	Watch *watch, GError **error)
{
	if (!text_is_serial(probe_serial)) {
		g_set_error(error, FAILURE, FAILURE_PROBE_MISSING,
			"a probe's serial is 1 to 64 letters, digits, '.', '_' or '-'");
		return NULL;
	}
	g_autoptr(Openocd) openocd = openocd_new(work_dir);
	for (guint attempt = 1;; attempt++) {
		g_autoptr(GError) problem = NULL;
		/* OpenOCD's init runs once a process (openocd.c), so each attempt has its own. */
		guint khz = attempt < ATTEMPTS ? swd_khz : MIN(swd_khz, MAX(100, swd_khz / 4));
		watch_progress(watch, "connect", attempt - 1, attempts);
		if (start_once(openocd, probe_serial, khz, watch, &problem))
			break;
		openocd_child_end(&openocd->child, openocd->log, END_MS);
		if (attempt == attempts || !may_pass(problem)) {
			g_propagate_prefixed_error(
				error, g_steal_pointer(&problem), "probe %s, ", probe_serial);
			return NULL;
		}
		note_trouble(openocd, attempt, problem);
	}
	watch_progress(watch, "connect", attempts, attempts);
	return g_steal_pointer(&openocd);
}

Openocd *openocd_start(
	const char *probe_serial, guint swd_khz, const char *work_dir, Watch *watch, GError **error)
{
	return start(probe_serial, swd_khz, ATTEMPTS, work_dir, watch, error);
}

Openocd *openocd_try(
	const char *probe_serial, guint swd_khz, const char *work_dir, Watch *watch, GError **error)
{
	return start(probe_serial, swd_khz, 1, work_dir, watch, error);
}

const char *openocd_trouble(const Openocd *openocd)
{
	return openocd->trouble;
}

char *openocd_log(const Openocd *openocd, guint lines)
{
	return openocd_log_tail(openocd->log, lines);
}

/* ---- the version --------------------------------------------------------------------------- */

/* "Open On-Chip Debugger 0.12.0" -> "0.12.0" */
static char *find_version(const char *text)
{
	const char *const name = "Open On-Chip Debugger ";
	const char *at = strstr(text, name);
	if (at == NULL)
		return NULL;
	at += strlen(name);
	gsize length = strcspn(at, " \n");
	return length == 0 ? NULL : g_strndup(at, MIN(length, 40));
}

char *openocd_version(void)
{
	const char *const arguments[] = {"openocd", "--version", NULL};
	g_auto(GStrv) environment = g_get_environ();
	g_autoptr(OpenocdLog) log = openocd_log_new();
	OpenocdChild child;
	if (!openocd_child_start(&child, arguments, environment, "/", NULL))
		return NULL;
	/* It ends by itself, and writes that to stderr. */
	openocd_child_end(&child, log, HELLO_MS);
	g_autofree char *text = openocd_log_tail(log, 20);
	return find_version(text);
}

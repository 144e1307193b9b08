#include "core/text.h"
#include "link/openocd_call.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define END        '\x1a'
#define ANSWER_MAX (1024 * 1024) /* bytes; the longest we ask for is some 50 KiB */
#define SLICE_MS   100           /* how long a stop may go unnoticed */
#define FATE_MS    200           /* a dying OpenOCD gets so long to leave its status */

static void kill_child(Openocd *openocd, guint grace_ms)
{
	openocd_child_end(&openocd->child, openocd->log, grace_ms);
}

/* It closed the connection, or died. What it wrote last may tell why. */
static void set_died(Openocd *openocd, const OpenocdCall *call, GError **error)
{
	FailureCode code = FAILURE_OPENOCD_DIED;
	const char *line = NULL;
	kill_child(openocd, FATE_MS);
	openocd_log_failure(openocd->log, FAILURE_OPENOCD_DIED, &code, &line);
	g_autofree char *fate = process_fate(&openocd->child.process);
	g_set_error(error, FAILURE, code, "%s: OpenOCD %s%s%s", call->what, fate,
		line == NULL ? "" : ": ", line == NULL ? "" : line);
}

static void set_nonsense(Openocd *openocd, const OpenocdCall *call, GError **error)
{
	g_autofree char *shown =
		text_clean(openocd->input->str, (gssize)MIN(openocd->input->len, 40));
	kill_child(openocd, 0);
	g_set_error(error, FAILURE, FAILURE_OPENOCD_DIED,
		"%s: OpenOCD answered nonsense (\"%s\") and was killed", call->what, shown);
}

static gboolean send_command(
	Openocd *openocd, const OpenocdCall *call, const char *command, GError **error)
{
	openocd->sequence++;
	g_string_truncate(openocd->input, 0);
	openocd_log_mark(openocd->log);
	g_autofree char *line =
		g_strdup_printf("list r%u [catch {%s} m] $m%c", openocd->sequence, command, END);
	/* Nothing else is on its way: a socket's buffer takes it whole. */
	gssize sent = send(openocd->child.talk, line, strlen(line), MSG_NOSIGNAL);
	if (sent == (gssize)strlen(line))
		return TRUE;
	set_died(openocd, call, error);
	return FALSE;
}

/* Reads what is there. FALSE when the connection is closed. */
static gboolean receive(Openocd *openocd)
{
	char bytes[16384];
	gssize got = recv(openocd->child.talk, bytes, sizeof(bytes), 0);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	g_string_append_len(openocd->input, bytes, got);
	return got > 0;
}

static gboolean answer_is_whole(const GString *input)
{
	return input->len > 0 && input->str[input->len - 1] == END;
}

/* Ours is an answer that ends where the input ends, and holds neither another end nor a NUL. */
static gboolean answer_is_sane(const GString *input)
{
	return input->len <= ANSWER_MAX &&
	       memchr(input->str, END, input->len) == input->str + input->len - 1 &&
	       memchr(input->str, '\0', input->len) == NULL;
}

static void wait_for_bytes(Openocd *openocd, guint ms)
{
	struct pollfd wires[] = {
		{.fd = openocd->child.talk, .events = POLLIN},
		{.fd = openocd->child.log, .events = POLLIN},
	};
	poll(wires, G_N_ELEMENTS(wires), (int)MIN(ms, SLICE_MS));
	openocd_child_drain(&openocd->child, openocd->log);
}

static gboolean await_answer(
	Openocd *openocd, const OpenocdCall *call, Watch *watch, GError **error)
{
	gint64 begin = g_get_monotonic_time();
	while (!answer_is_whole(openocd->input)) {
		if (!watch_ok(watch, error)) {
			g_prefix_error(error, "%s: ", call->what);
			kill_child(openocd, 0);
			return FALSE;
		}
		gint64 ms = (g_get_monotonic_time() - begin) / G_TIME_SPAN_MILLISECOND;
		if (ms >= call->bound_ms) {
			kill_child(openocd, 0);
			g_set_error(error, FAILURE, FAILURE_OPENOCD_STALL,
				"%s: OpenOCD did not answer for %.1f s and was killed", call->what,
				(double)ms / 1000);
			return FALSE;
		}
		wait_for_bytes(openocd, watch_timeout_ms(watch, call->bound_ms - (guint)ms));
		if (!receive(openocd)) {
			set_died(openocd, call, error);
			return FALSE;
		}
		if (openocd->input->len > ANSWER_MAX)
			break;
	}
	if (answer_is_sane(openocd->input))
		return TRUE;
	set_nonsense(openocd, call, error);
	return FALSE;
}

/* The second element of a Tcl list of one text: in braces unless it is a single word. */
static char *unbrace(const char *text)
{
	gsize length = strlen(text);
	if (length >= 2 && text[0] == '{' && text[length - 1] == '}')
		return g_strndup(text + 1, length - 2);
	return g_strdup(text);
}

static void set_refused(
	Openocd *openocd, const OpenocdCall *call, const char *result, GError **error)
{
	/* Not in the table: doubt, so the link's fault rather than the board's. */
	FailureCode code = FAILURE_SWD_LINK;
	const char *line = NULL;
	openocd_log_failure(openocd->log, call->refused, &code, &line);
	const char *text = line != NULL ? line : result;
	g_autofree char *said = text_clean(text, (gssize)MIN(strlen(text), 200));
	g_set_error(error, FAILURE, code, "%s: %s", call->what,
		*said == '\0' ? "OpenOCD refused without a word" : said);
}

/* "r7 0 {text}\x1a" -> text. */
static char *read_answer(Openocd *openocd, const OpenocdCall *call, GError **error)
{
	GString *input = openocd->input;
	g_autofree char *begin = g_strdup_printf("r%u ", openocd->sequence);
	char *rest = NULL;
	gint64 code = 0;
	gboolean sane = g_str_has_prefix(input->str, begin);
	if (sane)
		code = g_ascii_strtoll(input->str + strlen(begin), &rest, 10);
	if (!sane || rest == input->str + strlen(begin) || *rest != ' ') {
		set_nonsense(openocd, call, error);
		return NULL;
	}
	g_string_truncate(input, input->len - 1);
	g_autofree char *result = unbrace(rest + 1);
	if (code == 0)
		return g_steal_pointer(&result);
	set_refused(openocd, call, result, error);
	return NULL;
}

char *openocd_call(Openocd *openocd, const OpenocdCall *call, const char *command, Watch *watch,
	GError **error)
{
	if (openocd->child.process.pid == 0) {
		g_set_error(error, FAILURE, FAILURE_OPENOCD_DIED, "%s: OpenOCD is not running",
			call->what);
		return NULL;
	}
	if (!send_command(openocd, call, command, error) ||
		!await_answer(openocd, call, watch, error))
		return NULL;
	return read_answer(openocd, call, error);
}

gboolean openocd_run(Openocd *openocd, const OpenocdCall *call, const char *command, Watch *watch,
	GError **error)
{
	g_autofree char *result = openocd_call(openocd, call, command, watch, error);
	return result != NULL;
}

#include "link/openocd_log.h"

#include "core/text.h"

#include <string.h>

#define KEEP_LINES 200
#define KEEP_BYTES 400 /* bytes; the rest of a longer line is dropped */

struct OpenocdLog {
	GQueue lines;     /* of char*, oldest first */
	guint fresh;      /* how many of the last lines came since the mark; may exceed the queue */
	GString *partial; /* a line whose end has not come yet */
};

/* Stands in the table for "whatever the chip's refusal means for this command". */
#define REFUSED FAILURE_COUNT

/*
 * Texts of OpenOCD 0.12 and what they mean (openocd.md section 5; the texts themselves stand in its
 * cmsis_dap*.c, adi_v5_swd.c, stm32h7x.c). The cause comes before its consequences: a link that
 * broke in the middle of an erase also says that the erase failed.
 */
static const struct {
	const char *text;
	FailureCode code;
} known[] = {
	{"unable to find a matching CMSIS-DAP device", FAILURE_PROBE_MISSING},
	{"No such device (it may have been disconnected)", FAILURE_PROBE_MISSING},
	{"could not claim interface", FAILURE_USB_ACCESS},
	{"Access denied (insufficient permissions)", FAILURE_USB_ACCESS},
	{"Can't find target/", FAILURE_OPENOCD_MISSING},
	{"debug interface was not found", FAILURE_OPENOCD_MISSING},
	{"invalid command name", FAILURE_OPENOCD_MISSING},
	{"Error connecting DP: cannot read IDR", FAILURE_SWD_NO_TARGET},
	{"error reading data", FAILURE_SWD_LINK},
	{"error writing data", FAILURE_SWD_LINK},
	{"CMSIS-DAP command", FAILURE_SWD_LINK},
	{"CMSIS-DAP transfer count mismatch", FAILURE_SWD_LINK},
	{"CMSIS-DAP failed to connect", FAILURE_SWD_LINK},
	{"DP initialisation failed", FAILURE_SWD_LINK},
	{"DAP transaction stalled", FAILURE_SWD_LINK},
	{"STICKY ERROR", FAILURE_SWD_LINK},
	{"Failed to read memory at", FAILURE_SWD_LINK},
	{"Failed to write memory at", FAILURE_SWD_LINK},
	{"error while reading from address", FAILURE_SWD_LINK},
	{"error while writing to address", FAILURE_SWD_LINK},
	{"Target not examined yet", FAILURE_SWD_LINK},
	{"timeout waiting for algorithm", FAILURE_SWD_LINK}, /* openocd_program.c asks the flash */
	{"Cannot identify target as a STM32H7", FAILURE_CHIP_NOT_ALLOWED},
	{"this device has a single bank only", FAILURE_CHIP_NOT_ALLOWED},
	{"checksum mismatch", FAILURE_FLASH_VERIFY},
	{"WRPERR", REFUSED},
	{"flash memory write protected", REFUSED},
	{"flash write failed", REFUSED},
	{"flash write algorithm aborted by target", REFUSED},
	{"time out expired", REFUSED},
	{"erase time-out or operation error", REFUSED},
	{"flash not unlocked", REFUSED},
};

OpenocdLog *openocd_log_new(void)
{
	OpenocdLog *log = g_new0(OpenocdLog, 1);
	g_queue_init(&log->lines);
	log->partial = g_string_new(NULL);
	return log;
}

void openocd_log_free(OpenocdLog *log)
{
	if (log == NULL)
		return;
	g_queue_clear_full(&log->lines, g_free);
	g_string_free(log->partial, TRUE);
	g_free(log);
}

/* Takes the text over. */
static void add_line(OpenocdLog *log, char *text)
{
	g_queue_push_tail(&log->lines, text);
	log->fresh++;
	if (log->lines.length > KEEP_LINES)
		g_free(g_queue_pop_head(&log->lines));
}

/* OpenOCD echoes each reply of ours into its log: "r12 0 {...}" (openocd_call.c). */
static gboolean is_echo(const char *line)
{
	if (line[0] != 'r' || !g_ascii_isdigit(line[1]))
		return FALSE;
	return line[1 + strspn(line + 1, "0123456789")] == ' ';
}

static void end_line(OpenocdLog *log)
{
	g_autofree char *text = text_clean(log->partial->str, (gssize)log->partial->len);
	g_string_truncate(log->partial, 0);
	if (*text != '\0' && !is_echo(text))
		add_line(log, g_steal_pointer(&text));
}

void openocd_log_feed(OpenocdLog *log, const char *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (bytes[i] == '\n')
			end_line(log);
		else if (bytes[i] != '\r' && log->partial->len < KEEP_BYTES)
			g_string_append_c(log->partial, bytes[i]);
	}
}

void openocd_log_say(OpenocdLog *log, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	add_line(log, text_clean(text, -1));
}

void openocd_log_mark(OpenocdLog *log)
{
	log->fresh = 0;
}

/* The last so many lines. */
static const GList *since(const OpenocdLog *log, guint lines)
{
	const GList *at = log->lines.tail;
	if (lines == 0)
		return NULL;
	while (--lines > 0 && at != NULL && at->prev != NULL)
		at = at->prev;
	return at;
}

static const char *without_level(const char *line)
{
	return g_str_has_prefix(line, "Error: ") ? line + strlen("Error: ") : line;
}

gboolean openocd_log_failure(
	const OpenocdLog *log, FailureCode refused, FailureCode *code, const char **line)
{
	gsize best = G_N_ELEMENTS(known);
	const char *first = NULL, *best_line = NULL;
	for (const GList *at = since(log, log->fresh); at != NULL; at = at->next) {
		const char *text = at->data;
		if (first == NULL && g_str_has_prefix(text, "Error: "))
			first = text;
		for (gsize i = 0; i < best; i++) {
			if (strstr(text, known[i].text) != NULL) {
				best = i;
				best_line = text;
			}
		}
	}
	if (best_line == NULL) {
		*line = first == NULL ? NULL : without_level(first);
		return FALSE;
	}
	*code = known[best].code == REFUSED ? refused : known[best].code;
	*line = without_level(best_line);
	return TRUE;
}

char *openocd_log_tail(const OpenocdLog *log, guint lines)
{
	GString *text = g_string_new(NULL);
	for (const GList *at = since(log, lines); at != NULL; at = at->next)
		g_string_append_printf(text, "%s\n", (char *)at->data);
	return g_string_free(text, FALSE);
}

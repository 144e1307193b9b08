/*
 * What a job tells its controller, one JSON object a line.
 *
 *   {"event":"step","index":2,"of":9,"step":"bootloader","kind":"swd.program",
 *    "deadline_ms":30000,"stall_ms":5000}
 *   {"event":"progress","phase":"program","done":65536,"total":131072}
 *   {"event":"value","name":"chip.uid","text":"0039..."}
 *   {"event":"value","name":"usb.boot_ms","value":412.0,"unit":"ms","low":0,"high":900}
 *   {"event":"identify","uid":"003900353138510D33383539"}     (waits for "go" or "stop CODE")
 *   {"event":"ask","text":"Is the LED green?","picture":"/.../led.png","answers":"YES NO"}
 *                                                             (waits for "answer YES", for as long as its step may)
 *   {"event":"note","text":"..."}
 *   {"event":"step-end","step":"bootloader","ms":2210,"verdict":"PASS"}
 *   {"event":"end","verdict":"FAIL","code":"flash-verify","step":"bootloader","seen":"...",
 *    "cpu_ms":61,"tools_cpu_ms":80,"peak_kib":9120}     (what the job and its tools cost the station)
 *
 * The reader trusts nothing: a line is at most 16 KiB, must be UTF-8, one object, of the right
 * types; control characters in texts are replaced.
 */
#pragma once

#include "core/verdict.h"

typedef enum {
	EVENT_STEP,
	EVENT_PROGRESS,
	EVENT_VALUE,
	EVENT_IDENTIFY,
	EVENT_ASK,
	EVENT_NOTE,
	EVENT_STEP_END,
	EVENT_END,
} EventKind;

/* One event; the texts a kind does not have are NULL, the numbers 0. Owns its texts. */
typedef struct {
	EventKind kind;
	guint index, of, deadline_ms, stall_ms;
	char *step, *step_kind;
	char *phase;
	guint64 done, total;
	char *picture, *answers;
	char *name, *text, *unit;
	gboolean has_value, has_low, has_high;
	double value, low, high;
	guint64 ms;
	Verdict verdict;
	char *code, *seen;
	guint64 cpu_ms, tools_cpu_ms, peak_kib;
} Event;

void event_clear(Event *event);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Event, event_clear)
void event_free(Event *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)

/* One line with its newline, newly allocated. Texts that are not UTF-8 are made so. */
char *event_line(const Event *event);

/* NULL with G_IO_ERROR_INVALID_DATA when the line is no event. */
Event *event_parse(const char *line, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

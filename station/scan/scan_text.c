#include "scan/scan_text.h"
#include "core/text.h"

const char *scan_flaw_text(ScanFlaw flaw)
{
	switch (flaw) {
	case SCAN_CUT:
		return "the scan stopped in the middle: scan it again";
	case SCAN_LONG:
		return "the scan was too long for any code: scan the right label";
	case SCAN_UNCLEAR:
		return "the scanner sent keys that are no characters: scan it again; if it stays "
		       "so, set "
		       "the scanner to a US keyboard";
	case SCAN_STUCK:
		return "a key of the scanner was never let go, so that characters may be missing: "
		       "scan it again; if it stays so, unplug the scanner for a moment";
	default:
		return NULL;
	}
}

void scan_text_init(ScanText *text, guint gap_ms, ScanTake take, gpointer data)
{
	*text = (ScanText){.bytes = g_string_new(NULL),
		.gap_us = (gint64)gap_ms * 1000,
		.take = take,
		.data = data};
}

void scan_text_clear(ScanText *text)
{
	if (text->bytes)
		g_string_free(text->bytes, TRUE);
	text->bytes = NULL;
}

static gboolean begun(const ScanText *text)
{
	return text->bytes->len > 0 || text->flaw != SCAN_WHOLE;
}

/* Empty again before it is told: whoever hears it may begin the next one. */
static void deliver(ScanText *text, ScanFlaw flaw)
{
	g_autofree char *clean = text_clean(text->bytes->str, (gssize)text->bytes->len);

	g_string_truncate(text->bytes, 0);
	text->flaw = SCAN_WHOLE;
	text->take(clean, flaw, text->data);
}

static void cut_if_late(ScanText *text, gint64 now_us)
{
	if (begun(text) && now_us - text->last_us > text->gap_us) {
		text->rest_us = text->last_us + (gint64)SCAN_REST_MS * 1000;
		deliver(text, text->flaw == SCAN_WHOLE ? SCAN_CUT : text->flaw);
	}
	text->last_us = now_us;
}

void scan_text_byte(ScanText *text, char byte, gint64 now_us)
{
	cut_if_late(text, now_us);
	if (byte == '\n' || byte == '\r') {
		text->rest_us = 0;
		if (begun(text))
			deliver(text, text->flaw);
		return;
	}
	if (!begun(text) && now_us < text->rest_us)
		text->flaw = SCAN_CUT;
	if (text->bytes->len < SCAN_MAX) {
		g_string_append_c(text->bytes, byte);
	} else {
		text->flaw = SCAN_LONG;
	}
}

void scan_text_spoil(ScanText *text, ScanFlaw flaw, gint64 now_us)
{
	cut_if_late(text, now_us);
	if (text->flaw == SCAN_WHOLE)
		text->flaw = flaw;
}

guint scan_text_expire(ScanText *text, gint64 now_us)
{
	gint64 left_us;

	if (!begun(text))
		return 0;
	left_us = text->last_us + text->gap_us - now_us;
	if (left_us >= 0)
		return (guint)(left_us / 1000) + 1;
	cut_if_late(text, now_us);
	return 0;
}

void scan_text_end(ScanText *text)
{
	if (begun(text))
		deliver(text, text->flaw == SCAN_WHOLE ? SCAN_CUT : text->flaw);
	text->rest_us = 0;
}

#include "scan/scan_code.h"

static const char *const words[] = {
	[CODE_START] = "START",
	[CODE_ABORT] = "ABORT",
	[CODE_RETEST] = "RETEST",
	[CODE_YES] = "YES",
	[CODE_NO] = "NO",
	[CODE_DONE] = "DONE",
};

const char *scan_code_word(ScanCode code)
{
	return code < G_N_ELEMENTS(words) ? words[code] : NULL;
}

ScanCode scan_code(const char *text, guint *slot)
{
	guint64 number;

	*slot = 0;
	for (guint code = CODE_START; code < G_N_ELEMENTS(words); code++)
		if (g_str_equal(text, words[code]))
			return (ScanCode)code;
	if (g_str_has_prefix(text, "SLOT-") && text[5] >= '1' && text[5] <= '9' &&
		g_ascii_string_to_unsigned(text + 5, 10, 1, SCAN_SLOT_MAX, &number, NULL)) {
		*slot = (guint)number;
		return CODE_SLOT;
	}
	return CODE_SERIAL;
}

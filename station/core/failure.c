#include "core/failure.h"

GQuark failure_quark(void)
{
	return g_quark_from_static_string("flashline-failure");
}

static const Failure rows[FAILURE_COUNT] = {
#define X(code, word, verdict, blame, advice)                                                      \
	[FAILURE_##code] = {word, VERDICT_##verdict, BLAME_##blame, advice},
	FAILURE_TABLE(X)
#undef X
};

const Failure *failure_row(int code)
{
	if (code < 0 || code >= FAILURE_COUNT)
		return &rows[FAILURE_STATION_INTERNAL];
	return &rows[code];
}

gboolean failure_code_from_word(const char *word, int *code)
{
	for (int i = 0; i < FAILURE_COUNT; i++)
		if (!g_strcmp0(rows[i].word, word)) {
			*code = i;
			return TRUE;
		}
	return FALSE;
}

const Failure *failure_from_word(const char *word)
{
	int code;

	return failure_code_from_word(word, &code) ? &rows[code] : NULL;
}

const Failure *failure_of(const GError *error)
{
	if (!error || error->domain != FAILURE)
		return failure_row(FAILURE_STATION_INTERNAL);
	return failure_row(error->code);
}

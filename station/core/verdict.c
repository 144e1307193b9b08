#include "core/verdict.h"

static const char *const verdicts[] = {
	[VERDICT_RUNNING] = "RUNNING",
	[VERDICT_PASS] = "PASS",
	[VERDICT_FAIL] = "FAIL",
	[VERDICT_ERROR] = "ERROR",
	[VERDICT_ABORTED] = "ABORTED",
};

static const char *const blames[] = {
	[BLAME_NONE] = "none",
	[BLAME_BOARD] = "board",
	[BLAME_SLOT] = "slot",
	[BLAME_STATION] = "station",
	[BLAME_OPERATOR] = "operator",
};

/* A number from nowhere is doubt, and doubt is ERROR. */
const char *verdict_word(Verdict verdict)
{
	return (guint)verdict < G_N_ELEMENTS(verdicts) ? verdicts[verdict]
						       : verdicts[VERDICT_ERROR];
}

const char *blame_word(Blame blame)
{
	return (guint)blame < G_N_ELEMENTS(blames) ? blames[blame] : blames[BLAME_STATION];
}

static gboolean find(const char *const *words, guint count, const char *word, guint *index)
{
	for (guint i = 0; i < count; i++)
		if (!g_strcmp0(words[i], word)) {
			*index = i;
			return TRUE;
		}
	return FALSE;
}

gboolean verdict_from_word(const char *word, Verdict *verdict)
{
	guint index;

	if (!find(verdicts, G_N_ELEMENTS(verdicts), word, &index))
		return FALSE;
	*verdict = (Verdict)index;
	return TRUE;
}

gboolean blame_from_word(const char *word, Blame *blame)
{
	guint index;

	if (!find(blames, G_N_ELEMENTS(blames), word, &index))
		return FALSE;
	*blame = (Blame)index;
	return TRUE;
}

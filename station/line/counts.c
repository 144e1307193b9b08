#include "line/counts.h"

void counts_add(LineCounts *counts, Verdict verdict, gint64 begin_us, gint64 end_us)
{
	if (!counts->first_us || begin_us < counts->first_us)
		counts->first_us = begin_us;
	counts->last_us = MAX(counts->last_us, end_us);
	counts->passed += verdict == VERDICT_PASS;
	counts->failed += verdict == VERDICT_FAIL;
	counts->errors += verdict == VERDICT_ERROR;
	counts->aborted += verdict == VERDICT_ABORTED;
}

guint64 counts_done(const LineCounts *counts)
{
	return counts->passed + counts->failed + counts->errors;
}

double counts_per_hour(const LineCounts *counts)
{
	double hours = (double)(counts->last_us - counts->first_us) / G_USEC_PER_SEC / 3600;

	return hours > 0 ? (double)counts_done(counts) / hours : 0;
}

char *counts_text(const LineCounts *counts)
{
	const struct {
		guint64 count;
		const char *word;
	} words[] = {{counts->passed, "passed"}, {counts->failed, "failed"},
		{counts->errors, "in error"}, {counts->aborted, "aborted"}};
	guint64 done = counts_done(counts);
	GString *text = g_string_new(NULL);

	g_string_append_printf(
		text, "%" G_GUINT64_FORMAT " board%s done: ", done, done == 1 ? "" : "s");
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		/* How many passed is always said, also when it is none. */
		if (words[i].count || i == 0)
			g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " %s", i ? ", " : "",
				words[i].count, words[i].word);
	if (counts_per_hour(counts) > 0)
		g_string_append_printf(text, "; %.0f an hour", counts_per_hour(counts));
	return g_string_free(text, FALSE);
}

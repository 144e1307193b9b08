#include "line/view.h"

char *view_summary(const GPtrArray *rows)
{
	static const struct {
		Verdict verdict;
		const char *word;
	} words[] = {{VERDICT_PASS, "passed"}, {VERDICT_FAIL, "failed"},
		{VERDICT_ERROR, "in error"}, {VERDICT_ABORTED, "aborted"}};
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		guint count = 0;

		for (guint row = 0; row < rows->len; row++)
			count += ((const ViewRow *)rows->pdata[row])->run->verdict ==
				 words[i].verdict;
		/* How many passed is always said, also when it is none. */
		if (count || words[i].verdict == VERDICT_PASS)
			g_string_append_printf(
				text, "%s%u %s", text->len ? ", " : "", count, words[i].word);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

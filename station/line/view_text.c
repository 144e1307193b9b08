#include "line/view_text.h"
#include "core/style.h"
#include "core/text.h"

#include <stdio.h>

char *view_outcome(const SlotRun *run)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *verdict = style_verdict(run->verdict, FALSE);

	g_string_append(text, verdict);
	if (run->failure)
		g_string_append_printf(text, " %s", run->failure->word);
	if (run->failed_step)
		g_string_append_printf(text, " in %s", run->failed_step);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Where somebody must act there is something to wait for (libraries.md section 15: blue, a hand). */
char *view_state(const ViewRow *row)
{
	return row->waits ? g_strdup_printf("☞ %s", row->waits)
			  : g_strdup_printf("○ %s", row->state);
}

char *view_title(const View *view)
{
	return g_strdup_printf("%s revision %s on %s, %u %s%s", view->recipe->name,
		view->recipe->revision ? view->recipe->revision : "-", view->fixture->name,
		view->rows->len, view->counts ? "slot" : "board", view->rows->len == 1 ? "" : "s");
}

void view_report_run(const SlotRun *run, gboolean colours)
{
	g_autofree char *seen = text_clean(run->seen ? run->seen : "", -1);
	g_autofree char *outcome = view_outcome(run);

	printf("\n%sslot %u  %s  %s%s\n", style_begin(run->verdict, colours), run->slot->number,
		run->serial, outcome, style_end(colours));
	printf("    seen   %s\n", seen);
	printf("    blame  %s\n", blame_word(run->failure->blame));
	printf("    do     %s\n", run->failure->advice);
}

void view_report(const View *view, gboolean colours)
{
	g_autofree char *summary =
		view->counts ? counts_text(view->counts) : view_summary(view->rows);

	/* On a line each was reported when it happened. */
	for (guint i = 0; !view->counts && i < view->rows->len; i++) {
		const SlotRun *run = ((const ViewRow *)view->rows->pdata[i])->run;

		/* Whoever stopped the line knows why: the count below says enough. */
		if (run->failure && run->verdict != VERDICT_ABORTED)
			view_report_run(run, colours);
	}
	printf("\n%s. Journal: %s\n", summary, view->journal);
	fflush(stdout);
}

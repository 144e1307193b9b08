#include "setup/preflight.h"

#include "core/style.h"

static const char *const grades[] = {"OK", "WARN", "FAIL"};

const char *grade_word(Grade grade)
{
	return grades[grade];
}

static void finding_free(gpointer data)
{
	Finding *finding = data;

	g_free(finding->seen);
	g_free(finding);
}

Preflight *preflight_new(const Fixture *fixture, const char *journal, Usb *usb)
{
	Preflight *preflight = g_new0(Preflight, 1);

	preflight->fixture = fixture;
	preflight->journal = journal;
	preflight->usb = usb;
	preflight->list = usb_list(usb);
	preflight->now_us = g_get_real_time();
	preflight->findings = g_ptr_array_new_with_free_func(finding_free);
	return preflight;
}

void preflight_free(Preflight *preflight)
{
	if (!preflight)
		return;
	g_ptr_array_unref(preflight->list);
	g_ptr_array_unref(preflight->findings);
	g_free(preflight);
}

void preflight_find(Preflight *preflight, Grade grade, const char *code, const char *advice,
	const char *format, ...)
{
	Finding *finding = g_new0(Finding, 1);
	va_list args;

	va_start(args, format);
	finding->seen = g_strdup_vprintf(format, args);
	va_end(args);
	finding->grade = grade;
	finding->code = code;
	finding->advice = advice;
	g_ptr_array_add(preflight->findings, finding);
}

void preflight_run(Preflight *preflight)
{
	preflight_devices(preflight);
	preflight_bus(preflight);
	preflight_disk(preflight);
	preflight_clock(preflight);
	preflight_tools(preflight);
	/* Last: it is what takes time, and it moves something. */
	preflight_power(preflight);
}

Grade preflight_worst(const Preflight *preflight)
{
	Grade worst = GRADE_OK;

	for (guint i = 0; i < preflight->findings->len; i++)
		worst = MAX(worst, ((const Finding *)preflight->findings->pdata[i])->grade);
	return worst;
}

/* ---- shown ------------------------------------------------------------------------------------- */

static Verdict verdict_of(Grade grade)
{
	return grade == GRADE_OK     ? VERDICT_PASS
	       : grade == GRADE_WARN ? VERDICT_ERROR
				     : VERDICT_FAIL;
}

static guint count(const Preflight *preflight, Grade grade)
{
	guint found = 0;

	for (guint i = 0; i < preflight->findings->len; i++)
		found += ((const Finding *)preflight->findings->pdata[i])->grade == grade;
	return found;
}

char *preflight_text(const Preflight *preflight, gboolean colour)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < preflight->findings->len; i++) {
		const Finding *finding = preflight->findings->pdata[i];
		Verdict verdict = verdict_of(finding->grade);

		g_string_append_printf(out, "%s%s %-4s%s  %-18s %s\n", style_begin(verdict, colour),
			style_symbol(verdict), grades[finding->grade], style_end(colour),
			finding->code, finding->seen);
		if (finding->advice)
			g_string_append_printf(out, "%27s%s\n", "do: ", finding->advice);
	}
	g_string_append_printf(out, "\n%u OK, %u WARN, %u FAIL: %s\n", count(preflight, GRADE_OK),
		count(preflight, GRADE_WARN), count(preflight, GRADE_FAIL),
		preflight_worst(preflight) == GRADE_FAIL ? "do not begin the shift"
							 : "fit for the shift");
	return g_string_free(out, FALSE);
}

json_t *preflight_json(const Preflight *preflight)
{
	json_t *all = json_array();

	for (guint i = 0; i < preflight->findings->len; i++) {
		const Finding *finding = preflight->findings->pdata[i];

		json_array_append_new(all,
			json_pack("{s:s s:s s:s s:s?}", "grade", grades[finding->grade], "check",
				finding->code, "seen", finding->seen, "do", finding->advice));
	}
	return all;
}

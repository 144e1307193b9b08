/*
 * JUnit XML, as CI servers read it: a suite a run, a case a step. FAIL is a failure, ERROR and ABORTED an error of
 * the case; what a run ended with outside its steps is a case of its own.
 *
 *   <testsuites>
 *     <testsuite name="OMV4711" timestamp=... tests= failures= errors= time=>
 *       <properties> <property name="revision" value="C"/> ... </properties>
 *       <testcase classname="demo" name="firmware" time="21.0"> <failure type="flash-verify" message=.../> </testcase>
 */
#include "report/export.h"
#include "report/svg.h"

static void begin(GString *out)
{
	g_string_append(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flashline\">\n");
}

static void put_attribute(GString *out, const char *name, const json_t *object, const char *key)
{
	g_autofree char *text = export_text(object, key);

	g_string_append_printf(out, " %s=\"", name);
	html_text(out, text);
	g_string_append_c(out, '"');
}

static void put_seconds(GString *out, const json_t *object)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	g_ascii_formatd(digits, sizeof digits, "%.3f",
		json_number_value(json_object_get(object, "ms")) / 1000);
	g_string_append_printf(out, " time=\"%s\"", digits);
}

/* A step, or the run itself where no step tells what it ended with. */
static void put_case(GString *out, const json_t *run, const json_t *of, const char *name)
{
	Verdict verdict = export_verdict(of);

	g_string_append(out, "    <testcase");
	put_attribute(out, "classname", run, "recipe");
	if (name)
		g_string_append_printf(out, " name=\"%s\"", name);
	else
		put_attribute(out, "name", of, "id");
	put_seconds(out, of);
	if (verdict == VERDICT_PASS) {
		g_string_append(out, "/>\n");
		return;
	}
	g_string_append_printf(out, ">\n      <%s", verdict == VERDICT_FAIL ? "failure" : "error");
	put_attribute(out, "type", of, "code");
	put_attribute(out, "message", of, "seen");
	g_string_append(out, "/>\n    </testcase>\n");
}

static void put_properties(GString *out, const json_t *run)
{
	static const char *const names[] = {"uid", "product", "revision", "recipe_sha256",
		"fixture", "station", "operator", "lot", "purpose", "flashline", "openocd"};

	g_string_append(out, "    <properties>\n");
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_string_append_printf(out, "      <property name=\"%s\"", names[i]);
		put_attribute(out, "value", run, names[i]);
		g_string_append(out, "/>\n");
	}
	g_string_append_printf(out,
		"      <property name=\"run\" value=\"%" G_GINT64_FORMAT "\"/>\n",
		(gint64)json_integer_value(json_object_get(run, "run")));
	g_string_append(out, "    </properties>\n");
}

typedef struct {
	guint tests, failures, errors;
	gboolean told; /* a step did not pass: the run's verdict is there */
} Counts;

static Counts count_cases(const json_t *run)
{
	const json_t *steps = json_object_get(run, "steps");
	Counts counts = {.tests = (guint)json_array_size(steps)};
	Verdict verdict = export_verdict(run);

	for (gsize i = 0; i < json_array_size(steps); i++) {
		Verdict of_step = export_verdict(json_array_get(steps, i));

		counts.failures += of_step == VERDICT_FAIL;
		counts.errors += of_step != VERDICT_FAIL && of_step != VERDICT_PASS;
		counts.told |= of_step == verdict;
	}
	counts.told |= verdict == VERDICT_PASS;
	counts.tests += !counts.told;
	counts.failures += !counts.told && verdict == VERDICT_FAIL;
	counts.errors += !counts.told && verdict != VERDICT_FAIL;
	return counts;
}

static void put_suite(GString *out, const json_t *run, const char *journal)
{
	const json_t *steps = json_object_get(run, "steps");
	Counts counts = count_cases(run);

	g_string_append(out, "  <testsuite");
	put_attribute(out, "name", run, "serial");
	put_attribute(out, "timestamp", run, "began");
	put_attribute(out, "hostname", run, "station");
	g_string_append_printf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"0\"",
		counts.tests, counts.failures, counts.errors);
	put_seconds(out, run);
	g_string_append(out, ">\n");
	put_properties(out, run);
	for (gsize i = 0; i < json_array_size(steps); i++)
		put_case(out, run, json_array_get(steps, i), NULL);
	if (!counts.told)
		put_case(out, run, run, "run");
	g_string_append(out, "  </testsuite>\n");
}

static void end(GString *out)
{
	g_string_append(out, "</testsuites>\n");
}

const ExportFormat export_junit = {"junit", begin, put_suite, end};

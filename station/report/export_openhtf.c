/*
 * Test records as OpenHTF's JSON output writes them, one a line: dut_id, station_id, times in milliseconds since 1970,
 * outcome, and a phase a step with its measurements by name.
 */
#include "report/export.h"

/* Its outcomes: PASS, FAIL, ERROR, TIMEOUT, ABORTED; of phases PASS, FAIL, SKIP, ERROR. */
static const char *outcome_of(const json_t *object, gboolean phase)
{
	Verdict verdict = export_verdict(object);

	if (verdict == VERDICT_ABORTED && phase)
		return "ERROR";
	return verdict == VERDICT_RUNNING ? "ERROR" : verdict_word(verdict);
}

/* "0 <= x <= 900", as its validators are written. */
static json_t *validators(const json_t *value)
{
	const json_t *low = json_object_get(value, "low"), *high = json_object_get(value, "high");
	json_t *all = json_array();
	char number[2][G_ASCII_DTOSTR_BUF_SIZE] = {"", ""};

	if (json_is_number(low))
		g_ascii_dtostr(number[0], sizeof number[0], json_number_value(low));
	if (json_is_number(high))
		g_ascii_dtostr(number[1], sizeof number[1], json_number_value(high));
	if (*number[0] && *number[1])
		json_array_append_new(all, json_sprintf("%s <= x <= %s", number[0], number[1]));
	else if (*number[0])
		json_array_append_new(all, json_sprintf("%s <= x", number[0]));
	else if (*number[1])
		json_array_append_new(all, json_sprintf("x <= %s", number[1]));
	return all;
}

static json_t *measurement(const json_t *value, const char *name)
{
	const json_t *number = json_object_get(value, "value");
	g_autofree char *text = export_text(value, "text"), *unit = export_text(value, "unit");
	json_t *meas = json_pack("{s:s, s:s, s:o, s:b}", "name", name, "outcome",
		export_within(value) ? "PASS" : "FAIL", "validators", validators(value), "marginal",
		0);

	json_object_set_new(meas, "measured_value",
		json_is_number(number) ? json_incref((json_t *)number) : json_string(text));
	if (*unit)
		json_object_set_new(meas, "units", json_string(unit));
	return meas;
}

/* A name may be noted twice in a step; here it is a key. */
static char *free_name(const json_t *measurements, const json_t *value)
{
	char *plain = export_text(value, "name");

	for (guint i = 2; json_object_get(measurements, plain); i++) {
		g_autofree char *before = export_text(value, "name");

		g_free(plain);
		plain = g_strdup_printf("%s#%u", before, i);
	}
	return plain;
}

static json_t *measurements_of(const json_t *run, gint64 step)
{
	json_t *values = export_values_of(run, step), *all = json_object();

	for (gsize i = 0; i < json_array_size(values); i++) {
		const json_t *value = json_array_get(values, i);
		g_autofree char *name = free_name(all, value);

		json_object_set_new(all, name, measurement(value, name));
	}
	json_decref(values);
	return all;
}

static json_t *phase(const json_t *run, const json_t *step)
{
	gint64 start = export_millis(run, "began") +
		       json_integer_value(json_object_get(step, "offset_ms"));
	g_autofree char *name = export_text(step, "id"), *kind = export_text(step, "kind");

	return json_pack("{s:s, s:I, s:I, s:s, s:o, s:{}, s:{s:s, s:s, s:s}}", "name", name,
		"start_time_millis", (json_int_t)start, "end_time_millis",
		(json_int_t)(start + json_integer_value(json_object_get(step, "ms"))), "outcome",
		outcome_of(step, TRUE), "measurements",
		measurements_of(run, json_integer_value(json_object_get(step, "index"))),
		"attachments", "codeinfo", "name", kind, "docstring", "", "sourcecode", "");
}

static json_t *details(const json_t *run)
{
	g_autofree char *code = export_text(run, "code"), *seen = export_text(run, "seen");

	return *code ? json_pack("[{s:s, s:s}]", "code", code, "description", seen) : json_array();
}

static json_t *metadata(const json_t *run)
{
	static const char *const names[] = {"product", "revision", "recipe", "recipe_sha256",
		"fixture", "operator", "lot", "purpose", "uid", "flashline", "openocd"};
	json_t *data = json_pack("{s:O, s:O}", "run", json_object_get(run, "run"), "slot",
		json_object_get(run, "slot"));

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text = export_text(run, names[i]);

		json_object_set_new(data, names[i], json_string(text));
	}
	return data;
}

static void put_run(GString *out, const json_t *run, const char *journal)
{
	g_autofree char *serial = export_text(run, "serial");
	g_autofree char *station = export_text(run, "station");
	g_autofree char *recipe = export_text(run, "recipe");
	const json_t *steps = json_object_get(run, "steps");
	json_t *phases = json_array(), *record;

	for (gsize i = 0; i < json_array_size(steps); i++)
		json_array_append_new(phases, phase(run, json_array_get(steps, i)));
	record = json_pack("{s:s, s:s, s:I, s:I, s:s, s:o, s:o, s:o, s:{s:s, s:s, s:s}, s:[]}",
		"dut_id", serial, "station_id", station, "start_time_millis",
		(json_int_t)export_millis(run, "began"), "end_time_millis",
		(json_int_t)export_millis(run, "ended"), "outcome", outcome_of(run, FALSE),
		"outcome_details", details(run), "metadata", metadata(run), "phases", phases,
		"code_info", "name", recipe, "docstring", "", "sourcecode", "", "log_records");
	export_json_line(out, record);
}

const ExportFormat export_openhtf = {"openhtf", NULL, put_run, NULL};

/* A row a measurement, for spreadsheets and statistics programs: RFC 4180. Runs without values have none. */
#include "report/export.h"

#include <string.h>

static const char head[] = "run,serial,uid,product,revision,recipe,fixture,station,slot,operator,"
			   "lot,purpose,began_utc,"
			   "verdict,code,step,step_kind,name,value,text,low,high,unit,within\r\n";

static void begin(GString *out)
{
	g_string_append(out, head);
}

static void put_text(GString *out, const json_t *object, const char *key)
{
	g_autofree char *text = export_text(object, key);

	report_csv_cell(out, text, TRUE);
	g_string_append_c(out, ',');
}

/* As many digits as it takes to read the same number again. */
static void put_number(GString *out, const json_t *object, const char *key)
{
	const json_t *number = json_object_get(object, key);
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	if (json_is_integer(number))
		g_string_append_printf(
			out, "%" G_GINT64_FORMAT, (gint64)json_integer_value(number));
	else if (json_is_real(number))
		g_string_append(
			out, g_ascii_dtostr(digits, sizeof digits, json_real_value(number)));
	g_string_append_c(out, ',');
}

/* What stands before a measurement: the same for all of a run. */
static void put_run(GString *out, const json_t *run)
{
	static const char *const before_slot[] = {
		"serial", "uid", "product", "revision", "recipe", "fixture", "station"};
	static const char *const behind_slot[] = {
		"operator", "lot", "purpose", "began", "verdict", "code"};

	put_number(out, run, "run");
	for (gsize i = 0; i < G_N_ELEMENTS(before_slot); i++)
		put_text(out, run, before_slot[i]);
	put_number(out, run, "slot");
	for (gsize i = 0; i < G_N_ELEMENTS(behind_slot); i++)
		put_text(out, run, behind_slot[i]);
}

static const json_t *step_of(const json_t *run, gint64 index)
{
	const json_t *steps = json_object_get(run, "steps");

	for (gsize i = 0; i < json_array_size(steps); i++) {
		const json_t *step = json_array_get(steps, i);

		if (json_integer_value(json_object_get(step, "index")) == index)
			return step;
	}
	return NULL;
}

static void put_run_rows(GString *out, const json_t *run, const char *journal)
{
	const json_t *values = json_object_get(run, "values");
	g_autoptr(GString) before = g_string_new(NULL);

	put_run(before, run);
	for (gsize i = 0; i < json_array_size(values); i++) {
		const json_t *value = json_array_get(values, i);
		const json_t *step =
			step_of(run, json_integer_value(json_object_get(value, "step")));

		g_string_append(out, before->str);
		put_text(out, step, "id");
		put_text(out, step, "kind");
		put_text(out, value, "name");
		put_number(out, value, "value");
		put_text(out, value, "text");
		put_number(out, value, "low");
		put_number(out, value, "high");
		put_text(out, value, "unit");
		g_string_append(out, export_within(value) ? "1\r\n" : "0\r\n");
	}
}

const ExportFormat export_csv = {"long-csv", begin, put_run_rows, NULL};

/*
 * WATS Standard JSON Format (libraries.md section 16): a test report a run, one document a line; WATS and others import
 * each line as a file. Status letters: P passed, F failed, E error, T terminated.
 *
 *   {"type": "T", "id", "pn", "rev", "sn", "machineName", "location", "purpose", "processCode", "processName", "start",
 *    "startUTC", "result", "uut": {...}, "miscInfos": [...],
 *    "root": {"stepType": "SequenceCall", "steps": [{"stepType": "ET_MNLT", "numericMeas": [...]} ...]}}
 *
 * The process code is WATS's own number for an operation: 10 unless the importer's table has another.
 */
#include "report/export.h"

#include <string.h>

enum { PROCESS_CODE = 10 };

static const char *status_of(const json_t *object)
{
	switch (export_verdict(object)) {
	case VERDICT_PASS:
		return "P";
	case VERDICT_FAIL:
		return "F";
	case VERDICT_ABORTED:
		return "T";
	default:
		return "E";
	}
}

/* The same run is the same report however often it is exported: its id is a hash of journal and run. */
static char *report_id(const json_t *run, const char *journal)
{
	g_autofree char *name = g_strdup_printf("flashline %s run %" G_GINT64_FORMAT, journal,
		(gint64)json_integer_value(json_object_get(run, "run")));
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);

	/* Version 8: of one's own making (RFC 9562). */
	return g_strdup_printf(
		"%.8s-%.4s-8%.3s-8%.3s-%.12s", hash, hash + 8, hash + 13, hash + 17, hash + 20);
}

static void set_text(json_t *into, const char *name, const json_t *from, const char *key)
{
	g_autofree char *text = export_text(from, key);

	json_object_set_new(into, name, json_string(text));
}

static json_t *measured(const json_t *value)
{
	const json_t *low = json_object_get(value, "low"), *high = json_object_get(value, "high");
	json_t *meas = json_object();
	const char *compare = json_is_number(low) && json_is_number(high) ? "GELE"
			      : json_is_number(low)                       ? "GE"
			      : json_is_number(high)                      ? "LE"
									  : "LOG";

	set_text(meas, "name", value, "name");
	json_object_set_new(meas, "compOp", json_string(compare));
	json_object_set_new(meas, "status", json_string(export_within(value) ? "P" : "F"));
	set_text(meas, "unit", value, "unit");
	json_object_set(meas, "value", json_object_get(value, "value"));
	/* With one limit alone it stands in the lower one's place. */
	if (json_is_number(low))
		json_object_set(meas, "lowLimit", (json_t *)low);
	else if (json_is_number(high))
		json_object_set(meas, "lowLimit", (json_t *)high);
	if (json_is_number(low) && json_is_number(high))
		json_object_set(meas, "highLimit", (json_t *)high);
	return meas;
}

static json_t *noted(const json_t *value)
{
	json_t *meas = json_pack(
		"{s:s, s:s}", "compOp", "LOG", "status", export_within(value) ? "P" : "F");

	set_text(meas, "name", value, "name");
	set_text(meas, "value", value, "text");
	return meas;
}

/* A step of texts is a step of its own kind: numbers go first. */
static void set_values(json_t *step, json_t *values)
{
	json_t *numbers = json_array(), *texts = json_array();

	for (gsize i = 0; i < json_array_size(values); i++) {
		const json_t *value = json_array_get(values, i);

		if (json_is_number(json_object_get(value, "value")))
			json_array_append_new(numbers, measured(value));
		else
			json_array_append_new(texts, noted(value));
	}
	json_object_set_new(step, "stepType",
		json_string(json_array_size(numbers) ? "ET_MNLT"
			    : json_array_size(texts) ? "ET_MSVT"
						     : "ET_PFT"));
	if (json_array_size(numbers))
		json_object_set(step, "numericMeas", numbers);
	if (json_array_size(texts))
		json_object_set(step, "stringMeas", texts);
	if (!json_array_size(numbers) && !json_array_size(texts))
		json_object_set_new(step, "booleanMeas",
			json_pack("[{s:O}]", "status", json_object_get(step, "status")));
	json_decref(numbers);
	json_decref(texts);
	json_decref(values);
}

static json_t *step_json(const json_t *run, const json_t *of, gint64 id)
{
	json_t *step = json_pack("{s:I, s:s, s:s, s:f}", "id", (json_int_t)id, "group", "M",
		"status", status_of(of), "totTime",
		json_number_value(json_object_get(of, "ms")) / 1000);
	Verdict verdict = export_verdict(of);

	set_text(step, "name", of, "id");
	json_object_set_new(step, "causedUUTFailure", json_boolean(verdict != VERDICT_PASS));
	if (verdict != VERDICT_PASS) {
		set_text(step, "errorCodeFormat", of, "code");
		set_text(step, "reportText", of, "seen");
	}
	set_values(step, export_values_of(run, json_integer_value(json_object_get(of, "index"))));
	return step;
}

static json_t *root_json(const json_t *run)
{
	const json_t *steps = json_object_get(run, "steps");
	json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:f}", "id", 0, "group", "M", "stepType",
		"SequenceCall", "status", status_of(run), "totTime",
		json_number_value(json_object_get(run, "ms")) / 1000);
	json_t *all = json_array(), *call = json_object();

	set_text(root, "name", run, "recipe");
	set_text(call, "name", run, "recipe");
	set_text(call, "version", run, "recipe_sha256");
	set_text(call, "path", run, "fixture");
	for (gsize i = 0; i < json_array_size(steps); i++)
		json_array_append_new(all, step_json(run, json_array_get(steps, i), (gint64)i + 1));
	json_object_set_new(root, "seqCall", call);
	json_object_set_new(root, "steps", all);
	return root;
}

static json_t *infos_json(const json_t *run)
{
	static const char *const names[] = {
		"uid", "lot", "fixture", "code", "flashline", "openocd"};
	json_t *infos = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text = export_text(run, names[i]);

		if (*text)
			json_array_append_new(infos,
				json_pack("{s:s, s:s}", "description", names[i], "text", text));
	}
	return infos;
}

static json_t *uut_json(const json_t *run)
{
	json_t *uut = json_pack("{s:f, s:I}", "execTime",
		json_number_value(json_object_get(run, "ms")) / 1000, "testSocketIndex",
		json_integer_value(json_object_get(run, "slot")));

	set_text(uut, "user", run, "operator");
	set_text(uut, "fixtureId", run, "fixture");
	set_text(uut, "batchSN", run, "lot");
	return uut;
}

static void put_run(GString *out, const json_t *run, const char *journal)
{
	g_autofree char *id = report_id(run, journal);
	json_t *report = json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "T", "id", id,
		"processCode", PROCESS_CODE, "processName", "Flash", "result", status_of(run));

	set_text(report, "sn", run, "serial");
	set_text(report, "pn", run, "product");
	set_text(report, "rev", run, "revision");
	set_text(report, "machineName", run, "station");
	set_text(report, "location", run, "station");
	set_text(report, "purpose", run, "purpose");
	set_text(report, "start", run, "began");
	set_text(report, "startUTC", run, "began");
	json_object_set_new(report, "uut", uut_json(run));
	json_object_set_new(report, "miscInfos", infos_json(run));
	json_object_set_new(report, "root", root_json(run));
	export_json_line(out, report);
}

const ExportFormat export_wsjf = {"wsjf", NULL, put_run, NULL};

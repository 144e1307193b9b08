/*
 * console.run: the firmware says its version, then runs the recipe's script; what the script prints is
 * judged by console_values.h.
 */
#include "core/failure.h"
#include "core/text.h"
#include "link/repl.h"
#include "steps/console_values.h"
#include "steps/job.h"
#include "steps/kinds.h"

#include <string.h>

enum { BACK_MS = 10000, SHOWN = 200 };

/* ---- the script ---------------------------------------------------------------------------------- */

/* The recipe's file or text; NULL without an error: it has neither. */
static char *script_of(const Step *step, const Recipe *recipe, GError **error)
{
	const char *code = step_text(step, "code"), *name = step_text(step, "script");
	g_autoptr(GBytes) bytes = NULL;
	const char *problem;
	gsize length;

	if (code || !name)
		return g_strdup(code);
	bytes = image_bytes(recipe_image(recipe, name), error);
	if (!bytes)
		return NULL;
	length = g_bytes_get_size(bytes);
	problem = repl_script_problem(g_bytes_get_data(bytes, NULL), length);
	if (!problem)
		return g_strndup(g_bytes_get_data(bytes, NULL), length);
	g_set_error(error, FAILURE, FAILURE_CONSOLE_BAD_SCRIPT, "script '%s' %s", name, problem);
	return NULL;
}

/* ---- the port ------------------------------------------------------------------------------------ */

static gboolean open_port(Job *job, Cdc *port, GError **error)
{
	const guint8 *configuration;
	gsize length;

	if (!job_open_device(job, error))
		return FALSE;
	*port = (Cdc){.pipe = usb_pipe(job->device), .watch = &job->watch};
	configuration = usb_configuration(job->device, &length);
	return cdc_parse(configuration, length, port, error) &&
	       usb_claim(job->device, port->control, error) &&
	       usb_claim(job->device, port->data, error) && cdc_open(port, CDC_BAUD_PLAIN, error);
}

/* Gone in the middle of it. Back by itself within the step's time, it has reset or its contact is loose: which, cannot be told. */
static void explain_loss(Job *job, GError **error)
{
	UsbId id = usb_id(job->device), other;
	gint64 begin_us = g_get_monotonic_time();
	g_autoptr(GError) failure = NULL;
	Watch watch = job->watch;

	job_close_device(job);
	watch_begin(&watch, watch_timeout_ms(&job->watch, BACK_MS), 0);
	job->device = usb_await(job->usb, job->slot->usb, id, &watch, &failure);
	other = usb_sights(job->usb)->other;
	/* Its bootloader is the board, too, and may wait for longer. */
	if (!job->device && !other.vendor)
		return;
	(*error)->code = FAILURE_CONSOLE_RESET;
	if (job->device)
		g_prefix_error(error, "the board left USB and was back after %.1f s: ",
			(double)(g_get_monotonic_time() - begin_us) / G_USEC_PER_SEC);
	else
		g_prefix_error(error,
			"the board left USB and was back as %04X:%04X: ", other.vendor,
			other.product);
}

/* ---- what the firmware is ------------------------------------------------------------------------ */

/* One line that a script prints, clean; NULL where it does not come to its end. */
static gboolean ask(Repl *repl, const char *script, char **line, GError **error)
{
	g_auto(ReplAnswer) answer = {0};
	g_auto(GStrv) lines = NULL;

	if (!repl_run(repl, script, &answer, error))
		return FALSE;
	lines = console_lines(answer.out->str);
	*line = answer.error->len || !lines[0] ? NULL : g_strdup(lines[0]);
	return TRUE;
}

/* OpenMV's firmware has a version of its own; any other has Python's. */
static gboolean check_version(Job *job, const Step *step, Repl *repl, GError **error)
{
	g_autofree char *python = NULL, *openmv = NULL;
	const char *wanted = step_text(step, "version"), *version;

	if (!ask(repl, "import sys\nprint(sys.version)\n", &python, error) ||
		!ask(repl, "import omv\nprint(omv.version_string())\n", &openmv, error))
		return FALSE;
	if (!python) {
		g_set_error_literal(error, FAILURE, FAILURE_CONSOLE_PROTOCOL,
			"asked for its version, its Python answers with an exception");
		return FALSE;
	}
	version = openmv ? openmv : python;
	job_text(job, "firmware.python", python);
	job_text(job, "firmware.version", version);
	if (!wanted || console_fits(wanted, version))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FIRMWARE_WRONG_VERSION,
		"the firmware says that it is %s, the recipe wants %s", version, wanted);
	return FALSE;
}

/* ---- what the script did ------------------------------------------------------------------------- */

/* Exceptions that are mistakes of the script, or of who chose it for this firmware; the others say that
 * the board did not do what it was told. */
static gboolean is_mistake(const char *exception)
{
	static const char *const mistakes[] = {"SyntaxError", "IndentationError", "NameError",
		"AttributeError", "ImportError", "NotImplementedError"};

	for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++)
		if (g_str_has_prefix(exception, mistakes[i]))
			return TRUE;
	return FALSE;
}

/* Its last line says what; the ones before where. */
static gboolean check_exception(Job *job, const char *text, GError **error)
{
	g_auto(GStrv) lines = console_lines(text);
	guint count = g_strv_length(lines);
	g_autofree char *last = text_clip(count ? lines[count - 1] : "", SHOWN);
	g_autofree char *where = text_clip(count > 1 ? g_strchug(lines[count - 2]) : "", SHOWN);

	if (!*text)
		return TRUE;
	console_note(job, lines);
	g_set_error(error, FAILURE,
		is_mistake(last) ? FAILURE_CONSOLE_BAD_SCRIPT : FAILURE_CONSOLE_SCRIPT_ERROR,
		"the script ended in %s%s%s%s", last, *where ? " (" : "", where, *where ? ")" : "");
	return FALSE;
}

static gboolean run_script(
	Job *job, const Step *step, Repl *repl, const char *script, GError **error)
{
	const Node *values = node_get(step->args, "values");
	const char *expect = step_text(step, "expect");
	g_auto(ReplAnswer) answer = {0};
	g_autoptr(GError) failure = NULL;
	g_auto(GStrv) lines = NULL;
	gboolean done = repl_run(repl, script, &answer, error), fits;

	/* What came before something went wrong is on record too. */
	lines = console_lines(answer.out->str);
	console_note(job, lines);
	if (!done)
		return FALSE;
	fits = console_check_values(job, values, lines, &failure);
	if (!check_exception(job, answer.error->str, error))
		return FALSE;
	if (!fits) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return !expect || console_check_match(expect, lines, error);
}

static gboolean talk(Job *job, const Step *step, Cdc *port, const char *script, GError **error)
{
	g_auto(Repl) repl = {.port = port};
	gboolean done = repl_enter(&repl, error) && check_version(job, step, &repl, error) &&
			(!script || run_script(job, step, &repl, script, error));

	repl_leave(&repl);
	cdc_close(port);
	return done;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *script = script_of(step, job->recipe, &failure);
	Cdc port;

	if (!failure && open_port(job, &port, &failure) && talk(job, step, &port, script, &failure))
		return TRUE;
	if (job->device && g_error_matches(failure, FAILURE, FAILURE_USB_LOST))
		explain_loss(job, &failure);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* ---- the kind ------------------------------------------------------------------------------------ */

static void check_text_of(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *at = node_get(step->args, "code");
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	const char *problem;

	at = at ? at : node_get(step->args, "script");
	if (!at || (!node_get(step->args, "code") && !recipe_image(recipe, at->text)))
		return;
	text = script_of(step, recipe, &error);
	problem = text ? repl_script_problem(text, strlen(text)) : NULL;
	if (error)
		problems_add(problems, at->place, "%s", error->message);
	else if (problem)
		problems_add(problems, at->place, "the script %s", problem);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	gboolean code = node_get(step->args, "code") != NULL;
	gboolean script = node_get(step->args, "script") != NULL;
	gboolean judged = node_get(step->args, "values") || node_get(step->args, "expect");

	if (code && script)
		problems_add(problems, step->args->place, "'code' or 'script', not both");
	if (judged && !code && !script)
		problems_add(problems, step->args->place,
			"'values' and 'expect' need a 'script' or 'code' that prints them");
	if (!code && !script && !node_get(step->args, "version"))
		problems_add(problems, step->args->place,
			"'%s' has nothing to do: give it a 'version', a 'script' or 'code'",
			step->id);
	check_text_of(step, recipe, problems);
	console_check_fields(step, problems);
}

static const Field value_item = {
	"", FIELD_MAP, .fields = console_value_fields, .help = "a value that the script prints"};

static const Field fields[] = {
	{"script", FIELD_TEXT, .help = "the script: the name of one of the recipe's images"},
	{"code", FIELD_TEXT, .help = "or its text"},
	{"version", FIELD_TEXT,
		.help = "a regular expression that the firmware's version must fit as a whole"},
	{"expect", FIELD_TEXT,
		.help = "a regular expression that one of its lines must fit as a whole"},
	{"values", FIELD_LIST, .item = &value_item,
		.help = "values in lines such as 'supply=3301.5 mV', for the journal"},
	{NULL},
};

const StepKind step_console_run = {
	.name = "console.run",
	.summary =
		"Runs a MicroPython script on the board's console; what it prints is checked and "
		"recorded, and so is the firmware's version.",
	.fields = fields,
	.deadline_ms = 30000,
	.run = run,
	.check = check,
};

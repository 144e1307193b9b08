#include "line/line_scan.h"
#include "line/line_parts.h"
#include "scan/scan_desk.h"
#include "scan/scanner.h"

struct LineScan {
	Line *line;
	ScanDesk *desk;
	GPtrArray *scanners; /* of Scanner* */
};

static void say(LineScan *scan, const char *text)
{
	View *view = scan->line->options->station.view;

	view->say(view, text);
}

/* ---- what the desk asks ---- */

static char *refuses(const char *serial, guint slot, gpointer data)
{
	const Line *line = ((LineScan *)data)->line;
	char *why = recipe_refuses_serial(line->options->station.recipe, serial);

	for (guint i = 0; !why && i < line->slots->len; i++) {
		const LineSlot *other = line->slots->pdata[i];

		if (line_slot_runs(other) && !g_strcmp0(other->run->serial, serial))
			why = g_strdup_printf(
				"'%s' is at work in slot %u", serial, other->slot->number);
	}
	return why;
}

static gboolean has(guint slot, gpointer data)
{
	return line_slot_of(((LineScan *)data)->line, slot) != NULL;
}

static gboolean asks(guint slot, gpointer data)
{
	const LineSlot *asking = line_slot_of(((LineScan *)data)->line, slot);

	return asking && line_slot_runs(asking) && asking->run->question;
}

/* ---- what comes of a scan ---- */

static void take_serial(LineScan *scan, const ScanAction *action)
{
	SerialSource *serials = scan->line->serials;
	g_autofree char *why = NULL;

	if (!serials->offer) {
		say(scan, "serial numbers are not scanned here: this line has a list of them");
		return;
	}
	why = serials->offer(serials, action->slot, action->serial);
	say(scan, why ? why : action->sentence);
}

static void command(LineScan *scan, LineCommand command, guint slot)
{
	g_autofree char *answer = line_command(scan->line, command, slot);

	say(scan, answer);
}

static void answer(LineScan *scan, const ScanAction *action)
{
	g_autofree char *became = line_answer(scan->line, action->answer, action->slot);

	say(scan, became);
}

static void act(LineScan *scan, const ScanAction *action)
{
	switch (action->kind) {
	case SCAN_SERIAL:
		take_serial(scan, action);
		break;
	case SCAN_START:
		command(scan, COMMAND_START, action->slot);
		break;
	case SCAN_ABORT:
		command(scan, COMMAND_ABORT, action->slot);
		break;
	case SCAN_RETEST:
		command(scan, COMMAND_RETEST, action->slot);
		break;
	case SCAN_ANSWER:
		answer(scan, action);
		break;
	default:
		say(scan, action->sentence);
		break;
	}
}

static void on_scan(Scanner *scanner, const char *text, ScanFlaw flaw, gpointer data)
{
	LineScan *scan = data;
	g_auto(ScanAction) action = {0};

	scan_desk_take(scan->desk, text, flaw, scanner_place(scanner)->slot, g_get_monotonic_time(),
		&action);
	act(scan, &action);
}

static void on_state(Scanner *scanner, gboolean there, const char *sentence, gpointer data)
{
	say(data, sentence);
}

LineScan *line_scan_new(Line *line)
{
	LineScan *scan = g_new0(LineScan, 1);
	const Desk *desk = &line->options->station.fixture->desk;
	const ScanDeskPort asked = {.refuses = refuses, .has = has, .asks = asks, .data = scan};
	const ScannerPort told = {.scan = on_scan, .state = on_state, .data = scan};

	scan->line = line;
	scan->desk = scan_desk_new(desk->scan_order, &asked);
	scan->scanners = g_ptr_array_new_with_free_func((GDestroyNotify)scanner_free);
	for (guint i = 0; i < desk->scanners->len; i++)
		g_ptr_array_add(scan->scanners, scanner_new(desk->scanners->pdata[i], &told));
	return scan;
}

void line_scan_free(LineScan *scan)
{
	if (!scan)
		return;
	g_ptr_array_unref(scan->scanners);
	scan_desk_free(scan->desk);
	g_free(scan);
}

/* What is scanned at the table, in which order, into what is to be done. */
#include "scan/scan_code.h"
#include "scan/scan_desk.h"

#define MS 1000

typedef struct {
	guint64 slots, asking; /* a bit a slot, the lowest slot 1's */
	const char *taken;     /* a serial that is at work already */
} Station;

static char *refuses(const char *serial, guint slot, gpointer data)
{
	const Station *station = data;

	if (!g_str_has_prefix(serial, "OMV"))
		return g_strdup_printf("'%s' does not match", serial);
	return g_strcmp0(serial, station->taken)
		       ? NULL
		       : g_strdup_printf("'%s' is in slot 5 already", serial);
}

static gboolean has(guint slot, gpointer data)
{
	return (((const Station *)data)->slots >> (slot - 1)) & 1;
}

static gboolean asks(guint slot, gpointer data)
{
	return (((const Station *)data)->asking >> (slot - 1)) & 1;
}

typedef struct {
	guint own;
	const char *text;
	ScanActionKind kind;
	guint slot;
	const char *sentence;
} Case;

static void play(ScanOrder order, Station *station, const Case *cases, gsize count)
{
	const ScanDeskPort port = {refuses, has, asks, station};
	g_autoptr(ScanDesk) desk = scan_desk_new(order, &port);

	for (gsize i = 0; i < count; i++) {
		g_auto(ScanAction) action = {0};

		scan_desk_take(desk, cases[i].text, SCAN_WHOLE, cases[i].own,
			(gint64)(i + 1) * G_USEC_PER_SEC, &action);
		g_assert_cmpstr(action.sentence, ==, cases[i].sentence);
		g_assert_cmpint(action.kind, ==, cases[i].kind);
		g_assert_cmpuint(action.slot, ==, cases[i].slot);
	}
}

static void test_slot_first(void)
{
	static const Case cases[] = {
		{0, "SLOT-3", SCAN_NOTHING, 0,
			"slot 3: now scan its serial, START, ABORT or RETEST"},
		{0, "OMV1", SCAN_SERIAL, 3, "serial OMV1 for slot 3"},
		{0, "OMV2", SCAN_NOTHING, 0,
			"OMV2 has no slot: scan the slot first, then the serial"},
		{0, "SLOT-9", SCAN_NOTHING, 0, "there is no slot 9 here"},
		{0, "SLOT-03", SCAN_NOTHING, 0,
			"SLOT-03 has no slot: scan the slot first, then the serial"},
		{0, "SLOT-1", SCAN_NOTHING, 0,
			"slot 1: now scan its serial, START, ABORT or RETEST"},
		{0, "XYZ", SCAN_NOTHING, 0, "slot 1: 'XYZ' does not match"},
		{0, "SLOT-1", SCAN_NOTHING, 0,
			"slot 1: now scan its serial, START, ABORT or RETEST"},
		{0, "OMV7", SCAN_NOTHING, 0, "slot 1: 'OMV7' is in slot 5 already"},
		{0, "SLOT-1", SCAN_NOTHING, 0,
			"slot 1: now scan its serial, START, ABORT or RETEST"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan its serial, START, ABORT or RETEST"},
		{0, "RETEST", SCAN_RETEST, 2, "RETEST slot 2"},
		{0, "RETEST", SCAN_NOTHING, 0,
			"RETEST of which slot? Scan the slot first, then RETEST"},
		{0, "START", SCAN_START, 0, "START all slots"},
		{0, "ABORT", SCAN_ABORT, 0, "ABORT all slots"},
		{0, "$(reboot)", SCAN_NOTHING, 0,
			"'$(reboot)' is neither a serial number nor one of START, ABORT, RETEST, "
			"SLOT-n, YES, NO, "
			"DONE"},
	};
	Station station = {.slots = 0xFF, .taken = "OMV7"};

	play(SCAN_SLOT_FIRST, &station, cases, G_N_ELEMENTS(cases));
}

static void test_serial_first(void)
{
	static const Case cases[] = {
		{0, "OMV1", SCAN_NOTHING, 0, "serial OMV1: now scan its slot"},
		{0, "OMV2", SCAN_NOTHING, 0, "serial OMV2 instead of OMV1: now scan its slot"},
		{0, "SLOT-3", SCAN_SERIAL, 3, "serial OMV2 for slot 3"},
		{0, "SLOT-3", SCAN_NOTHING, 0,
			"slot 3: now scan START, ABORT or RETEST; a serial comes before its slot"},
		{0, "ABORT", SCAN_ABORT, 3, "ABORT slot 3"},
		{0, "OMV7", SCAN_NOTHING, 0, "'OMV7' is in slot 5 already"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan START, ABORT or RETEST; a serial comes before its slot"},
	};
	Station station = {.slots = 0xFF, .taken = "OMV7"};

	play(SCAN_SERIAL_FIRST, &station, cases, G_N_ELEMENTS(cases));
}

static void test_own_scanner(void)
{
	static const Case cases[] = {
		{2, "OMV1", SCAN_SERIAL, 2, "serial OMV1 for slot 2"},
		{3, "SLOT-2", SCAN_NOTHING, 0, "this scanner belongs to slot 3, not to slot 2"},
		{3, "ABORT", SCAN_ABORT, 3, "ABORT slot 3"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan its serial, START, ABORT or RETEST"},
		{4, "OMV4", SCAN_SERIAL, 4, "serial OMV4 for slot 4"},
	};
	static const Case only[] = {
		{0, "OMV1", SCAN_SERIAL, 4, "serial OMV1 for slot 4"},
		{0, "RETEST", SCAN_RETEST, 4, "RETEST slot 4"},
	};
	Station station = {.slots = 0xFF}, one = {.slots = 8};

	play(SCAN_SLOT_FIRST, &station, cases, G_N_ELEMENTS(cases));
	play(SCAN_SERIAL_FIRST, &one, only, G_N_ELEMENTS(only));
}

static void test_answers(void)
{
	static const Case cases[] = {
		{0, "YES", SCAN_NOTHING, 0,
			"YES: no slot asks, or several do; scan the slot first"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan its serial, START, ABORT or RETEST"},
		{0, "NO", SCAN_ANSWER, 2, "NO for slot 2"},
		{1, "DONE", SCAN_ANSWER, 1, "DONE for slot 1"},
		{3, "DONE", SCAN_NOTHING, 0, "slot 3 has asked nothing"},
	};
	static const Case one[] = {{0, "YES", SCAN_ANSWER, 6, "YES for slot 6"}};
	Station two = {.slots = 0xFF, .asking = 3}, six = {.slots = 0xFF, .asking = 1 << 5};

	play(SCAN_SLOT_FIRST, &two, cases, G_N_ELEMENTS(cases));
	play(SCAN_SLOT_FIRST, &six, one, G_N_ELEMENTS(one));
}

/* Half a pair of scans is not completed by the next shift's operator, nor by a scan with a flaw. */
static void test_forgets(void)
{
	Station station = {.slots = 0xFF};
	const ScanDeskPort port = {refuses, has, asks, &station};
	g_autoptr(ScanDesk) desk = scan_desk_new(SCAN_SLOT_FIRST, &port);
	g_auto(ScanAction) slot = {0}, cut = {0}, late = {0};

	scan_desk_take(desk, "SLOT-1", SCAN_WHOLE, 0, 0, &slot);
	scan_desk_take(desk, "OMV1", SCAN_CUT, 0, 1000 * MS, &cut);
	g_assert_cmpint(cut.kind, ==, SCAN_NOTHING);
	g_assert_cmpstr(cut.sentence, ==, scan_flaw_text(SCAN_CUT));
	scan_desk_take(desk, "OMV1", SCAN_WHOLE, 0, 31002 * MS, &late);
	g_assert_cmpint(late.kind, ==, SCAN_NOTHING);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scan/desk/slot-first", test_slot_first);
	g_test_add_func("/scan/desk/serial-first", test_serial_first);
	g_test_add_func("/scan/desk/own-scanner", test_own_scanner);
	g_test_add_func("/scan/desk/answers", test_answers);
	g_test_add_func("/scan/desk/forgets", test_forgets);
	return g_test_run();
}

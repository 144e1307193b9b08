/* A fixture's wires: boards in and out of a slot that has power, an operator's hand, and the record of it. */
#include "lib/echo.h"
#include "wiring.h"

#include "images.h"

#include <string.h>

typedef struct {
	Small small;
	Wiring *wiring;
	Board *boards[2];
	char *text;
	size_t length;
	FILE *record;
} Rig;

enum { SET_BITMODE = 11, BITBANG = 0x0100 };

static void rig_make(Rig *rig)
{
	WiringPlan plan = {.low = {[WIRE_NRST] = true,
				   [WIRE_PRESENT] = true,
				   [WIRE_LID] = true,
				   [WIRE_START] = true}};

	small_open(&rig->small, 0);
	rig->wiring = wiring_new(rig->small.loop, plan);
	rig->small.target = wiring_pins(rig->wiring, 1, "FLPINS01");
	vbus_attach(rig->small.bus, "1-2.1", rig->small.target);
	wiring_bus(rig->wiring, 1, "FLI2C01");
	vbus_settle(rig->small.bus);
	for (unsigned i = 0; i < 2; i++) {
		BoardConfig config = {.port = "1-2.2", .kind = board_kind("openmv-h7")};
		config.chip = (H7Config){.rev_id = 0x2003, .dev_id = 0x450, .flash_kib = 2048};
		rig->boards[i] = board_new(rig->small.loop, rig->small.bus, &config);
	}
	rig->record = open_memstream(&rig->text, &rig->length);
	wiring_record(rig->wiring, rig->record);
}

static void rig_clear(Rig *rig)
{
	vbus_detach(rig->small.bus, rig->small.target);
	wiring_free(rig->wiring);
	for (unsigned i = 0; i < 2; i++)
		board_free(rig->boards[i]);
	small_close(&rig->small);
	fclose(rig->record);
	free(rig->text);
}

/* Channel A's low pin: slot 1's power. */
static void power(Rig *rig, char level)
{
	Call call;
	g_assert_cmpint(
		call_control(&rig->small, &call, 0x40, SET_BITMODE, BITBANG | 1, 1, 0), ==, 0);
	call_new(&call, &rig->small, 0x02, 1);
	call.data[0] = (uint8_t)level;
	vbus_submit(&call.urb);
	while (!call.done || wiring_active(rig->wiring, 1, WIRE_POWER) != level) {
		small_quit_after(&rig->small, 0);
		small_run(&rig->small);
	}
}

static void expect_record(const Rig *rig, const char *wanted)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(rig->text, "\n", -1);
	for (guint i = 0; lines[i] && *lines[i]; i++)
		g_string_append_printf(seen, "%s, ", strchr(lines[i], ' ') + 1);
	g_assert_cmpstr(seen->str, ==, wanted);
}

static void test_seat(void)
{
	Rig rig;
	rig_make(&rig);
	wiring_seat(rig.wiring, 1, rig.boards[0]);
	g_assert_false(h7_powered(board_h7(rig.boards[0])));
	power(&rig, 1);
	g_assert_true(h7_powered(board_h7(rig.boards[0])));
	g_assert_cmpfloat(board_current(rig.boards[0]), >, 50);
	/* The next one comes into a slot that has power. */
	wiring_seat(rig.wiring, 1, NULL);
	g_assert_false(h7_powered(board_h7(rig.boards[0])));
	g_assert_cmpfloat(board_current(rig.boards[0]), ==, 0);
	wiring_seat(rig.wiring, 1, rig.boards[1]);
	g_assert_true(h7_powered(board_h7(rig.boards[1])));
	power(&rig, 0);
	g_assert_false(h7_powered(board_h7(rig.boards[1])));
	expect_record(&rig, "1 present 1, 1 power 1, 1 present 0, 1 present 1, 1 power 0, ");
	rig_clear(&rig);
}

static void test_hand(void)
{
	Rig rig;
	rig_make(&rig);
	wiring_input(rig.wiring, 0, WIRE_LID, true);
	wiring_input(rig.wiring, 8, WIRE_START, true);
	wiring_input(rig.wiring, 8, WIRE_START, true);
	wiring_input(rig.wiring, 8, WIRE_START, false);
	g_assert_true(wiring_active(rig.wiring, 0, WIRE_LID));
	expect_record(&rig, "0 lid 1, 8 start 1, 8 start 0, ");
	rig_clear(&rig);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/wiring/seat", test_seat);
	g_test_add_func("/virtual/wiring/hand", test_hand);
	return g_test_run();
}

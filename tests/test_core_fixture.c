/* Fixtures: slots, wires, and which of them are meant. */
#include "core/fixture.h"
#include "lib/corpus.h"
#include "lib/fixture_proof.h"
#include "lib/folder.h"

#include <string.h>

#define TEXT                                                                                       \
	"flashline: 1\n"                                                                           \
	"description: bench\n"                                                                     \
	"controllers: {pins1: {chip: FT4232H, serial: FLPINS01}}\n"                                \
	"lid: {controller: pins1, pin: D0}\n"                                                      \
	"slots:\n"                                                                                 \
	"  - {slot: 7, usb: 2-3}\n"                                                                \
	"  - slot: 2\n"                                                                            \
	"    usb: 1-1.2\n"                                                                         \
	"    probe: FLPROBE02\n"                                                                   \
	"    power: {controller: pins1, pin: A1}\n"                                                \
	"    nrst: {controller: pins1, pin: C7, active: low}\n"                                    \
	"    lamps: {blue: {controller: pins1, pin: D1}}\n"                                        \
	"    present: {controller: pins1, pin: D2, active: low}\n"                                 \
	"  - {slot: 3, usb: 1-1.3}\n"                                                              \
	"  - {slot: 0x4, usb: 1-1.4.10}\n"

static Fixture *load_text(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	char *folder = folder_new();
	g_autofree char *path = folder_write(folder, "bench.yaml", text);
	Fixture *fixture = fixture_load(path, problems);

	g_assert_true((fixture == NULL) == (problems_count(problems) > 0));
	folder_remove(folder);
	return fixture;
}

static void test_values(void)
{
	g_autoptr(Fixture) fixture = load_text(TEXT);
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, TEXT, -1);
	const Slot *slot = fixture_slot(fixture, 2);

	g_assert_cmpstr(fixture->name, ==, "bench");
	g_assert_cmpstr(fixture->description, ==, "bench");
	g_assert_cmpuint(fixture->swd_khz, ==, 4000);
	g_assert_cmpstr(fixture->text, ==, TEXT);
	g_assert_cmpstr(fixture->sha256, ==, sha256);
	g_assert_cmpuint(fixture->slots->len, ==, 4);
	g_assert_cmpuint(((Slot *)fixture->slots->pdata[0])->number, ==, 2);
	g_assert_cmpuint(((Slot *)fixture->slots->pdata[3])->number, ==, 7);
	g_assert_cmpstr(slot->usb, ==, "1-1.2");
	g_assert_cmpstr(slot->probe, ==, "FLPROBE02");
	g_assert_cmpstr(slot->pins[SIGNAL_POWER].controller->serial, ==, "FLPINS01");
	g_assert_cmpstr(slot->pins[SIGNAL_NRST].place, ==, "C7");
	g_assert_cmpuint(slot->pins[SIGNAL_NRST].index, ==, 23);
	g_assert_true(slot->pins[SIGNAL_NRST].active_low);
	g_assert_false(slot->pins[SIGNAL_POWER].active_low);
	g_assert_null(slot->pins[SIGNAL_BOOT0].controller);
	g_assert_cmpstr(slot->pins[SIGNAL_LAMP_BLUE].place, ==, "D1");
	g_assert_true(fixture_pin(fixture, 2, SIGNAL_PRESENT)->active_low);
	g_assert_cmpuint(fixture_pin(fixture, 0, SIGNAL_LID)->index, ==, 24);
	g_assert_null(fixture_pin(fixture, 2, SIGNAL_LID));
	g_assert_null(fixture_pin(fixture, 3, SIGNAL_POWER));
	g_assert_null(fixture_pin(fixture, 9, SIGNAL_LID));
	g_assert_null(fixture_slot(fixture, 7)->probe);
	g_assert_nonnull(fixture_slot(fixture, 4));
	g_assert_null(fixture_slot(fixture, 1));
}

static void test_select(void)
{
	static const struct {
		const char *text, *slots; /* slots NULL: refused */
	} cases[] = {
		{NULL, "2 3 4 7 "},
		{"2", "2 "},
		{"7,2-4", "2 3 4 7 "},
		{"3,3,2-3", "2 3 "},
		{"", NULL},
		{",", NULL},
		{"2,", NULL},
		{"1", NULL},
		{"2-7", NULL},
		{"4-2", NULL},
		{"0", NULL},
		{"-2", NULL},
		{"2-", NULL},
		{"2 ", NULL},
		{"two", NULL},
		{"99999999999", NULL},
		{"2-4294967298", NULL},
	};
	g_autoptr(Fixture) fixture = load_text(TEXT);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) slots = fixture_select(fixture, cases[i].text, &error);
		g_autoptr(GString) got = g_string_new(NULL);

		for (guint n = 0; slots && n < slots->len; n++)
			g_string_append_printf(got, "%u ", ((Slot *)slots->pdata[n])->number);
		g_assert_true((slots == NULL) == (error != NULL));
		g_assert_cmpstr(slots ? got->str : NULL, ==, cases[i].slots);
		if (error)
			g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
	}
}

static void test_ports(void)
{
	static const char *const bad[] = {"1", "1-", "-1", "0-1", "1-0", "01-1", "1-1.", "1-1.0",
		"1.1", "1-1-1", "1-1:1.0", "1-1..2", "usb1", "1-1.2/..", "1-1.1.1.1.1.1.1.1", NULL};

	for (guint i = 0; bad[i]; i++) {
		g_autofree char *text =
			g_strdup_printf("flashline: 1\nslots: [{slot: 1, usb: \"%s\"}]\n", bad[i]);
		g_autoptr(Fixture) fixture = load_text(text);

		g_assert_null(fixture);
	}
}

static void test_hubs(void)
{
	static const char *const bad[] = {"\"1-3\": {max_inrush_ma: 500}",
		"\"1-2.1\": {max_inrush_ma: 500}", "\"1-2\": {}", "\"usb1\": {max_inrush_ma: 500}"};
	g_autoptr(Fixture) fixture =
		load_text("flashline: 1\nhubs: {\"1-2\": {max_inrush_ma: 500}}\n"
			  "slots: [{slot: 1, usb: 1-2.1}]\n");

	g_assert_nonnull(fixture);
	g_assert_cmpuint(fixture->hubs->len, ==, 1);
	g_assert_cmpstr(g_array_index(fixture->hubs, HubLimit, 0).port, ==, "1-2");
	g_assert_cmpuint(g_array_index(fixture->hubs, HubLimit, 0).max_inrush_ma, ==, 500);
	g_assert_true(fixture_is_behind("1-2.1.4", "1-2"));
	g_assert_false(fixture_is_behind("1-22", "1-2"));
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *text = g_strdup_printf(
			"flashline: 1\nhubs: {%s}\nslots: [{slot: 1, usb: 1-2.1}]\n", bad[i]);
		g_autoptr(Fixture) refused = load_text(text);

		g_assert_null(refused);
	}
}

static void test_signals(void)
{
	for (guint i = 0; i < SIGNAL_COUNT; i++) {
		Signal signal = SIGNAL_COUNT;

		g_assert_true(signal_from_word(signal_word((Signal)i), &signal));
		g_assert_cmpint(signal, ==, i);
	}
	g_assert_false(signal_from_word("vbus", &(Signal){0}));
}

/* What the repository ships. */
static void test_shipped(void)
{
	static const struct {
		const char *path;
		guint slots;
	} shipped[] = {
		{"fixtures/eight-up.yaml", 8},
		{"fixtures/virtual/eight-up.yaml", 8},
		{"fixtures/virtual/thirty-two-up.yaml", 32},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Fixture) fixture = fixture_load(shipped[i].path, problems);

		g_assert_nonnull(fixture);
		g_assert_cmpuint(fixture->slots->len, ==, shipped[i].slots);
	}
}

static void test_corpus(void)
{
	corpus_replay("tests/data/core/fixture", 4, fixture_proof);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/fixture/values", test_values);
	g_test_add_func("/core/fixture/select", test_select);
	g_test_add_func("/core/fixture/ports", test_ports);
	g_test_add_func("/core/fixture/hubs", test_hubs);
	g_test_add_func("/core/fixture/signals", test_signals);
	g_test_add_func("/core/fixture/shipped", test_shipped);
	g_test_add_func("/core/fixture/corpus", test_corpus);
	return g_test_run();
}

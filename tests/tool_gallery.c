/*
 * Makes the journal of a small factory: three weeks of production of one product, for the pictures of
 * `make gallery` and for tests of the reports.
 *
 *   tool_gallery PATH [SEED [DAYS]]
 *
 * A board passes two stages (recipes): flash, then files. What is wrong in this factory, so that reports have
 * something to find: slot 5 has a worn USB contact; ROM 0x91, which comes with revision C of the PCB, stalls
 * in an erase now and then; the step "firmware" becomes slower in the last days; the current of some boards
 * is too high. The same seed makes the same runs; the journal's id is new each time.
 */
#include "journal/database.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 8, BATCHES_A_DAY = 6, BAD_SLOT = 5 };
#define TEXT "product: OpenMV H7\n"

typedef struct {
	Journal *journal;
	GRand *random;
	GQueue *again; /* of Board*: failed, to be tried once more */
	GPtrArray *flashed;
	guint day, days, boards;
} Factory;

typedef struct {
	char serial[16], uid[25];
	const char *revision, *chip, *rom;
	gboolean is_bad, was_tried; /* bad: it fails each time */
} Board;

typedef struct {
	Board *board;
	gint64 run, began_us;
	guint slot, stage;
} Attempt;

/* ---- the clock: what database_now() says, instead of journal/now.c ------------------------------ */

static gint64 clock_us;

char *database_now(void)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(clock_us / G_USEC_PER_SEC);
	g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");

	return g_strdup_printf(
		"%s.%03dZ", seconds, (int)(clock_us % G_USEC_PER_SEC / G_TIME_SPAN_MILLISECOND));
}

/* ---- chance ------------------------------------------------------------------------------------ */

static gboolean chance(Factory *factory, double probability)
{
	return g_rand_double(factory->random) < probability;
}

/* Normal, as twelve equal ones added up: no tails beyond six deviations. */
static double normal(Factory *factory, double mean, double sd)
{
	double sum = -6;

	for (guint i = 0; i < 12; i++)
		sum += g_rand_double(factory->random);
	return mean + sd * sum;
}

/* ---- what a run does --------------------------------------------------------------------------- */

static const struct {
	const char *id, *kind;
	double seconds;
} steps[2][6] = {
	{{"power", "power", 0.4}, {"identify", "swd.identify", 1.1},
		{"bootloader", "swd.program", 5.6}, {"await-bootloader", "usb.await", 1.9},
		{"firmware", "dfu.download", 14.2}, {"camera", "console.run", 2.3}},
	{{"power", "power", 0.4}, {"await-camera", "usb.await", 2.6}, {"files", "drive.put", 3.4},
		{"persist", "drive.persist", 6.1}, {NULL, NULL, 0}},
};

typedef struct {
	guint step; /* where it ends */
	Verdict verdict;
	Blame blame;
	const char *code, *seen, *advice;
} Outcome;

static const Outcome outcomes[2][7] = {
	{{3, VERDICT_FAIL, BLAME_BOARD, "usb-not-seen", "nothing on its port for 10.0 s",
		 "Try the board once in another slot; if it fails there too, red bin."},
		{4, VERDICT_FAIL, BLAME_BOARD, "dfu-erase-stall",
			"the erase at 0x08100000 did not end within 4.0 s", "Engineering box."},
		{5, VERDICT_FAIL, BLAME_BOARD, "value-out-of-limits",
			"supply.current is 163.1 mA, limit 160 mA", "Red bin."},
		{4, VERDICT_FAIL, BLAME_BOARD, "flash-verify",
			"0x08105123 holds 0x78, should be 0x68", "Red bin."},
		{1, VERDICT_ERROR, BLAME_SLOT, "swd-no-target", "no answer on SWD",
			"Press the board down and start again."},
		{4, VERDICT_ERROR, BLAME_SLOT, "usb-lost", "the device left the bus at 61 %",
			"Check its USB contact."},
		{2, VERDICT_ERROR, BLAME_STATION, "openocd-stall", "no output for 20.0 s",
			"Start again."}},
	{{3, VERDICT_FAIL, BLAME_BOARD, "drive-reformatted", "the volume is a new one", "Red bin."},
		{3, VERDICT_FAIL, BLAME_BOARD, "drive-write-lost", "block 1204 holds old bytes",
			"Red bin."},
		{1, VERDICT_FAIL, BLAME_BOARD, "usb-not-seen", "nothing on its port for 10.0 s",
			"Red bin."},
		{2, VERDICT_ERROR, BLAME_SLOT, "usb-transfer", "a transfer ended with EPIPE",
			"Start again."}},
};

/* NULL: it passes. Chances are those of a board at its first try; a bad one is bad each time. */
static const Outcome *outcome_of(Factory *factory, const Attempt *attempt)
{
	const Board *board = attempt->board;
	double worn = attempt->slot == BAD_SLOT ? 0.16 : 0.006;
	double stall = board->rom[3] == '1' ? 0.11 : 0.001;
	const double first[] = {
		worn, stall, 0.012, 0.008, attempt->slot == BAD_SLOT ? 0.08 : 0.008, 0.006, 0.004};
	const double second[] = {0.012, 0.005, 0.003, 0.006, 0, 0, 0};

	if (board->is_bad && attempt->stage == 0)
		return &outcomes[0][stall > 0.1 ? 1 : 3];
	for (guint i = 0; i < G_N_ELEMENTS(first); i++)
		if (chance(factory, attempt->stage ? second[i] : first[i]))
			return &outcomes[attempt->stage][i];
	return NULL;
}

static void note_number(Factory *factory, const Attempt *attempt, guint step, const char *name,
	double number, double low, double high, const char *unit)
{
	const JournalValue value = {.step = step,
		.name = name,
		.value = number,
		.low = low,
		.high = high,
		.unit = unit};

	g_assert_true(journal_value(factory->journal, attempt->run, &value, NULL));
}

static void note_text(Factory *factory, const Attempt *attempt, const char *name, const char *text)
{
	const JournalValue value = {.step = 1, .name = name, .text = text, .low = NAN, .high = NAN};

	g_assert_true(journal_value(factory->journal, attempt->run, &value, NULL));
}

static void note_values(
	Factory *factory, const Attempt *attempt, guint step, const Outcome *outcome)
{
	const Board *board = attempt->board;
	gboolean is_hot = outcome && g_str_equal(outcome->code, "value-out-of-limits");

	if (attempt->stage == 0 && step == 1) {
		note_text(factory, attempt, "chip.revision", board->chip);
		note_text(factory, attempt, "chip.rom", board->rom);
	}
	if (attempt->stage == 0 && step == 3)
		note_number(factory, attempt, step, "usb.boot",
			round(normal(factory, 412, 14) + 40 * fabs(normal(factory, 0, 1))), NAN,
			900, "ms");
	if (attempt->stage == 0 && step == 5) {
		note_number(factory, attempt, step, "supply.current",
			is_hot ? 163.1 : normal(factory, board->revision[0] == 'C' ? 121 : 126, 7),
			90, 160, "mA");
		note_number(factory, attempt, step, "supply.core", normal(factory, 3.302, 0.011),
			3.25, 3.35, "V");
	}
}

/* ---- runs -------------------------------------------------------------------------------------- */

static gint64 begin(Factory *factory, const Attempt *attempt)
{
	static const char *const operators[] = {"op-14", "op-22", "op-31"};
	static const JournalImage images[] = {
		{"bootloader", "a6fad2d7c3a8f4f1b7d5e0c92b61d0a4e7f35c88912ab04d6ce17f93e20b5a41",
			98304},
		{"firmware", "17dbc5f8e91c42b06fa3d87e5b14c9206d8ea7f35192cb4e08d763a1f5e20b9c",
			1703936},
	};
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, TEXT, -1);
	const JournalRun run = {
		.serial = attempt->board->serial,
		.slot = attempt->slot,
		.recipe = attempt->stage ? "openmv-h7-product" : "openmv-h7",
		.revision = attempt->board->revision,
		.product = "OpenMV H7",
		.recipe_text = TEXT,
		.recipe_sha256 = hash,
		.fixture = "eight-up",
		.fixture_text = TEXT,
		.fixture_sha256 = hash,
		.station = "line-1",
		.operator=
			operators[(clock_us / G_USEC_PER_SEC / 3600 % 24 < 14) + factory->day % 2],
		.lot = factory->day < factory->days / 2 ? "L2641" : "L2644",
		.flashline_version = "0.1.0",
		.openocd_version = "0.12.0",
		.images = images,
		.image_count = attempt->stage ? 0 : G_N_ELEMENTS(images),
	};
	gint64 id = journal_begin(factory->journal, &run, NULL);

	g_assert_cmpint(id, >, 0);
	return id;
}

/* How long a step takes: "firmware" longer in the last tenth of the days. */
static gint64 step_ms(Factory *factory, const Attempt *attempt, guint step)
{
	double seconds = steps[attempt->stage][step].seconds;
	gboolean slow = attempt->stage == 0 && step == 4 && factory->day + 2 >= factory->days &&
			factory->days > 2;

	return (gint64)(1000 * seconds * normal(factory, slow ? 1.09 : 1, 0.03));
}

static void end(Factory *factory, const Attempt *attempt, const Outcome *outcome, gint64 ms)
{
	const JournalEnd end = {
		.verdict = outcome ? outcome->verdict : VERDICT_PASS,
		.blame = outcome ? outcome->blame : BLAME_NONE,
		.code = outcome ? outcome->code : NULL,
		.step = outcome ? steps[attempt->stage][outcome->step].id : NULL,
		.seen = outcome ? outcome->seen : NULL,
		.advice = outcome ? outcome->advice : NULL,
		.ms = ms,
	};

	clock_us = MAX(clock_us, attempt->began_us + ms * G_TIME_SPAN_MILLISECOND);
	g_assert_true(journal_end(factory->journal, attempt->run, &end, NULL));
}

static Verdict work(Factory *factory, const Attempt *attempt)
{
	const Outcome *outcome = outcome_of(factory, attempt);
	gint64 at = 0;

	for (guint i = 0; i < G_N_ELEMENTS(steps[0]) && steps[attempt->stage][i].id; i++) {
		gboolean ends = outcome && outcome->step == i;
		const JournalStep step = {
			.index = i,
			.id = steps[attempt->stage][i].id,
			.kind = steps[attempt->stage][i].kind,
			.offset_ms = at,
			.ms = step_ms(factory, attempt, i),
			.verdict = ends ? outcome->verdict : VERDICT_PASS,
			.code = ends ? outcome->code : NULL,
			.seen = ends ? outcome->seen : NULL,
		};

		note_values(factory, attempt, i, outcome);
		g_assert_true(journal_step(factory->journal, attempt->run, &step, NULL));
		at += step.ms;
		if (ends)
			break;
		if (attempt->stage == 0 && i == 1)
			g_assert_true(journal_bind(
				factory->journal, attempt->run, attempt->board->uid, NULL));
	}
	end(factory, attempt, outcome, at);
	return outcome ? outcome->verdict : VERDICT_PASS;
}

/* ---- days -------------------------------------------------------------------------------------- */

static Board *new_board(Factory *factory)
{
	Board *board = g_new0(Board, 1);
	gboolean is_c = factory->day >= factory->days / 2 && chance(factory, 0.75);
	gboolean is_new = chance(factory, is_c ? 0.45 : 0.04);

	factory->boards++;
	g_snprintf(board->serial, sizeof board->serial, "OMV%06u", 4000 + factory->boards);
	g_snprintf(board->uid, sizeof board->uid, "0039%08X510D33383539", factory->boards);
	board->revision = is_c ? "C" : "B";
	board->chip = is_new || chance(factory, 0.9) ? "V" : "Y";
	board->rom = is_new ? "0x91" : "0x90";
	board->is_bad = chance(factory, 0.01);
	return board;
}

/* Those that failed come first, in another slot; a board is tried three times at the most. */
static Board *next_board(Factory *factory, guint stage)
{
	Board *board = NULL;

	if (stage)
		return factory->flashed->len ? g_ptr_array_steal_index(factory->flashed, 0) : NULL;
	board = g_queue_pop_head(factory->again);
	if (!board)
		return new_board(factory);
	board->was_tried = TRUE;
	return board;
}

static void put_away(Factory *factory, Board *board, guint stage, Verdict verdict)
{
	if (verdict == VERDICT_PASS && stage == 0)
		g_ptr_array_add(factory->flashed, board);
	else if (verdict != VERDICT_PASS && stage == 0 &&
		 (!board->was_tried || verdict == VERDICT_ERROR) && chance(factory, 0.85))
		g_queue_push_tail(factory->again, board);
	else
		g_free(board);
}

static void batch(Factory *factory, guint stage)
{
	Attempt attempts[SLOTS];
	guint count = 0;

	for (guint slot = 1; slot <= SLOTS; slot++) {
		Board *board = next_board(factory, stage);

		if (!board)
			break;
		clock_us += 300 * G_TIME_SPAN_MILLISECOND;
		attempts[count] = (Attempt){board, 0, clock_us, slot, stage};
		attempts[count].run = begin(factory, &attempts[count]);
		count++;
	}
	for (guint i = 0; i < count; i++)
		put_away(factory, attempts[i].board, stage, work(factory, &attempts[i]));
}

static void day(Factory *factory)
{
	/* 2026-10-26, a Monday, 05:00 UTC; five days a week. */
	gint64 morning =
		1792990800 + (factory->day / 5 * 7 + factory->day % 5) * G_GINT64_CONSTANT(86400);

	for (guint i = 0; i < BATCHES_A_DAY; i++) {
		clock_us = (morning + i * 5400) * G_USEC_PER_SEC;
		batch(factory, 0);
		clock_us += 600 * G_USEC_PER_SEC;
		batch(factory, 1);
	}
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	guint32 seed = argc > 2 ? (guint32)strtoul(argv[2], NULL, 10) : 1;
	Factory factory = {.days = argc > 3 ? (guint)strtoul(argv[3], NULL, 10) : 18};

	if (argc < 2)
		return 2;
	clock_us = G_GINT64_CONSTANT(1792990000) * G_USEC_PER_SEC;
	g_autoptr(Journal) journal = journal_open(argv[1], &error);
	if (!journal) {
		fprintf(stderr, "%s\n", error->message);
		return 3;
	}
	factory.journal = journal;
	factory.random = g_rand_new_with_seed(seed);
	factory.again = g_queue_new();
	factory.flashed = g_ptr_array_new_with_free_func(g_free);
	for (; factory.day < factory.days; factory.day++)
		day(&factory);
	printf("seed %u: %u boards in %u days\n", seed, factory.boards, factory.days);
	g_queue_free_full(factory.again, g_free);
	g_ptr_array_unref(factory.flashed);
	g_rand_free(factory.random);
	return 0;
}

/*
 * Makes a long history from a seed: two years of a line, boards with 20 steps and 10 values a run, of which the first
 * two are what the probe reads of the chip.
 *
 *   tool_history PATH RUNS [SEED]
 */
#include "lib/journal_made.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 20, VALUES = 10, TEXTS = 2 };
/* 2024-11-22, 06:00 UTC; a run every 63 s is 1 million in two years. */
#define FIRST_MS G_GINT64_CONSTANT(1732255200000)
#define EVERY_MS 63000

typedef struct {
	MadeStep steps[STEPS];
	MadeValue values[VALUES];
	char names[STEPS + VALUES][16];
} History;

static void name_all(History *history)
{
	for (guint i = 0; i < STEPS; i++) {
		g_snprintf(history->names[i], 16, "step-%02u", i + 1);
		history->steps[i] = (MadeStep){history->names[i], "dfu.download", 0};
	}
	for (guint i = 0; i < VALUES; i++) {
		g_snprintf(history->names[STEPS + i], 16, "value.%02u", i + 1);
		history->values[i] =
			(MadeValue){history->names[STEPS + i], "mA", i * 2, 0, 50, 250, NULL};
	}
	history->values[0].name = "chip.revision";
	history->values[1].name = "chip.rom";
	history->values[0].unit = history->values[1].unit = NULL;
}

/* One run in fifty fails in some step, one in a hundred ends by the station's fault. */
static void make_run(JournalMade *made, GRand *rand, History *history, guint number)
{
	static const char *const revisions[] = {"A", "B", "C"};
	guint chance = g_rand_int_range(rand, 0, 100);
	Verdict verdict = chance < 2 ? VERDICT_FAIL : chance < 3 ? VERDICT_ERROR : VERDICT_PASS;
	/* Of ten runs nine are of new boards. */
	g_autofree char *serial = g_strdup_printf("OMV%07u", number - number / 10);
	MadeRun run = {.serial = serial,
		.product = "OpenMV H7",
		.revision = revisions[number / 400000 % 3],
		.station = "bench-1",
		.operator= number % 2 ? "anna" : "ben",
		.lot = "",
		.slot = 1 + number % 8,
		.began_ms = FIRST_MS + (gint64)number * EVERY_MS,
		.steps = history->steps,
		.values = history->values,
		.verdict = verdict,
		.code = verdict == VERDICT_PASS   ? NULL
			: verdict == VERDICT_FAIL ? "flash-verify"
						  : "swd-no-target"};

	run.step_count = run.code ? 1 + (guint)g_rand_int_range(rand, 0, STEPS) : STEPS;
	for (guint i = 0; i < STEPS; i++)
		history->steps[i].ms = 1000 + g_rand_int_range(rand, 0, 200);
	/* A step that was not reached measured nothing. */
	run.value_count = MIN(VALUES, (run.step_count + 1) / 2);
	history->values[0].text = number / 1000 % 4 ? "V" : "Y";
	history->values[1].text = number / 1000 % 4 ? "9.0" : "9.1";
	for (guint i = TEXTS; i < VALUES; i++)
		history->values[i].value = 140 + i + g_rand_double(rand) * 8;
	journal_made_run(made, &run);
}

int main(int argc, char **argv)
{
	guint runs = argc > 2 ? (guint)strtoul(argv[2], NULL, 10) : 0;
	JournalMade *made;
	GRand *rand;
	History history;

	if (argc < 3)
		return 2;
	made = journal_made_open(argv[1]);
	rand = g_rand_new_with_seed(argc > 3 ? (guint32)strtoul(argv[3], NULL, 10) : 1);
	name_all(&history);
	for (guint i = 0; i < runs; i++)
		make_run(made, rand, &history, i);
	g_rand_free(rand);
	journal_made_close(made);
	return 0;
}

#include "lib/trial_made.h"

#include "lib/journal_made.h"

#include <math.h>

/* 2026-11-02, 06:00 UTC. */
#define FIRST_MS G_GINT64_CONSTANT(1793599200000)

/* A share of units; of theirs, one cycle in two fails, the last one at the latest. */
static gboolean fails(GRand *rand, gboolean faulty, gboolean last, gboolean before)
{
	return faulty && (g_rand_boolean(rand) || (last && !before));
}

/* Box and Muller. */
static double normal(GRand *rand)
{
	double u = 1 - g_rand_double(rand), v = g_rand_double(rand);

	return sqrt(-2 * log(u)) * cos(2 * G_PI * v);
}

static void make_cycle(
	JournalMade *made, GRand *rand, MadeRun *run, const double *own, gboolean fault)
{
	const MadeStep steps[] = {{"bootloader", "swd.program", (gint64)(2600 + 90 * normal(rand))},
		{"firmware", "dfu.download", (gint64)(21000 + 500 * normal(rand))},
		{"drive", "drive.check", (gint64)(7000 + 300 * normal(rand))}};
	const MadeValue values[] = {
		{"usb.boot_ms", "ms", 1, round(412 + own[0] + 4 * normal(rand)), NAN, 900},
		{"supply.current", "mA", 1, 140 + own[1] + normal(rand), 100, 180},
		{"drive.write_rate", "kB/s", 2, 610 + own[2] + 6 * normal(rand), 400, NAN}};

	run->steps = steps;
	run->step_count = G_N_ELEMENTS(steps);
	run->values = values;
	run->value_count = fault ? 2 : 3;
	run->verdict = fault ? VERDICT_FAIL : VERDICT_PASS;
	run->code = fault ? "drive-lost" : NULL;
	journal_made_run(made, run);
	run->began_ms += 45000;
}

static void make_unit(
	JournalMade *made, GRand *rand, MadeRun *run, const TrialMade *trial, gboolean new)
{
	double own[] = {9 * normal(rand), 3 * normal(rand) + (new ? 3 * trial->shift : 0),
		20 * normal(rand)};
	gboolean faulty = g_rand_double(rand) < (new ? trial->fault : trial->b_fault),
		 before = FALSE;

	for (guint i = 0; i < trial->cycles; i++) {
		gboolean fault = fails(rand, faulty, i + 1 == trial->cycles, before);

		run->slot = 1 + g_rand_int(rand) % 8;
		make_cycle(made, rand, run, own, fault);
		before |= fault;
	}
}

void trial_made(const char *path, const TrialMade *trial)
{
	JournalMade *made = journal_made_open(path);
	GRand *rand = g_rand_new_with_seed((guint32)trial->seed);
	MadeRun run = {.product = "OpenMV H7",
		.station = "bench-1",
		.operator= "qa",
		.lot = "",
		.purpose = PURPOSE_QUALIFICATION,
		.began_ms = FIRST_MS};

	for (guint i = 0; i < 2 * trial->units; i++) {
		g_autofree char *serial = g_strdup_printf("OMV%06u", i + 1);

		run.serial = serial;
		run.revision = i % 2 ? "B" : "C";
		make_unit(made, rand, &run, trial, i % 2 == 0);
	}
	g_rand_free(rand);
	journal_made_close(made);
}

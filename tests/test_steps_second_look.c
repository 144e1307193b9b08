/*
 * What becomes of a step's failure when the probe looks once more at what is in the slot. A stand-in answers for OpenOCD
 * (tests/bin/openocd), with the chip of its own.
 */
#include "lib/steps_bench.h"
#include "steps/second_look.h"

#define UID   "333835393138510D00390035"
#define OTHER "333835393138510D00390036"

typedef struct {
	const char *name;
	FailureCode before;
	const char *uid;     /* that was identified; "": none was */
	const char *memory;  /* what the chip's registers read as */
	const char *standin; /* how OpenOCD misbehaves */
	FailureCode after;
	guint starts; /* of OpenOCD */
} Case;

static const Case cases[] = {
	{"same", FAILURE_FLASH_VERIFY, UID, "", "", FAILURE_FLASH_VERIFY, 1},
	{"swapped", FAILURE_FLASH_VERIFY, OTHER, "", "", FAILURE_BOARD_SWAPPED, 1},
	{"swapped/slot", FAILURE_USB_LOST, OTHER, "", "", FAILURE_BOARD_SWAPPED, 1},
	{"swapped/late", FAILURE_STEP_DEADLINE, OTHER, "", "", FAILURE_BOARD_SWAPPED, 1},
	{"unreadable", FAILURE_USB_NOT_SEEN, UID, "0x1FF1E800=0x0,0x0,0x0", "", FAILURE_SWD_LINK,
		1},
	{"unreadable/slot", FAILURE_USB_LOST, UID, "0x1FF1E800=0x0,0x0,0x0", "", FAILURE_USB_LOST,
		1},
	{"dead", FAILURE_USB_NOT_SEEN, UID, "", "die start", FAILURE_OPENOCD_MISSING, 1},
	{"dead/unknown", FAILURE_CHIP_NOT_ALLOWED, "", "", "die start", FAILURE_OPENOCD_MISSING, 1},
	{"unknown", FAILURE_CHIP_NOT_ALLOWED, "", "", "", FAILURE_CHIP_NOT_ALLOWED, 1},
	{"unknown/slot", FAILURE_SWD_LINK, "", "", "", FAILURE_SWD_LINK, 0},
	{"stopped", FAILURE_STOPPED, OTHER, "", "", FAILURE_STOPPED, 0},
	{"operator", FAILURE_OPERATOR_SILENT, OTHER, "", "", FAILURE_OPERATOR_SILENT, 0},
	{"swapped/known", FAILURE_BOARD_SWAPPED, OTHER, "", "", FAILURE_BOARD_SWAPPED, 0},
};

static guint starts(const StepsBench *bench)
{
	g_autofree char *path = g_build_filename(bench->dir, "told", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	parts = g_strsplit(text, "start ", -1);
	return g_strv_length(parts) - 1;
}

static void test_look(gconstpointer data)
{
	const Case *is = data;
	g_auto(StepsBench) bench;
	g_autoptr(GError) failure = g_error_new(FAILURE, (int)is->before, "as the step said");

	steps_bench_make(&bench, is->memory);
	setenv("STANDIN", is->standin, 1);
	g_strlcpy(bench.job.uid, is->uid, sizeof bench.job.uid);
	second_look(&bench.job, &failure);
	/* What the step saw is not lost. */
	steps_assert_failed(failure, is->after, "as the step said");
	if (is->after != is->before)
		steps_assert_failed(failure, is->after, "then the probe looked again: ");
	g_assert_cmpuint(starts(&bench) > 0, ==, is->starts > 0);
}

/* Nobody can look: it stands. */
static void test_no_probe(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) failure = g_error_new(FAILURE, FAILURE_USB_NOT_SEEN, "nothing came");

	steps_bench_make(&bench, "");
	bench.slot.probe = NULL;
	second_look(&bench.job, &failure);
	steps_assert_failed(failure, FAILURE_USB_NOT_SEEN, "nothing came");
}

/* No power: what cannot be asked is no proof. */
static void test_dark(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) failure = g_error_new(FAILURE, FAILURE_DFU_ERASE_STALL, "it hung");

	steps_bench_make(&bench, "");
	bench.job.dark_us = g_get_monotonic_time();
	g_strlcpy(bench.job.uid, UID, sizeof bench.job.uid);
	second_look(&bench.job, &failure);
	steps_assert_failed(failure, FAILURE_PINS_MISSING, "it hung; then the probe looked again");
	g_assert_cmpuint(starts(&bench), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	steps_bench_path();
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("/steps/second-look/%s", cases[i].name);
		g_test_add_data_func(name, &cases[i], test_look);
	}
	g_test_add_func("/steps/second-look/no-probe", test_no_probe);
	g_test_add_func("/steps/second-look/dark", test_dark);
	return g_test_run();
}

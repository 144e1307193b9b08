/*
 * swd.program, swd.compare and swd.verify: which sectors they touch, what they know afterwards, and what
 * they refuse before any board is touched. A stand-in answers for OpenOCD (tests/bin/openocd).
 */
#include "lib/steps_bench.h"
#include "steps/kinds.h"
#include "steps/swd.h"

#include <string.h>

enum { SIZE = 0x20000 + 40000 }; /* two sectors */

/* An image file in the bench's folder, named by one of its own names ("boot.bin", "boot.hex"). */
static void add_image(StepsBench *bench, Image *image, const char *file, const void *bytes,
	gsize length, guint64 address)
{
	g_autofree char *path = g_build_filename(bench->dir, file, NULL);
	g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
	*image = (Image){.name = "boot",
		.path = g_intern_string(path),
		.address = address,
		.size_max = 0x40000,
		.place = {.file = "test", .line = 1, .column = 1}};
	g_autofree char *sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, length);
	image->sha256 = g_intern_string(sha256);
	g_ptr_array_add(bench->recipe.images, image);
}

static guint8 *add_raw(StepsBench *bench, Image *image, guint64 address)
{
	guint8 *bytes = g_malloc(SIZE);
	for (gsize i = 0; i < SIZE; i++)
		bytes[i] = (guint8)(i * 7 + i / 251);
	add_image(bench, image, "boot.bin", bytes, SIZE, address);
	return bytes;
}

static char *file_of(const StepsBench *bench, const char *name, gsize *length)
{
	g_autofree char *path = g_build_filename(bench->dir, name, NULL);
	char *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, length, NULL));
	return text;
}

/* How often OpenOCD was told something. */
static guint told(const StepsBench *bench, const char *what)
{
	g_autofree char *text = file_of(bench, "told", NULL);
	g_auto(GStrv) parts = g_strsplit(text, what, -1);
	return g_strv_length(parts) - 1;
}

static void do_step(StepsBench *bench, const StepKind *kind, const char *args)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(steps_run(bench, kind, args, &error));
	g_assert_no_error(error);
}

/* ---- swd.program ------------------------------------------------------------------------------- */

static void test_program(void)
{
	g_auto(StepsBench) bench;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x08000000);
	do_step(&bench, &step_swd_program, "{image: boot}");
	g_assert_null(bench.job.openocd); /* the probe is let go */
	g_autofree char *expected = g_strdup_printf("image.boot=%s\n", image.sha256);
	g_assert_cmpstr(bench.values->str, ==, expected);
	g_autofree char *flash = file_of(&bench, "flash", NULL);
	g_assert_cmpmem(flash, SIZE, bytes, SIZE);
	g_autofree char *text = file_of(&bench, "told", NULL);
	g_assert_true(g_str_has_suffix(text, "reset halt; resume\nread_memory 0xE000EDF0 32 1\n"
					     "read_memory 0xE000EDF0 32 1\n"));
}

static void test_program_halted(void)
{
	g_auto(StepsBench) bench;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x08000000);
	do_step(&bench, &step_swd_program, "{image: boot, run: false}");
	g_assert_nonnull(bench.job.openocd);
	g_assert_cmpuint(told(&bench, "resume"), ==, 0);
}

static void test_program_changed(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x08000000);
	g_assert_true(g_file_set_contents(image.path, "another", -1, NULL));
	g_assert_false(steps_run(&bench, &step_swd_program, "{image: boot}", &error));
	steps_assert_failed(error, FAILURE_IMAGE_CHANGED, "boot");
	/* The board was not touched: OpenOCD was not even started. */
	g_assert_null(bench.job.openocd);
}

static void test_skip_identical(void)
{
	g_auto(StepsBench) bench;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x080E0000);
	do_step(&bench, &step_swd_program, "{image: boot, skip-identical: true}");
	g_assert_nonnull(strstr(bench.values->str, "swd.same_sectors=0 sectors"));
	g_assert_cmpuint(told(&bench, "flash erase_sector"), ==, 2);
	do_step(&bench, &step_swd_program, "{image: boot, skip-identical: true}");
	g_assert_nonnull(strstr(bench.values->str, "swd.same_sectors=2 sectors"));
	g_assert_cmpuint(told(&bench, "flash erase_sector"), ==, 2);
	do_step(&bench, &step_swd_program, "{image: boot}");
	g_assert_cmpuint(told(&bench, "flash erase_sector"), ==, 4);
	/* Its first byte, at the end of bank 1. */
	g_autofree char *flash = file_of(&bench, "flash", NULL);
	g_autofree char *path = g_build_filename(bench.dir, "flash", NULL);
	flash[0xE0000] ^= 1;
	g_assert_true(g_file_set_contents(path, flash, 0x200000, NULL));
	do_step(&bench, &step_swd_program, "{image: boot, skip-identical: true}");
	g_assert_cmpuint(told(&bench, "flash erase_sector"), ==, 5);
	g_assert_cmpuint(told(&bench, "flash erase_sector 0 7 7"), ==, 3);
}

/* Two segments in one sector, and one elsewhere: each sector is erased once, nothing beside them. */
static void test_segments(void)
{
	static const char hex[] = ":020000040800F2\n"
				  ":0400000001020304F2\n"
				  ":0410000005060708D2\n"
				  ":020000040806EC\n"
				  ":04000000090A0B0CD2\n"
				  ":00000001FF\n";
	g_auto(StepsBench) bench;
	Image image;
	steps_bench_make(&bench, "");
	add_image(&bench, &image, "boot.hex", hex, sizeof hex - 1, 0);
	do_step(&bench, &step_swd_program, "{image: boot}");
	g_assert_cmpuint(told(&bench, "flash erase_sector"), ==, 2);
	g_autofree char *flash = file_of(&bench, "flash", NULL);
	g_assert_cmpmem(flash, 4, "\1\2\3\4", 4);
	g_assert_cmpmem(flash + 0x1000, 4, "\5\6\7\10", 4);
	g_assert_cmpmem(flash + 0x60000, 4, "\11\12\13\14", 4);
	g_assert_cmphex((guint8)flash[0x20000], ==, 0x5A);
	do_step(&bench, &step_swd_verify, "{image: boot}");
	do_step(&bench, &step_swd_compare, "{image: boot}");
	g_assert_cmphex(swd_known(&bench.job, &image), ==, 1 << 0 | 1 << 3);
}

/* ---- swd.compare, swd.verify ------------------------------------------------------------------- */

static void test_compare(void)
{
	g_auto(StepsBench) bench;
	Image image, other = {.name = "other"};
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x080E0000);
	do_step(&bench, &step_swd_compare, "{image: boot}");
	g_assert_cmphex(swd_known(&bench.job, &image), ==, 0);
	do_step(&bench, &step_swd_program, "{image: boot, run: false}");
	g_assert_cmphex(swd_known(&bench.job, &image), ==, 0);
	do_step(&bench, &step_swd_compare, "{image: boot}");
	g_assert_null(bench.job.openocd);
	g_assert_cmphex(swd_known(&bench.job, &image), ==, 1 << 7 | 1 << 8);
	g_assert_cmphex(swd_known(&bench.job, &other), ==, 0);
	/* What is written is not known any more; beside it nothing changes, nor for QSPI. */
	swd_forget(&bench.job, 0x90000000, 0x200000);
	swd_forget(&bench.job, 0x08100010, 1);
	g_assert_cmphex(swd_known(&bench.job, &image), ==, 1 << 7);
	do_step(&bench, &step_swd_program, "{image: boot}");
	g_assert_cmphex(swd_known(&bench.job, &image), ==, 0);
}

static void test_verify(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x08040000);
	g_assert_false(steps_run(&bench, &step_swd_verify, "{image: boot}", &error));
	steps_assert_failed(error, FAILURE_FLASH_VERIFY, "0x08040000 holds 0x5A instead of 0x00");
	do_step(&bench, &step_swd_program, "{image: boot}");
	do_step(&bench, &step_swd_verify, "{image: boot}");
	g_assert_null(bench.job.openocd);
	do_step(&bench, &step_swd_verify, "{image: boot, run: false}");
	g_assert_nonnull(bench.job.openocd);
}

/* ---- another chip than the one that was identified --------------------------------------------- */

/* Each step that halts looks first; nothing of the newcomer's flash is touched. */
static void test_swapped(void)
{
	static const StepKind *const kinds[] = {
		&step_swd_program, &step_swd_compare, &step_swd_verify};
	g_auto(StepsBench) bench;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x08000000);
	g_strlcpy(bench.job.uid, "333835393138510D00390036", sizeof bench.job.uid);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(steps_run(&bench, kinds[i], "{image: boot}", &error));
		steps_assert_failed(error, FAILURE_BOARD_SWAPPED,
			"the chip under the probe is 333835393138510D00390035, the one that was "
			"identified is 333835393138510D00390036");
		job_close_openocd(&bench.job);
	}
	g_assert_cmpuint(told(&bench, "flash"), ==, 0);
	g_assert_cmpuint(told(&bench, "verify_image"), ==, 0);
	g_strlcpy(bench.job.uid, "333835393138510D00390035", sizeof bench.job.uid);
	do_step(&bench, &step_swd_program, "{image: boot}");
}

/* ---- before any board is touched --------------------------------------------------------------- */

static void assert_check(
	StepsBench *bench, const StepKind *kind, const char *args, const char *expected)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) node = node_read("test", args, strlen(args), problems);
	const Step step = {.id = "it", .kind = kind, .args = node};
	kind->check(&step, &bench->recipe, problems);
	g_autofree char *text = problems_text(problems);
	if (*expected == '\0')
		g_assert_cmpstr(text, ==, "");
	else if (strstr(text, expected) == NULL)
		g_error("\"%s\" does not say \"%s\"", text, expected);
}

static void test_check(void)
{
	static const StepKind *const programs[] = {&step_swd_program, &step_swd_compare};
	g_auto(StepsBench) bench;
	Image image;
	steps_bench_make(&bench, "");
	g_autofree guint8 *bytes = add_raw(&bench, &image, 0x08020000);
	for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
		image.address = 0x08020000;
		assert_check(&bench, programs[i], "{image: boot}", "");
		image.address = 0x08020020;
		assert_check(
			&bench, programs[i], "{image: boot}", "begin where one of its sectors");
		image.address = 0x081E0000;
		assert_check(&bench, programs[i], "{image: boot}", "from 0x081E0000 on");
		image.address = 0;
		assert_check(&bench, programs[i], "{image: boot}", "address");
	}
	image.address = 0x08020020;
	assert_check(&bench, &step_swd_verify, "{image: boot}", "");
	/* QSPI flash. */
	image.address = 0x90000000;
	assert_check(&bench, &step_swd_verify, "{image: boot}", "in the chip's own flash");
	/* A template's. */
	image.path = NULL;
	assert_check(&bench, &step_swd_verify, "{image: boot}", "in the chip's own flash");
	image.address = 0;
	assert_check(&bench, &step_swd_verify, "{image: boot}", "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	steps_bench_path();
	g_test_add_func("/steps/swd/program", test_program);
	g_test_add_func("/steps/swd/program/halted", test_program_halted);
	g_test_add_func("/steps/swd/program/image-changed", test_program_changed);
	g_test_add_func("/steps/swd/program/skip-identical", test_skip_identical);
	g_test_add_func("/steps/swd/segments", test_segments);
	g_test_add_func("/steps/swd/compare", test_compare);
	g_test_add_func("/steps/swd/verify", test_verify);
	g_test_add_func("/steps/swd/swapped", test_swapped);
	g_test_add_func("/steps/swd/check", test_check);
	return g_test_run();
}

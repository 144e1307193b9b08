/* The engine of OpenMV's older bootloader against one that answers what cannot be, falls silent, dies or goes. */
#include "lib/failed.h"
#include "lib/cdcboot_proof.h"
#include "lib/corpus.h"
#include "lib/fake_cdcboot.h"

#include <string.h>

static guint8 *image_new(gsize length)
{
	guint8 *image = g_malloc(length);

	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)g_test_rand_int();
	return image;
}

/* ---- answers that cannot be ------------------------------------------------------------------ */

static void test_versions(void)
{
	static const guint32 bad[] = {0, 0xABCD0000, 0xABCD0004, 0xABCE0003, 0x0300CDAB, ~0u};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 0);

		board->version = bad[i];
		g_assert_false(cdcboot_open(&boot, &error));
		assert_failed(error, FAILURE_CDC_PROTOCOL, "not by a version");
		g_assert_cmpuint(board->erases, ==, 0);
	}
}

static void test_old_versions(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 1000, 0);

	board->version = 0xABCD0002;
	g_assert_true(cdcboot_open(&boot, &error));
	g_assert_true(cdcboot_fits(&boot, CDCBOOT_FLASH, 14 * FAKE_SECTOR, &error));
	g_assert_false(cdcboot_fits(&boot, CDCBOOT_QSPI, 1, &error));
	assert_failed(error, FAILURE_CDC_NO_ROOM, "knows of no QSPI");
	g_clear_error(&error);
	board->version = 0xABCD0001;
	g_assert_false(cdcboot_open(&boot, &error));
	assert_failed(error, FAILURE_CDC_PROTOCOL, "version 1");
}

static void test_layouts(void)
{
	static const struct {
		guint32 flash[3], qspi[3];
		const char *part;
	} bad[] = {
		{{0, 0, 0}, {0, 0, 0}, "flash layout is 0, 0, 0"},
		{{1, 3, 15}, {0, 0, 0}, "flash layout"}, /* it writes from sector 2 on */
		{{1, 2, 16}, {0, 0, 0}, "flash layout"},
		{{1, 2, 1}, {0, 0, 0}, "flash layout"},
		{{3, 2, 15}, {0, 0, 0}, "flash layout"},
		{{1, 2, ~0u}, {0, 0, 0}, "flash layout"},
		{{1, 2, 15}, {1, 511, 65536}, "QSPI layout"},
		{{1, 2, 15}, {0, 511, 4096}, "QSPI layout"},
		{{1, 2, 15}, {0, ~0u, 65536}, "QSPI layout"},
		{{1, 2, 15}, {0, 0, 1}, "QSPI layout"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 1000, 0);

		memcpy(board->layout, bad[i].flash, sizeof board->layout);
		memcpy(board->qspi_layout, bad[i].qspi, sizeof board->qspi_layout);
		g_assert_false(cdcboot_open(&boot, &error));
		assert_failed(error, FAILURE_CDC_PROTOCOL, bad[i].part);
	}
}

static void test_room(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(3 * FAKE_SECTOR);
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 1000, 0);

	board->layout[2] = 3;
	g_assert_true(cdcboot_open(&boot, &error));
	g_assert_false(cdcboot_download(&boot, CDCBOOT_FLASH, image, 2 * FAKE_SECTOR + 1, &error));
	assert_failed(error, FAILURE_CDC_NO_ROOM, "262145 bytes are to go into flash");
	g_clear_error(&error);
	g_assert_false(cdcboot_download(&boot, CDCBOOT_QSPI, image, FAKE_QSPI_SIZE + 1, &error));
	assert_failed(error, FAILURE_CDC_NO_ROOM, "blocks 0 to 3");
	g_assert_cmpuint(board->erases, ==, 0);
}

static void test_short_answers(void)
{
	static const guint cuts[] = {1, 4, 12};

	for (guint i = 0; i < G_N_ELEMENTS(cuts); i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

		board->cut = cuts[i];
		g_assert_false(cdcboot_open(&boot, &error));
		assert_failed(
			error, cuts[i] < 12 ? FAILURE_CDC_PROTOCOL : FAILURE_CDC_STALL, "of 12");
	}
}

static void test_changed_layout(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(100);
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

	g_assert_true(cdcboot_open(&boot, &error));
	board->layout[0] = 2;
	g_assert_false(cdcboot_download(&boot, CDCBOOT_FLASH, image, 100, &error));
	assert_failed(error, FAILURE_CDC_PROTOCOL, "erasing sector 2 (0x08040000)");
}

static void test_nonsense(void)
{
	for (guint i = 0; i < 3; i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

		board->babbles = i == 1;
		board->stalls = i == 0;
		board->takes_less = i == 2;
		g_assert_false(cdcboot_open(&boot, &error));
		assert_failed(error, FAILURE_CDC_PROTOCOL, NULL);
	}
}

static void test_memtest(void)
{
	static const FailureCode codes[] = {
		FAILURE_QSPI_MEMTEST, FAILURE_COUNT, FAILURE_CDC_PROTOCOL};

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

		board->memtest = i;
		g_assert_true(cdcboot_open(&boot, &error));
		g_assert_true(cdcboot_memtest(&boot, &error) == (i == 1));
		if (i != 1)
			assert_failed(error, codes[i], "memory test");
	}
}

/* ---- silence and death ----------------------------------------------------------------------- */

static void test_silence(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autoptr(GError) error = NULL;
	gint64 begin_us = g_get_monotonic_time();
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 0);

	board->deaf = G_MAXUINT;
	g_assert_false(cdcboot_hold(&boot, &error));
	assert_failed(error, FAILURE_CDC_STALL, "not answered once");
	g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 3 * G_USEC_PER_SEC);
}

/* Who has had no processor for most of the time has hardly asked. */
static void test_away(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 0);

	board->deaf = 15;
	board->away_ms = 150;
	g_assert_true(cdcboot_open(&boot, &error));
	g_assert_no_error(error);
}

static void test_window_missed(void)
{
	for (guint at = 1; at < 12; at++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 1000, 0);

		board->deaf = G_MAXUINT;
		board->vanish_at = at;
		g_assert_false(cdcboot_hold(&boot, &error));
		assert_failed(error, FAILURE_CDC_WINDOW_MISSED, "gone");
	}
}

/* Wherever it goes, the failure says so, and names the place. */
static void test_vanishes(void)
{
	gsize length = FAKE_SECTOR + 5000;
	g_autofree guint8 *image = image_new(length);

	for (guint at = 1; at < 30; at += 2) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

		g_assert_true(cdcboot_open(&boot, &error));
		board->vanish_at = board->transfers + at;
		g_assert_false(cdcboot_download(&boot, CDCBOOT_FLASH, image, length, &error) &&
			       cdcboot_download(&boot, CDCBOOT_QSPI, image, 3000, &error));
		assert_failed(error, FAILURE_USB_LOST, at < 4 ? "erasing sector 2" : NULL);
	}
}

/* The blink of death: it takes nothing any more, at whatever packet. */
static void test_dies(void)
{
	gsize length = FAKE_SECTOR + 5000;
	g_autofree guint8 *image = image_new(length);

	for (guint at = 1; at < 2300; at = at * 6 - 3) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 500);

		g_assert_true(cdcboot_open(&boot, &error));
		board->die_at = board->packets + at;
		g_assert_false(cdcboot_download(&boot, CDCBOOT_FLASH, image, length, &error));
		assert_failed(error, FAILURE_CDC_STALL,
			at < 3   ? "erasing sector 2"
			: at < 5 ? "erasing sector 3"
				 : "writing at 0x080");
		/* And it does not come back. */
		g_clear_error(&error);
		watch_begin(&watch, 10000, 500);
		g_assert_false(cdcboot_open(&boot, &error));
		assert_failed(error, FAILURE_CDC_STALL, NULL);
	}
}

/* A step's own end is its own, not the bootloader's. */
static void test_deadline_and_stop(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(100);
	g_autoptr(GError) error = NULL;
	volatile gint stop = 1;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 200, 0);

	g_assert_true(cdcboot_open(&boot, &error));
	board->die_at = 1;
	g_assert_false(cdcboot_download(&boot, CDCBOOT_FLASH, image, 100, &error));
	assert_failed(error, FAILURE_STEP_DEADLINE, NULL);
	g_clear_error(&error);
	boot = fake_cdcboot_engine(board, &watch, 1000, 0);
	watch.stop = &stop;
	g_assert_false(cdcboot_open(&boot, &error));
	assert_failed(error, FAILURE_STOPPED, NULL);
}

/* What it cannot know: the header says so, and verifying by other means is the step's. */
static void test_lies_are_not_seen(void)
{
	for (guint i = 0; i < 2; i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autofree guint8 *image = image_new(5000);
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

		board->lies = i == 0;
		board->drop_every = i == 1 ? 7 : 0;
		g_assert_true(cdcboot_open(&boot, &error));
		g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, image, 5000, &error));
		g_assert_true(cdcboot_reset(&boot, &error));
		g_assert_true(memcmp(board->flash + FAKE_FIRMWARE, image, 5000) != 0);
	}
}

static void whole_and_damaged(const guint8 *data, gsize length)
{
	g_autofree guint8 *bytes = g_memdup2(data, length);

	cdcboot_proof(bytes, length);
	for (guint i = 0; i < 500; i++) {
		bytes[g_test_rand_int_range(0, (gint)length)] = (guint8)g_test_rand_int();
		cdcboot_proof(bytes, length);
	}
}

/* The fuzzer's corpus, as it is kept and damaged. */
static void test_corpus(void)
{
	corpus_replay("tests/data/cdc/reply", 6, whole_and_damaged);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/cdcboot/versions", test_versions);
	g_test_add_func("/link/cdcboot/old-versions", test_old_versions);
	g_test_add_func("/link/cdcboot/layouts", test_layouts);
	g_test_add_func("/link/cdcboot/room", test_room);
	g_test_add_func("/link/cdcboot/short-answers", test_short_answers);
	g_test_add_func("/link/cdcboot/changed-layout", test_changed_layout);
	g_test_add_func("/link/cdcboot/nonsense", test_nonsense);
	g_test_add_func("/link/cdcboot/memtest", test_memtest);
	g_test_add_func("/link/cdcboot/silence", test_silence);
	g_test_add_func("/link/cdcboot/away", test_away);
	g_test_add_func("/link/cdcboot/window-missed", test_window_missed);
	g_test_add_func("/link/cdcboot/vanishes", test_vanishes);
	g_test_add_func("/link/cdcboot/dies", test_dies);
	g_test_add_func("/link/cdcboot/deadline-and-stop", test_deadline_and_stop);
	g_test_add_func("/link/cdcboot/lies-are-not-seen", test_lies_are_not_seen);
	g_test_add_func("/link/cdcboot/corpus", test_corpus);
	return g_test_run();
}

/* The engine of OpenMV's older bootloader against one that does as it is told. */
#include "lib/failed.h"
#include "lib/fake_cdcboot.h"

#include <string.h>

static guint8 *image_new(gsize length)
{
	guint8 *image = g_malloc(length);

	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)g_test_rand_int();
	return image;
}

static void assert_blank(const guint8 *from, const guint8 *end)
{
	for (; from < end; from++)
		g_assert_cmphex(*from, ==, 0xFF);
}

/* ---- as it should be ------------------------------------------------------------------------- */

static void check_flash(FakeCdcBoot *board, const guint8 *image, gsize length)
{
	gsize sectors = (length + FAKE_SECTOR - 1) / FAKE_SECTOR;
	const guint8 *firmware = board->flash + FAKE_FIRMWARE;

	g_assert_cmpmem(firmware, length, image, length);
	assert_blank(firmware + length, firmware + sectors * FAKE_SECTOR);
	/* No sector but the image's own: bootloader, drive and what is behind stay. */
	g_assert_cmphex(board->flash_erased, ==, ((1u << sectors) - 1) << 2);
	for (gsize i = 0; i < FAKE_FIRMWARE; i++)
		g_assert_cmphex(board->flash[i], ==, 0xA5);
	for (gsize i = FAKE_FIRMWARE + sectors * FAKE_SECTOR; i < FAKE_FLASH_SIZE; i++)
		g_assert_cmphex(board->flash[i], ==, 0xA5);
}

static void test_good(void)
{
	static const gsize lengths[] = {1, 3, 4, 59, 60, 61, 63, 64, 65, 1919, 1920, 1921,
		FAKE_SECTOR - 1, FAKE_SECTOR, FAKE_SECTOR + 1, 14 * FAKE_SECTOR};

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autofree guint8 *image = image_new(lengths[i]);
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 1000);

		g_assert_true(cdcboot_hold(&boot, &error));
		g_assert_true(board->connected);
		g_assert_true(cdcboot_open(&boot, &error));
		g_assert_cmpuint(boot.version, ==, 3);
		board->packets = 0;
		g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, image, lengths[i], &error));
		/* An erase and its barrier a sector, 60 bytes a packet, and one barrier. */
		g_assert_cmpuint(board->packets, ==,
			2 * board->erases + ((lengths[i] + 63) / 64 * 64 + 59) / 60 + 1);
		g_assert_true(cdcboot_reset(&boot, &error));
		g_assert_no_error(error);
		g_assert_true(board->left);
		check_flash(board, image, lengths[i]);
	}
}

/* Its slow mode writes the same. */
static void test_safe(void)
{
	gsize length = 1000;
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(length);
	g_autoptr(GError) error = NULL;
	gint64 begin_us = g_get_monotonic_time();
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 5000);

	boot.safe = TRUE;
	g_assert_true(cdcboot_open(&boot, &error));
	board->packets = 0;
	g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, image, length, &error));
	g_assert_cmpuint(board->packets, ==, 2 + (1024 + 55) / 56 + 1);
	/* 2 s for the erase, 1 ms a packet (boards.md section 1.4). */
	g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, (2000 + length / 56) * 1000);
	g_assert_true(cdcboot_reset(&boot, &error));
	check_flash(board, image, length);
}

static void test_qspi(void)
{
	gsize length = FAKE_BLOCK + 777;
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(length), *firmware = image_new(5000);
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 1000);

	g_assert_true(cdcboot_open(&boot, &error));
	g_assert_true(cdcboot_memtest(&boot, &error));
	g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, firmware, 5000, &error));
	g_assert_false(boot.spent);
	g_assert_true(cdcboot_download(&boot, CDCBOOT_QSPI, image, length, &error));
	g_assert_true(boot.spent);
	g_assert_true(cdcboot_reset(&boot, &error));
	g_assert_no_error(error);
	check_flash(board, firmware, 5000);
	g_assert_cmpmem(board->qspi, length, image, length);
	g_assert_cmphex(board->qspi_erased, ==, 3);
	assert_blank(board->qspi + length, board->qspi + 2 * FAKE_BLOCK);
	g_assert_cmphex(board->qspi[2 * FAKE_BLOCK], ==, 0xA5);
}

/* START is taken late, or answered late and then several times over: no answer is taken for another's. */
static void test_start_again_and_again(void)
{
	for (guint tardy = 0; tardy < 40; tardy += 3) {
		g_autofree FakeCdcBoot *board = fake_cdcboot_new();
		g_autofree guint8 *image = image_new(100);
		g_autoptr(GError) error = NULL;
		Watch watch;
		CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

		board->deaf = tardy / 2;
		board->tardy = tardy;
		g_assert_true(cdcboot_open(&boot, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(board->starts, >, board->deaf);
		g_assert_cmpuint(boot.layout[CDCBOOT_FLASH].last, ==, 15);
		g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, image, 100, &error));
	}
}

/* An answer to START that is still on its way when its drain has given up. */
static void test_late_answer(void)
{
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(100);
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 5000, 0);

	g_assert_true(cdcboot_open(&boot, &error));
	memcpy(board->answers, (guint32[]){0xABCD0003, 0xABCD0003}, 8);
	board->answer_length = 8;
	g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, image, 100, &error));
	g_assert_no_error(error);
}

/* It took nothing for a while: START takes it back to the first byte, and all is written anew. */
static void test_again(void)
{
	gsize length = FAKE_SECTOR + 5000;
	g_autofree FakeCdcBoot *board = fake_cdcboot_new();
	g_autofree guint8 *image = image_new(length);
	g_autoptr(GError) error = NULL;
	Watch watch;
	CdcBoot boot = fake_cdcboot_engine(board, &watch, 10000, 150);

	g_assert_true(cdcboot_open(&boot, &error));
	board->die_at = board->packets + 1000;
	board->revive_after = 3;
	g_assert_false(cdcboot_download(&boot, CDCBOOT_FLASH, image, length, &error));
	assert_failed(error, FAILURE_CDC_STALL, "writing");
	g_clear_error(&error);
	watch_begin(&watch, 10000, 0);
	g_assert_true(cdcboot_open(&boot, &error));
	g_assert_true(cdcboot_download(&boot, CDCBOOT_FLASH, image, length, &error));
	g_assert_true(cdcboot_reset(&boot, &error));
	g_assert_no_error(error);
	check_flash(board, image, length);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/cdcboot/good", test_good);
	g_test_add_func("/link/cdcboot/safe", test_safe);
	g_test_add_func("/link/cdcboot/qspi", test_qspi);
	g_test_add_func("/link/cdcboot/start-again-and-again", test_start_again_and_again);
	g_test_add_func("/link/cdcboot/late-answer", test_late_answer);
	g_test_add_func("/link/cdcboot/again", test_again);
	return g_test_run();
}

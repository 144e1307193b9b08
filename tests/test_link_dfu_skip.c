/* What the DFU engine does not send: sectors that are said to hold their part of the image already. */
#include "lib/fake_bootloader.h"

#include <string.h>

/* Says that these sectors are there, downloads, and tells how many blocks that took. */
static guint skip_and_write(
	FakeBoot *board, Dfu *dfu, guint32 sectors, const guint8 *image, gsize length)
{
	g_autoptr(GError) error = NULL;

	board->downloads = 0;
	g_assert_true(dfu_skip(dfu, sectors, image, length, &error));
	g_assert_true(dfu_download(dfu, image, length, &error));
	g_assert_no_error(error);
	g_assert_cmpmem(board->flash, length, image, length);
	return board->downloads;
}

static void test_skip(void)
{
	gsize length = SECTOR + 3 * BLOCK - 7;
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(length);
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 10000, 1000);

	/* Said to be there, and is not: the bootloader knows better. */
	g_assert_cmpuint(skip_and_write(board, &dfu, 3, image, length), ==, 32 + 3 + 1);
	g_assert_cmpuint(dfu_skipped(&dfu, length), ==, 0);
	g_assert_cmpuint(skip_and_write(board, &dfu, 0, image, length), ==, 32 + 3 + 1);
	/* Another second sector: its blocks, and the end. */
	image[SECTOR + 5] ^= 1;
	g_assert_cmpuint(skip_and_write(board, &dfu, 1, image, length), ==, 3 + 1);
	g_assert_cmpuint(dfu_skipped(&dfu, length), ==, SECTOR);
	image[5] ^= 1;
	g_assert_cmpuint(skip_and_write(board, &dfu, 2, image, length), ==, 32 + 1);
	g_assert_cmpuint(dfu_skipped(&dfu, length), ==, length - SECTOR);
	/* Nothing at all, and it stays in dfuIDLE. */
	g_assert_cmpuint(skip_and_write(board, &dfu, 0xFFFFFFFF, image, length), ==, 0);
	g_assert_cmpuint(dfu_skipped(&dfu, length), ==, length);
	g_assert_cmpuint(board->state, ==, IDLE);
}

/* What is said of sectors does not matter where blocks do not divide them. */
static void test_skip_odd_blocks(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(SECTOR);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 10000, 1000);

	memcpy(board->flash, image, SECTOR);
	dfu.descriptor.transfer_size = BLOCK - 32;
	g_assert_true(dfu_skip(&dfu, 1, image, SECTOR, &error));
	g_assert_cmpuint(dfu_skipped(&dfu, SECTOR), ==, 0);
	g_assert_cmpuint(board->transfers, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/dfu/skip", test_skip);
	g_test_add_func("/link/dfu/skip/odd-blocks", test_skip_odd_blocks);
	return g_test_run();
}

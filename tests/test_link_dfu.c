/* The DFU engine against a bootloader that behaves, and one that does not in every way it can. */
#include "lib/failed.h"
#include "lib/fake_bootloader.h"
#include "link/dfu.h"

#include <string.h>

static void assert_took_at_most(gint64 since_us, guint ms)
{
	g_assert_cmpint((g_get_monotonic_time() - since_us) / 1000, <=, ms);
}

/* ---- as it should be ------------------------------------------------------------------------- */

static void test_good(void)
{
	static const gsize lengths[] = {
		1, 31, 32, 33, BLOCK - 1, BLOCK, BLOCK + 1, SECTOR, SECTOR + 12345, ROOM - 1, ROOM};

	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		gsize length = lengths[i], blocks = (length + BLOCK - 1) / BLOCK;
		gsize padded = (length + 31) / 32 * 32;
		g_autofree FakeBoot *board = fake_boot_new();
		g_autofree guint8 *image = fake_boot_image(length);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 10000, 1000);

		g_assert_true(dfu_hold(&dfu, &error));
		g_assert_true(dfu_idle(&dfu, &error));
		board->transfers = 0;
		g_assert_true(dfu_download(&dfu, image, length, &error));
		g_assert_no_error(error);
		/* One DNLOAD and two GETSTATUS a block, and the same for the end. */
		g_assert_cmpuint(board->transfers, ==, 3 * (blocks + 1));
		g_assert_cmpmem(board->flash, length, image, length);
		for (gsize at = length; at < padded; at++)
			g_assert_cmphex(board->flash[at], ==, 0xFF);
		board->transfers = 0;
		g_assert_true(dfu_compare(&dfu, image, length, &error));
		g_assert_cmpuint(board->transfers, ==, blocks);
		g_assert_true(dfu_detach(&dfu, &error));
		g_assert_no_error(error);
		g_assert_true(board->detached);
	}
}

static void test_idle_from_any_state(void)
{
	for (guint8 state = 2; state <= 10; state++) {
		g_autofree FakeBoot *board = fake_boot_new();
		g_autoptr(GError) error = NULL;
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 1000, 500);

		board->state = state;
		board->status = state == ERROR_STATE ? 3 : 0;
		g_assert_true(dfu_idle(&dfu, &error));
		g_assert_cmpuint(board->state, ==, IDLE);
	}
}

/* ---- answers that cannot be ------------------------------------------------------------------ */

static void test_short_status(void)
{
	for (guint length = 1; length < 6; length++) {
		g_autofree FakeBoot *board = fake_boot_new();
		g_autofree guint8 *image = fake_boot_image(BLOCK);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 1000, 500);

		board->status_length = length;
		g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
		assert_failed(error, FAILURE_DFU_PROTOCOL, "bytes of 6");
	}
}

static void test_garbage_status(void)
{
	static const struct {
		int status, state;
		FailureCode code;
		const char *part;
	} answers[] = {
		{0x10, -1, FAILURE_DFU_PROTOCOL, "status 0x10"},
		{0xFF, 0xFF, FAILURE_DFU_PROTOCOL, "state 0xFF"},
		{-1, 11, FAILURE_DFU_PROTOCOL, "state 0x0B"},
		{-1, 0, FAILURE_DFU_PROTOCOL, "appIDLE"},
		{-1, 2, FAILURE_DFU_PROTOCOL, "dfuIDLE, not in dfuDNLOAD-IDLE"},
		{-1, 9, FAILURE_DFU_PROTOCOL, "dfuUPLOAD-IDLE"},
		{3, 10, FAILURE_DFU_REFUSED, "errWRITE in dfuERROR"},
		{6, 5, FAILURE_DFU_REFUSED, "errPROG"},
		{0, 10, FAILURE_DFU_REFUSED, "OK in dfuERROR"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autofree FakeBoot *board = fake_boot_new();
		g_autofree guint8 *image = fake_boot_image(BLOCK);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 1000, 500);

		board->bad_status = answers[i].status;
		board->bad_state = answers[i].state;
		g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
		assert_failed(error, answers[i].code, answers[i].part);
		assert_failed(error, answers[i].code, "block 0 (0x08040000)");
	}
}

static void test_never_idle(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 1000, 500);

	board->state = DNLOAD_IDLE;
	board->no_idle = TRUE;
	g_assert_false(dfu_idle(&dfu, &error));
	assert_failed(error, FAILURE_DFU_PROTOCOL, "does not become idle");
	g_assert_cmpuint(board->transfers, <, 20);

	g_clear_error(&error);
	board->state = 0;
	g_assert_false(dfu_idle(&dfu, &error));
	assert_failed(error, FAILURE_DFU_PROTOCOL, "application");
}

static void test_short_upload(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(BLOCK);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 1000, 500);

	board->short_upload = 1;
	memcpy(board->flash, image, BLOCK);
	g_assert_false(dfu_compare(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_DFU_PROTOCOL, "4095 bytes of 4096");
	g_clear_error(&error);
	g_assert_false(dfu_hold(&dfu, &error));
	assert_failed(error, FAILURE_DFU_PROTOCOL, "63 bytes of 64");
}

/* ---- bounds ---------------------------------------------------------------------------------- */

static void test_busy_for_ever(void)
{
	static const guint polls[] = {0, 1, 1000, 0xFFFFFF};

	for (guint i = 0; i < G_N_ELEMENTS(polls); i++) {
		g_autofree FakeBoot *board = fake_boot_new();
		g_autofree guint8 *image = fake_boot_image(BLOCK);
		g_autoptr(GError) error = NULL;
		gint64 begin = g_get_monotonic_time();
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 5000, 100);

		board->busy_for_ever = TRUE;
		board->poll_ms = polls[i];
		g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
		assert_failed(error, FAILURE_DFU_STALL, "dfuDNBUSY");
		assert_failed(error, FAILURE_DFU_STALL, "block 0 (0x08040000)");
		assert_took_at_most(begin, 1500);
		g_assert_cmpuint(board->statuses, <, 1000);
	}
}

/* A time to wait that cannot be meant, from a device that has long been done, is not waited. */
static void test_silly_poll_time(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(BLOCK);
	g_autoptr(GError) error = NULL;
	gint64 begin = g_get_monotonic_time();
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 2000, 0);

	board->poll_ms = 0xFFFFFF;
	g_assert_true(dfu_download(&dfu, image, BLOCK, &error));
	g_assert_no_error(error);
	assert_took_at_most(begin, 1500);
}

static void test_mute(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(BLOCK);
	g_autoptr(GError) error = NULL;
	gint64 begin = g_get_monotonic_time();
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 5000, 100);

	board->mute = TRUE;
	g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_DFU_STALL, "dfuDNLOAD-SYNC");
	assert_took_at_most(begin, 1500);
}

/* A program that had no processor for longer than a device may take blames none that was done meanwhile. */
static void test_away(void)
{
	for (guint endless = 0; endless < 2; endless++) {
		g_autofree FakeBoot *board = fake_boot_new();
		g_autofree guint8 *image = fake_boot_image(BLOCK);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 5000, 100);

		board->away_at = 1;
		board->away_ms = 150;
		board->busy_for_ever = endless;
		g_assert_cmpint(dfu_download(&dfu, image, BLOCK, &error), ==, !endless);
		if (endless)
			assert_failed(error, FAILURE_DFU_STALL, "dfuDNBUSY");
	}
}

static void test_away_before_it_asks(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(BLOCK);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 5000, 100);

	board->away_download_ms = 150;
	g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_STEP_STALL, "no progress");
	g_assert_cmpuint(board->statuses, ==, 0);
}

static void test_stop(void)
{
	static const volatile gint stop = 1;
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(BLOCK);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 5000, 100);

	watch.stop = &stop;
	g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_STOPPED, NULL);
}

/* ---- what a board may do to its data --------------------------------------------------------- */

static void test_refusals(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(ROOM + 1);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 5000, 1000);

	g_assert_false(dfu_download(&dfu, image, ROOM + 1, &error));
	assert_failed(error, FAILURE_DFU_REFUSED, "errADDRESS");
	assert_failed(error, FAILURE_DFU_REFUSED, "block 64 (0x08080000)");
	g_clear_error(&error);

	g_assert_true(dfu_idle(&dfu, &error));
	board->read_only = TRUE;
	g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_DFU_REFUSED, "errWRITE");
	g_clear_error(&error);

	g_assert_true(dfu_idle(&dfu, &error));
	board->stall_download = TRUE;
	g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_DFU_REFUSED, "stalled");
	g_clear_error(&error);

	dfu.descriptor.attributes = 0;
	g_assert_false(dfu_download(&dfu, image, BLOCK, &error));
	assert_failed(error, FAILURE_DFU_REFUSED, "cannot download");
	g_clear_error(&error);
	dfu.descriptor.attributes = 7;
	g_assert_false(dfu_download(&dfu, image, 0, &error));
	assert_failed(error, FAILURE_DFU_REFUSED, "0 bytes");
}

static void test_write_that_lies(void)
{
	g_autofree FakeBoot *board = fake_boot_new();
	g_autofree guint8 *image = fake_boot_image(SECTOR);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Dfu dfu = fake_boot_engine(board, &watch, 5000, 1000);

	board->lies = TRUE;
	g_assert_true(dfu_download(&dfu, image, SECTOR, &error));
	g_assert_false(dfu_compare(&dfu, image, SECTOR, &error));
	assert_failed(error, FAILURE_FLASH_VERIFY, "block 0");
}

static void test_one_bit(void)
{
	for (guint round = 0; round < 32; round++) {
		gsize length = SECTOR + 999, at = (gsize)g_test_rand_int_range(0, (gint)length);
		guint8 bit = (guint8)(1 << round % 8);
		g_autofree FakeBoot *board = fake_boot_new();
		g_autofree guint8 *image = fake_boot_image(length);
		g_autofree char *where = g_strdup_printf("0x%08zX", 0x08040000 + at);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Dfu dfu = fake_boot_engine(board, &watch, 5000, 1000);

		image[at] &= (guint8)~bit;
		board->stuck_offset = at;
		board->stuck_bits = bit;
		g_assert_true(dfu_download(&dfu, image, length, &error));
		g_assert_false(dfu_compare(&dfu, image, length, &error));
		assert_failed(error, FAILURE_FLASH_VERIFY, where);
		assert_failed(error, FAILURE_FLASH_VERIFY, "; 1 of ");
	}
}

/* ---- gone ------------------------------------------------------------------------------------ */

static gboolean whole_way(Dfu *dfu, const guint8 *image, gsize length, GError **error)
{
	return dfu_hold(dfu, error) && dfu_idle(dfu, error) &&
	       dfu_download(dfu, image, length, error) && dfu_compare(dfu, image, length, error) &&
	       dfu_detach(dfu, error);
}

/* Unplugged at the Nth transfer, for every N: an error at once, never success, except at the last:
 * a device that is told to leave may be gone before it answers. */
static void test_vanishing(void)
{
	gsize length = 3 * BLOCK + 5;
	g_autofree guint8 *image = fake_boot_image(length);
	g_autofree FakeBoot *sound = fake_boot_new();
	Watch watch;
	Dfu dfu = fake_boot_engine(sound, &watch, 5000, 1000);

	g_assert_true(whole_way(&dfu, image, length, NULL));
	g_assert_cmpuint(sound->transfers, >, 20);
	for (guint n = 1; n < sound->transfers; n++) {
		g_autofree FakeBoot *board = fake_boot_new();
		g_autoptr(GError) error = NULL;
		gint64 begin = g_get_monotonic_time();

		dfu = fake_boot_engine(board, &watch, 5000, 1000);
		board->vanish_at = n;
		g_assert_false(whole_way(&dfu, image, length, &error));
		assert_failed(error, n == 1 ? FAILURE_DFU_WINDOW_MISSED : FAILURE_USB_LOST, NULL);
		g_assert_cmpuint(board->transfers, ==, n);
		assert_took_at_most(begin, 1000);
	}
	{
		g_autofree FakeBoot *board = fake_boot_new();

		dfu = fake_boot_engine(board, &watch, 5000, 1000);
		board->vanish_at = sound->transfers;
		g_assert_true(whole_way(&dfu, image, length, NULL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/dfu/good", test_good);
	g_test_add_func("/link/dfu/idle", test_idle_from_any_state);
	g_test_add_func("/link/dfu/short-status", test_short_status);
	g_test_add_func("/link/dfu/garbage-status", test_garbage_status);
	g_test_add_func("/link/dfu/never-idle", test_never_idle);
	g_test_add_func("/link/dfu/short-upload", test_short_upload);
	g_test_add_func("/link/dfu/busy-for-ever", test_busy_for_ever);
	g_test_add_func("/link/dfu/silly-poll-time", test_silly_poll_time);
	g_test_add_func("/link/dfu/mute", test_mute);
	g_test_add_func("/link/dfu/away", test_away);
	g_test_add_func("/link/dfu/away-before-it-asks", test_away_before_it_asks);
	g_test_add_func("/link/dfu/stop", test_stop);
	g_test_add_func("/link/dfu/refusals", test_refusals);
	g_test_add_func("/link/dfu/write-that-lies", test_write_that_lies);
	g_test_add_func("/link/dfu/one-bit", test_one_bit);
	g_test_add_func("/link/dfu/vanishing", test_vanishing);
	return g_test_run();
}

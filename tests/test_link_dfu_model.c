/* The DFU engine on the model of OpenMV's bootloader, over the virtual bus: what goes down comes up again. */
#include "core/failure.h"
#include "images.h"
#include "lib/bench_pipe.h"
#include "link/dfu.h"

#include <string.h>

enum { ALT_FILESYSTEM = 1, ALT_FIRMWARE = 2 };

typedef struct {
	BenchPipe usb;
	BoardConfig config;
	Watch watch;
	Dfu dfu;
} Station;

static Station *open_board(void)
{
	Station *on = g_new0(Station, 1);
	const guint8 *configuration;
	gsize length;

	on->config = bench_config();
	bench_pipe_init(&on->usb);
	bench_open(&on->usb.bench, 0, &on->config, true);
	board_power(on->usb.bench.board, true);
	g_assert_true(bench_await(&on->usb.bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	watch_begin(&on->watch, 60000, 10000);
	on->dfu = (Dfu){.pipe = &on->usb.pipe, .watch = &on->watch};
	configuration = bench_pipe_configuration(&on->usb, &length);
	g_assert_true(dfu_parse(configuration, length, &on->dfu.descriptor, NULL));
	g_assert_true(dfu_hold(&on->dfu, NULL));
	return on;
}

static void close_board(Station *on)
{
	bench_close(&on->usb.bench);
	g_free(on);
}

static void select_alt(Station *on, guint8 alt)
{
	UsbPipe *pipe = &on->usb.pipe;

	g_assert_true(pipe->set_alt(pipe, on->dfu.descriptor.interface, alt, NULL));
	g_assert_true(dfu_idle(&on->dfu, NULL));
}

static guint8 *image_of(gsize length)
{
	guint8 *image = g_malloc(length + 1);

	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)g_test_rand_int_range(0, 256);
	return image;
}

/* U-Boot's list for DFU, and as there a dummy into another partition before the image is read back, so
 * that no buffer can pass for flash (trust.md section 2). */
static void test_sizes(void)
{
	static const gsize lengths[] = {
		1, 63, 64, 65, 127, 128, 129, 959, 960, 961, 4095, 4096, 4097, 1 << 20};
	g_autofree guint8 *dummy = image_of(4096);

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		gsize length = lengths[i];
		g_autofree guint8 *image = image_of(length);
		g_autoptr(GError) error = NULL;
		Station *on = open_board();

		select_alt(on, ALT_FIRMWARE);
		g_assert_true(dfu_download(&on->dfu, image, length, &error));
		select_alt(on, ALT_FILESYSTEM);
		g_assert_true(dfu_download(&on->dfu, dummy, 4096, &error));
		select_alt(on, ALT_FIRMWARE);
		g_assert_true(dfu_compare(&on->dfu, image, length, &error));
		g_assert_no_error(error);
		g_assert_cmpmem(bench_flash(&on->usb.bench, FIRMWARE_BASE), length, image, length);
		/* And a bit more or less is seen. */
		bench_flash(&on->usb.bench, FIRMWARE_BASE)[length - 1] ^= 0x10;
		g_assert_false(dfu_compare(&on->dfu, image, length, &error));
		g_assert_error(error, FAILURE, FAILURE_FLASH_VERIFY);
		close_board(on);
	}
}

/* No image is none: nothing is sent that would erase. */
static void test_nothing(void)
{
	g_autoptr(GError) error = NULL;
	Station *on = open_board();
	guint8 first = *bench_flash(&on->usb.bench, FIRMWARE_BASE);

	select_alt(on, ALT_FIRMWARE);
	g_assert_false(dfu_download(&on->dfu, &first, 0, &error));
	g_assert_error(error, FAILURE, FAILURE_DFU_REFUSED);
	g_assert_cmphex(*bench_flash(&on->usb.bench, FIRMWARE_BASE), ==, first);
	close_board(on);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dfu/model/sizes", test_sizes);
	g_test_add_func("/dfu/model/nothing", test_nothing);
	return g_test_run();
}

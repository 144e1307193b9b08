/* The engine of OpenMV's older bootloader on the model of that bootloader, over the virtual bus. */
#include "core/failure.h"
#include "lib/bench_pipe.h"
#include "link/cdcboot.h"

#include <string.h>

typedef struct {
	BenchPipe usb;
	BoardConfig config;
	Watch watch;
	CdcBoot boot;
} Station;

/* A flashed board of this kind, in its bootloader, and an engine on it that may wait a minute, 10 s for a sign
 * of life. */
static Station *open_board(const char *kind, const BootFaults *faults)
{
	Station *on = g_new0(Station, 1);
	const BoardImages *images;
	const guint8 *configuration;
	gsize length;

	on->config = bench_config();
	on->config.kind = board_kind(kind);
	on->config.faults = *faults;
	images = &on->config.kind->images[GENERATION_CDC];
	bench_pipe_init(&on->usb);
	bench_open(&on->usb.bench, 0, &on->config, false);
	bench_load(&on->usb.bench, images->bootloader);
	bench_load(&on->usb.bench, images->firmware);
	board_power(on->usb.bench.board, true);
	g_assert_true(bench_await(&on->usb.bench, PID_CDC, BENCH_PATIENCE_MS));
	watch_begin(&on->watch, 60000, 10000);
	on->boot = (CdcBoot){.port = {.pipe = &on->usb.pipe, .watch = &on->watch}};
	configuration = bench_pipe_configuration(&on->usb, &length);
	g_assert_true(cdc_parse(configuration, length, &on->boot.port, NULL));
	return on;
}

static void close_board(Station *on)
{
	bench_close(&on->usb.bench);
	g_free(on);
}

static gboolean run(Station *on, const guint8 *image, gsize length, GError **error)
{
	return cdcboot_hold(&on->boot, error) && cdcboot_open(&on->boot, error) &&
	       cdcboot_download(&on->boot, CDCBOOT_FLASH, image, length, error) &&
	       cdcboot_reset(&on->boot, error);
}

static bool is_firmware(Bench *bench, void *data)
{
	VDev *dev = bench_device(bench);

	return dev && strcmp(dev->strings[3], "000000000011") != 0;
}

static const BootFaults sound;

/* The firmware is written over another one, and runs. */
static void test_download(void)
{
	static const char *const kinds[] = {"openmv-h7", "openmv-h7plus"};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Station *on = open_board(kinds[i], &sound);
		gsize length;
		g_autofree guint8 *image =
			demo_image(on->config.kind->images[GENERATION_CDC].firmware, &length);
		g_autoptr(GError) error = NULL;
		guint8 *flash = bench_flash(&on->usb.bench, FIRMWARE_BASE);

		memset(flash, 0x5A, length);
		g_assert_true(run(on, image, length, &error));
		g_assert_no_error(error);
		g_assert_true(bench_until(&on->usb.bench, BENCH_PATIENCE_MS, is_firmware, NULL));
		g_assert_cmpmem(flash, length, image, length);
		close_board(on);
	}
}

static void test_qspi(void)
{
	Station *on = open_board("openmv-h7plus", &sound);
	Qspi *qspi = board_qspi(on->usb.bench.board);
	gsize length;
	g_autofree guint8 *image = demo_image(DEMO_ROMFS_PLUS, &length);
	g_autofree guint8 *back = g_malloc(length);
	g_autoptr(GError) error = NULL;

	qspi_load(qspi, QSPI_SIZE - 1, (const guint8[1]){0}, 1);
	g_assert_true(cdcboot_open(&on->boot, &error));
	g_assert_cmpuint(on->boot.layout[CDCBOOT_QSPI].last, ==, 511);
	g_assert_true(cdcboot_memtest(&on->boot, &error));
	qspi_read(qspi, QSPI_SIZE - 1, back, 1);
	g_assert_cmphex(back[0], ==, 0xFF);
	g_assert_true(cdcboot_download(&on->boot, CDCBOOT_QSPI, image, length, &error));
	g_assert_true(cdcboot_reset(&on->boot, &error));
	g_assert_no_error(error);
	/* Now: the firmware will format its drive there. */
	qspi_read(qspi, 0, back, length);
	g_assert_cmpmem(back, length, image, length);
	close_board(on);
}

static void test_no_qspi(void)
{
	Station *on = open_board("openmv-h7", &sound);
	g_autoptr(GError) error = NULL;

	g_assert_true(cdcboot_open(&on->boot, &error));
	g_assert_cmpuint(on->boot.layout[CDCBOOT_QSPI].size, ==, 0);
	g_assert_false(cdcboot_fits(&on->boot, CDCBOOT_QSPI, 1, &error));
	g_assert_error(error, FAILURE, FAILURE_CDC_NO_ROOM);
	close_board(on);
}

/* What the bootloader does not tell, the engine cannot: it is found by reading back. */
static void test_unseen(void)
{
	const BootFaults faults[] = {{.drop_packet = 1000}, {.lies = true}};

	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		Station *on = open_board("openmv-h7", &faults[i]);
		gsize length;
		g_autofree guint8 *image = demo_image(DEMO_FIRMWARE_CDC, &length);
		g_autoptr(GError) error = NULL;
		guint8 *flash = bench_flash(&on->usb.bench, FIRMWARE_BASE);

		flash[1] ^= 0xFF;
		g_assert_true(run(on, image, length, &error));
		bench_pass(&on->usb.bench, 50);
		g_assert_true(memcmp(flash, image, length) != 0);
		close_board(on);
	}
}

static void test_blinks(void)
{
	const BootFaults faults = {.bad_sector = 0x08100000};
	Station *on = open_board("openmv-h7", &faults);
	gsize length;
	g_autofree guint8 *image = demo_image(DEMO_FIRMWARE_CDC, &length);
	g_autoptr(GError) error = NULL;

	g_assert_false(run(on, image, length, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, FAILURE, FAILURE_CDC_STALL);
	g_assert_nonnull(strstr(error->message, "sector 8"));
	close_board(on);
}

static void test_version(void)
{
	const BootFaults faults = {.version = 0xABCE0003};
	Station *on = open_board("openmv-h7", &faults);
	g_autoptr(GError) error = NULL;

	g_assert_false(cdcboot_hold(&on->boot, &error) && cdcboot_open(&on->boot, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, FAILURE, FAILURE_CDC_PROTOCOL);
	close_board(on);
}

static void test_window(void)
{
	const BootFaults faults = {.short_window = true};
	Station *on = open_board("openmv-h7", &faults);
	g_autoptr(GError) error = NULL;

	/* So that nothing comes in its place. */
	*bench_flash(&on->usb.bench, FIRMWARE_BASE) ^= 0xFF;
	g_assert_true(bench_await(&on->usb.bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(cdcboot_hold(&on->boot, &error));
	g_assert_error(error, FAILURE, FAILURE_CDC_WINDOW_MISSED);
	close_board(on);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/cdcboot/model/download", test_download);
	g_test_add_func("/link/cdcboot/model/qspi", test_qspi);
	g_test_add_func("/link/cdcboot/model/no-qspi", test_no_qspi);
	g_test_add_func("/link/cdcboot/model/unseen", test_unseen);
	g_test_add_func("/link/cdcboot/model/blinks", test_blinks);
	g_test_add_func("/link/cdcboot/model/version", test_version);
	g_test_add_func("/link/cdcboot/model/window", test_window);
	return g_test_run();
}

#include "lib/cdcboot_proof.h"

#include "core/failure.h"
#include "link/cdcboot.h"

#include <string.h>

typedef struct {
	UsbPipe pipe;
	const guint8 *at, *end;
} Device;

enum { TIMES_OUT = 0xFF, STALLS = 0xFE };

static gssize fail(GQuark domain, int code, GError **error)
{
	g_set_error_literal(error, domain, code, "as the input says");
	return -1;
}

/* What the next byte makes of a transfer; what it brings goes to `into`, if any. */
static gssize next(Device *device, guint8 *into, gsize length, GError **error)
{
	gsize moved;

	if (device->at == device->end)
		return fail(FAILURE, FAILURE_USB_LOST, error);
	moved = *device->at++;
	if (moved >= STALLS)
		return fail(
			USB_ERROR, moved == STALLS ? USB_ERROR_STALL : USB_ERROR_TIMEOUT, error);
	if (!into) /* taken: all of it, or one byte less */
		return (gssize)(moved == 0 && length ? length - 1 : length);
	moved = MIN(MIN(moved, length), (gsize)(device->end - device->at));
	memcpy(into, device->at, moved);
	device->at += moved;
	return (gssize)moved;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	return next((Device *)pipe, type & 0x80 ? data : NULL, length, error);
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	return next((Device *)pipe, endpoint & 0x80 ? data : NULL, length, error);
}

static void play(CdcBoot *boot)
{
	static const guint8 image[300];
	g_autoptr(GError) error = NULL;
	gboolean good = cdcboot_hold(boot, &error) && cdcboot_open(boot, &error);

	for (guint i = 0; good && i < CDCBOOT_MEMORIES; i++) {
		const CdcBootLayout *layout = &boot->layout[i];

		g_assert_cmpuint(layout->first, <=, layout->last);
		g_assert_cmpuint(layout->last, <, 4096);
	}
	good = good && cdcboot_download(boot, CDCBOOT_FLASH, image, sizeof image, &error) &&
	       cdcboot_memtest(boot, &error) &&
	       cdcboot_download(boot, CDCBOOT_QSPI, image, sizeof image, &error) &&
	       cdcboot_reset(boot, &error);
	/* Failed with a failure of ours, or not at all. */
	g_assert_true(good == !error);
	g_assert_true(good || (error->domain == FAILURE && error->code < FAILURE_COUNT));
}

void cdcboot_proof(const guint8 *data, gsize size)
{
	gsize length = size ? MIN(data[0], size - 1) : 0;
	Device device = {.pipe = {.control = control, .bulk = bulk},
		.at = data + MIN(size, 1 + length),
		.end = data + size};
	Watch watch = {0};
	CdcBoot boot = {.port = {.pipe = &device.pipe, .watch = &watch}};

	if (!size)
		return;
	watch_begin(&watch, 5000, 0);
	/* Where the configuration is none the port is the bootloader's, so that the rest is tried too. */
	if (!cdc_parse(data + 1, length, &boot.port, NULL))
		boot.port = (Cdc){.pipe = &device.pipe,
			.watch = &watch,
			.in = 0x83,
			.out = 0x03,
			.packet = 64,
			.out_packet = 64};
	play(&boot);
}

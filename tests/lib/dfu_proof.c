#include "lib/dfu_proof.h"

#include "core/failure.h"

#include <string.h>

enum { DNLOAD = 1, UPLOAD, GETSTATUS }; /* boards.md section 3.1 */
enum {
	IMAGE = 3000,
	DEADLINE_MS = 4, /* so that a device that is busy for ever costs no more */
	STALL_MS = 3,
	/* Far more than any of the calls needs in that time. */
	TRANSFERS_MAX = 20000,
};

#define MAP    "@Internal Flash   /0x08000000/04*128Kg,04*128Ka"
#define KEPT   0x08020000u
#define SECTOR 0x20000u

typedef struct {
	UsbPipe pipe;
	const guint8 *at, *end;
	guint transfers; /* of this call */
	guint16 size;    /* wTransferSize */
	gboolean dfuse, leaving, keeps;
} Bytes;

static guint take(Bytes *bytes)
{
	return bytes->at < bytes->end ? *bytes->at++ : 0;
}

/* ---- what may go to a device ------------------------------------------------------------------- */

static void check_command(const Bytes *bytes, const guint8 *data, guint16 length)
{
	guint32 address;

	if (length == 1)
		g_assert_false(bytes->keeps); /* a mass erase, a read unprotect */
	if (length == 1 || data[0] != 0x41)
		return;
	g_assert_cmpuint(length, ==, 5);
	address = data[1] | data[2] << 8 | data[3] << 16 | (guint32)data[4] << 24;
	g_assert_cmphex(address, >=, 0x08000000);
	g_assert_cmphex(address, <, 0x08080000); /* behind it the map is read-only */
	g_assert_true(!bytes->keeps || address < KEPT || address >= KEPT + SECTOR);
}

static void check_download(const Bytes *bytes, guint16 block, const guint8 *data, guint16 length)
{
	guint sum = 0;

	g_assert_cmpuint(length, <=, MAX(bytes->size, 5));
	for (guint i = 0; i < length; i++) /* a sanitizer looks on */
		sum += data[i];
	g_assert_cmpuint(sum, <=, 255u * length);
	if (!bytes->dfuse)
		return;
	g_assert_cmpuint(block, !=, 1);
	if (!length)
		g_assert_true(bytes->leaving);
	else if (!block)
		check_command(bytes, data, length);
}

/* ---- the device -------------------------------------------------------------------------------- */

static gssize answer(Bytes *bytes, guint8 request, guint how, guint8 *data, guint16 length)
{
	guint16 moved = how & 8 ? (guint16)(take(bytes) % (length + 1u)) : length;

	if (request == GETSTATUS) {
		memset(data, 0, moved);
		/* Mostly one that could be: sixteen statuses, eleven states. */
		for (guint i = 0; i < moved; i++)
			data[i] = (guint8)(how & 16 ? take(bytes) : 0);
		if (!(how & 16) && moved == 6) {
			data[0] = how & 32 ? (guint8)(take(bytes) % 16) : 0;
			data[4] = (guint8)(take(bytes) % 11);
		}
		return moved;
	}
	memset(data, (int)take(bytes), moved);
	return moved;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	Bytes *bytes = (Bytes *)pipe;
	guint how = take(bytes);

	g_assert_cmpuint(timeout_ms, >, 0);
	g_assert_cmpuint(timeout_ms, <=, DEADLINE_MS + 1);
	g_assert_cmpuint(++bytes->transfers, <, TRANSFERS_MAX);
	if (request == DNLOAD)
		check_download(bytes, value, data, length);
	if (bytes->at >= bytes->end || (how & 7) == 7)
		g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "gone");
	else if ((how & 7) == 6)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
	else if ((how & 7) == 5)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
	else
		return type & 0x80 ? answer(bytes, request, how, data, length) : length;
	return -1;
}

/* ---- what is done with it ---------------------------------------------------------------------- */

static gboolean plain(Dfu *dfu, guint what, const guint8 *image, GError **error)
{
	switch (what % 5) {
	case 0:
		return dfu_idle(dfu, error);
	case 1:
		return dfu_hold(dfu, error);
	case 2:
		return dfu_download(dfu, image, IMAGE, error);
	case 3:
		return dfu_compare(dfu, image, IMAGE, error);
	default:
		return dfu_detach(dfu, error);
	}
}

static gboolean special(Dfuse *dfuse, guint what, const guint8 *image, GError **error)
{
	DfuseRange range = {0x08000000 + what / 16 * 0x11000, image, IMAGE / 32 * 32};
	guint8 commands[DFUSE_COMMANDS_MAX];
	gsize count;

	switch (what % 10) {
	case 0:
		return dfuse_begin(dfuse, error);
	case 1:
		return dfuse_commands(dfuse, commands, &count, error) && count <= sizeof commands;
	case 2:
		return dfuse_erase_sector(dfuse, range.address, error);
	case 3:
		return dfuse_erase_all(dfuse, error);
	case 4:
		return dfuse_recover(dfuse, error);
	case 5:
		return dfuse_write(dfuse, &range, 1, error);
	case 6:
		return dfuse_compare(dfuse, &range, 1, error);
	case 7:
		return dfuse_blank(dfuse, range.address, 4096, error);
	case 8:
		return dfuse_read_unprotect(dfuse, error);
	default:
		return dfuse_leave(dfuse, range.address, error);
	}
}

static void one_call(Bytes *bytes, Dfuse *dfuse, const guint8 *image)
{
	guint what = take(bytes);
	g_autoptr(GError) error = NULL;
	gboolean done;

	bytes->transfers = 0;
	bytes->dfuse = what & 128;
	bytes->leaving = what % 128 % 10 == 9;
	watch_begin(dfuse->dfu.watch, DEADLINE_MS, STALL_MS);
	done = bytes->dfuse ? special(dfuse, what % 128, image, &error)
			    : plain(&dfuse->dfu, what, image, &error);
	g_assert_true(done == !error);
	if (error) {
		g_assert_true(error->domain == FAILURE);
		g_assert_cmpuint(strlen(error->message), >, 0);
	}
}

void dfu_proof(const guint8 *data, gsize size)
{
	static const guint16 sizes[] = {8, 32, 64, 1000, 1024, 2048, 4096, 65535};
	static const BoardRegion kept = {"filesystem", KEPT, SECTOR, NULL};
	g_autoptr(GPtrArray) keep = g_ptr_array_new();
	Bytes bytes = {.pipe = {.control = control}, .at = data, .end = data + size};
	guint8 image[IMAGE];
	Watch watch = {0};
	Dfuse dfuse = {.dfu = {.pipe = &bytes.pipe, .watch = &watch}, .sector_erase_ms = 2};

	memset(image, (int)take(&bytes), sizeof image);
	g_ptr_array_add(keep, (gpointer)&kept);
	bytes.keeps = take(&bytes) & 1;
	dfuse.keep = bytes.keeps ? keep : NULL;
	bytes.size = sizes[take(&bytes) % G_N_ELEMENTS(sizes)];
	dfuse.dfu.descriptor = (DfuDescriptor){
		.attributes = 7, .transfer_size = bytes.size, .version = 0x011A, .alt_count = 1};
	g_assert_true(dfuse_map_parse(MAP, &dfuse.map, NULL));
	while (bytes.at < bytes.end)
		one_call(&bytes, &dfuse, image);
}

/* ---- the map ----------------------------------------------------------------------------------- */

static void check_region(const DfuseMap *map, const DfuseRegion *region)
{
	guint64 size = (guint64)region->size * region->count, end = region->address + size;
	g_autoptr(GError) error = NULL;
	DfuseSector sector;

	g_assert_cmpuint(end, >, region->address);
	g_assert_cmpuint(end, <=, (guint64)G_MAXUINT32 + 1);
	g_assert_cmpuint(region->access & ~7u, ==, 0);
	g_assert_true(dfuse_map_sector(map, region->address, &sector));
	g_assert_cmphex(sector.address, ==, region->address);
	g_assert_true(dfuse_map_sector(map, (guint32)(end - 1), &sector));
	g_assert_cmpuint((guint64)sector.address + sector.size, ==, end);
	g_assert_true(dfuse_map_allows(map, region->address, size, region->access, &error));
	g_assert_no_error(error);
}

gboolean dfuse_map_proof(const char *text)
{
	g_autoptr(GError) error = NULL;
	DfuseMap map;

	if (!dfuse_map_parse(text, &map, &error)) {
		g_assert_error(error, FAILURE, FAILURE_DFU_PROTOCOL);
		return FALSE;
	}
	g_assert_no_error(error);
	g_assert_cmpuint(map.regions, >=, 1);
	g_assert_cmpuint(map.regions, <=, DFUSE_REGIONS_MAX);
	g_assert_cmpuint(strlen(map.name), <, DFUSE_NAME_MAX);
	for (guint i = 0; i < map.regions; i++)
		check_region(&map, &map.region[i]);
	return TRUE;
}

#include "link/dfuse_parts.h"

enum {
	DFUSE_VERSION = 0x011A,
	ERR_VENDOR = 0x0B, /* "read-protected": boards.md section 3.2 */
};

gboolean dfuse_begin(Dfuse *dfuse, GError **error)
{
	guint16 version = dfuse->dfu.descriptor.version;

	if (version != DFUSE_VERSION) {
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL,
			"the bootloader speaks DFU 0x%04X, not DfuSe (0x%04X)", version,
			DFUSE_VERSION);
		return FALSE;
	}
	return dfu_idle(&dfuse->dfu, error);
}

static gboolean is_kept(const Dfuse *dfuse, const DfuseSector *sector, GError **error)
{
	for (guint i = 0; dfuse->keep && i < dfuse->keep->len; i++) {
		const BoardRegion *kept = dfuse->keep->pdata[i];

		if (kept->address < (guint64)sector->address + sector->size &&
			sector->address < kept->address + kept->length) {
			g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
				"the sector at 0x%08X belongs to '%s', which the recipe keeps",
				sector->address, kept->name);
			return TRUE;
		}
	}
	return FALSE;
}

gboolean dfuse_may(const Dfuse *dfuse, guint32 address, gsize length, guint access, GError **error)
{
	guint64 at = address, end = at + length;
	DfuseSector sector;

	if (!dfuse_map_allows(&dfuse->map, address, length, access, error))
		return FALSE;
	for (; at < end; at = (guint64)sector.address + sector.size)
		if (!dfuse_map_sector(&dfuse->map, (guint32)at, &sector) ||
			(access & ~DFUSE_READ && is_kept(dfuse, &sector, error)))
			return FALSE;
	return TRUE;
}

static gboolean is_last(const GArray *sectors, const DfuseSector *sector)
{
	return sectors->len &&
	       g_array_index(sectors, DfuseSector, sectors->len - 1).address == sector->address;
}

gboolean dfuse_sectors(
	const Dfuse *dfuse, guint32 address, gsize length, GArray *sectors, GError **error)
{
	guint64 at = address, end = at + length;
	DfuseSector sector;

	if (!dfuse_may(dfuse, address, length, DFUSE_ERASE | DFUSE_WRITE, error))
		return FALSE;
	for (; at < end && dfuse_map_sector(&dfuse->map, (guint32)at, &sector);
		at = (guint64)sector.address + sector.size)
		if (!is_last(sectors, &sector))
			g_array_append_val(sectors, sector);
	return TRUE;
}

DfuWait dfuse_wait(guint most_ms, FailureCode stall)
{
	return (DfuWait){.goal = DFU_DNLOAD_IDLE,
		.busy = 1 << DFU_DNLOAD_SYNC | 1 << DFU_DNBUSY,
		.stall = stall,
		.most_ms = most_ms,
		.eager = TRUE};
}

gboolean dfuse_send(Dfuse *dfuse, guint16 block, const guint8 *data, guint16 length, DfuWait *wait,
	GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (dfu_send(&dfuse->dfu, block, data, length, wait, &failure))
		return TRUE;
	if (g_error_matches(failure, FAILURE, FAILURE_DFU_REFUSED) &&
		wait->last.status == ERR_VENDOR)
		failure->code = FAILURE_CHIP_READ_PROTECTED;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean dfuse_abort(Dfuse *dfuse, GError **error)
{
	return dfu_request(&dfuse->dfu, DFU_ABORT, 0, NULL, 0, error) == 0 ||
	       dfu_settle(error, FAILURE_DFU_PROTOCOL);
}

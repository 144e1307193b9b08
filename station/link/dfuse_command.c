#include "link/dfuse_parts.h"

enum {
	SET_ADDRESS = 0x21, /* boards.md section 3.2 */
	ERASE = 0x41,
	READ_UNPROTECT = 0x92,
	/* Commands that do nothing to flash take no time; this is for a ROM that hangs. */
	COMMAND_MS = 2000,
	/* When it leaves, it is gone before it answers. */
	LEAVE_MS = 1000,
	ADDRESSED = 5, /* bytes of a command with an address */
};

gboolean dfuse_commands(Dfuse *dfuse, guint8 *commands, gsize *count, GError **error)
{
	gssize moved = dfu_request(&dfuse->dfu, DFU_UPLOAD, 0, commands, DFUSE_COMMANDS_MAX, error);

	if (moved < 0) {
		g_prefix_error(error, "get commands: ");
		return dfu_settle(error, FAILURE_DFU_PROTOCOL);
	}
	*count = (gsize)moved;
	return dfuse_abort(dfuse, error);
}

static gboolean addressed(
	Dfuse *dfuse, guint8 command, guint32 address, DfuWait *wait, GError **error)
{
	const guint8 bytes[ADDRESSED] = {command, (guint8)address, (guint8)(address >> 8),
		(guint8)(address >> 16), (guint8)(address >> 24)};

	return dfuse_send(dfuse, 0, bytes, sizeof bytes, wait, error);
}

gboolean dfuse_point(Dfuse *dfuse, guint32 address, GError **error)
{
	DfuWait wait = dfuse_wait(COMMAND_MS, FAILURE_DFU_STALL);

	if (addressed(dfuse, SET_ADDRESS, address, &wait, error))
		return TRUE;
	g_prefix_error(error, "set address 0x%08X: ", address);
	return FALSE;
}

gboolean dfuse_erase_sector(Dfuse *dfuse, guint32 address, GError **error)
{
	DfuWait wait = dfuse_wait(dfuse->sector_erase_ms, FAILURE_DFU_ERASE_STALL);
	DfuseSector sector = {0};
	gboolean erased;

	if (!dfuse_may(dfuse, address, 1, DFUSE_ERASE, error) ||
		!dfuse_map_sector(&dfuse->map, address, &sector))
		return FALSE;
	if (!watch_erase_begin(dfuse->dfu.watch, dfuse->sector_erase_ms, error))
		return FALSE;
	erased = addressed(dfuse, ERASE, address, &wait, error);
	watch_erase_end(dfuse->dfu.watch);
	if (erased)
		return TRUE;
	g_prefix_error(error, "erase of 0x%08X (sector %u): ", address, sector.number);
	return FALSE;
}

static guint erasable_sectors(const DfuseMap *map)
{
	guint count = 0;

	for (guint i = 0; i < map->regions; i++)
		if (map->region[i].access & DFUSE_ERASE)
			count += map->region[i].count;
	return count;
}

static gboolean refuse_kept(const Dfuse *dfuse, const char *what, GError **error)
{
	const BoardRegion *kept;

	if (!dfuse->keep || !dfuse->keep->len)
		return FALSE;
	kept = dfuse->keep->pdata[0];
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
		"%s would take '%s', which the recipe keeps", what, kept->name);
	return TRUE;
}

gboolean dfuse_erase_all(Dfuse *dfuse, GError **error)
{
	const guint8 command = ERASE;
	guint most_ms = erasable_sectors(&dfuse->map) * dfuse->sector_erase_ms;
	DfuWait wait = dfuse_wait(most_ms, FAILURE_DFU_ERASE_STALL);
	gboolean erased;

	if (refuse_kept(dfuse, "a mass erase", error))
		return FALSE;
	watch_progress(dfuse->dfu.watch, "mass-erase", 0, 1);
	if (!watch_erase_begin(dfuse->dfu.watch, most_ms, error))
		return FALSE;
	erased = dfuse_send(dfuse, 0, &command, 1, &wait, error);
	watch_erase_end(dfuse->dfu.watch);
	if (!erased) {
		g_prefix_error(error, "mass erase: ");
		return FALSE;
	}
	watch_progress(dfuse->dfu.watch, "mass-erase", 1, 1);
	return TRUE;
}

/* It goes without an answer, or says that it is busy and goes then: who waits for it will see. */
static gboolean went(GError **failure)
{
	return g_error_matches(*failure, FAILURE, FAILURE_USB_LOST) ||
	       g_error_matches(*failure, USB_ERROR, USB_ERROR_TIMEOUT) ||
	       g_error_matches(*failure, USB_ERROR, USB_ERROR_STALL);
}

/* DNLOAD and one GETSTATUS, which starts it; `goal` is the state that a slow one is in then. */
static gboolean depart(Dfuse *dfuse, const char *what, const guint8 *data, guint16 length,
	DfuState goal, GError **error)
{
	g_autoptr(GError) failure = NULL;
	DfuStatus status = {0};

	if (dfu_request(&dfuse->dfu, DFU_DNLOAD, 0, (guint8 *)data, length, &failure) != length) {
		dfu_settle(&failure, FAILURE_DFU_REFUSED);
	} else if (!dfu_get_status(&dfuse->dfu, &status, LEAVE_MS, &failure)) {
		if (went(&failure))
			return TRUE;
	} else if (status.state == goal && !status.status) {
		return TRUE;
	} else {
		g_set_error(&failure, FAILURE, FAILURE_DFU_REFUSED, "the device reports %s in %s",
			dfu_status_word(status.status), dfu_state_word((guint8)status.state));
	}
	g_propagate_prefixed_error(error, g_steal_pointer(&failure), "%s: ", what);
	return FALSE;
}

gboolean dfuse_read_unprotect(Dfuse *dfuse, GError **error)
{
	const guint8 command = READ_UNPROTECT;

	return !refuse_kept(dfuse, "lifting the read protection", error) &&
	       depart(dfuse, "read unprotect", &command, 1, DFU_DNBUSY, error);
}

gboolean dfuse_leave(Dfuse *dfuse, guint32 address, GError **error)
{
	return dfuse_point(dfuse, address, error) &&
	       depart(dfuse, "leave", NULL, 0, DFU_MANIFEST, error);
}

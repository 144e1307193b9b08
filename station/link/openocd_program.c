#include "link/openocd_flash.h"
#include "link/openocd_mark.h"

#include <string.h>

#define CHUNK_SIZE 0x4000u

/*
 * OpenOCD gives up by itself, and then says why: an erase after 13 to 16 s, its loader after 5 s
 * without progress and 10 s for the end (openocd.md sections 5 and 6). Only when it stays silent beyond
 * that is the doubt its own. A sector's worst case is 4 s (boards.md section 4.7); a recipe's `stall`
 * may be shorter than these.
 */
#define ERASE_MS 20000
#define WRITE_MS 20000

/*
 * What OpenOCD's loader still finds in its buffer, when OpenOCD has given it up, it programs: at most 71 words of 32 bytes, of
 * 0.58 ms each at the worst (boards.md section 4.7). This is many times as long.
 */
#define LOADER_ENDS_MS 500
#define FLASH_SR(bank) (0x52002010u + (bank)*0x100u) /* boards.md section 4.6 */
enum { SR_BSY = 1 << 0, SR_QW = 1 << 2 };

static guint bank_of(guint32 address)
{
	return (address - FLASH_BASE) / BANK_SIZE;
}

static guint32 bank_offset(guint32 address)
{
	return (address - FLASH_BASE) % BANK_SIZE;
}

/*
 * Left to itself it does so within the first command of a bank, behind the look at the mark, and takes a
 * size that cannot be read for the usual one: of a board that was exchanged at that moment it would then
 * erase a sector (openocd_mark.h).
 */
static gboolean probe_bank(OpenocdWork *work, guint bank, GError **error)
{
	const OpenocdCall call = {"asking the flash for its size", FAILURE_SWD_LINK, ERASE_MS};
	g_autofree char *command = g_strdup_printf("flash probe %u", bank);
	if (work->openocd->probed >> bank & 1)
		return TRUE;
	if (!openocd_run_marked(work->openocd, &call, command, work->watch, error))
		return FALSE;
	work->openocd->probed |= 1u << bank;
	return TRUE;
}

static gboolean probe(OpenocdWork *work, guint sectors, GError **error)
{
	for (guint bank = 0; bank < FLASH_SIZE / BANK_SIZE; bank++)
		if (sectors >> bank * (BANK_SIZE / CHIP_SECTOR) & 0xFF &&
			!probe_bank(work, bank, error))
			return FALSE;
	return TRUE;
}

static gboolean erase_sector(OpenocdWork *work, guint32 address, GError **error)
{
	guint sector = bank_offset(address) / CHIP_SECTOR;
	g_autofree char *what = g_strdup_printf("erasing the sector at 0x%08X", address);
	g_autofree char *command =
		g_strdup_printf("flash erase_sector %u %u %u", bank_of(address), sector, sector);
	const OpenocdCall call = {what, FAILURE_FLASH_ERASE, ERASE_MS};
	if (!watch_erase_begin(work->watch, ERASE_MS, error))
		return FALSE;
	gboolean erased = openocd_run_marked(work->openocd, &call, command, work->watch, error);
	watch_erase_end(work->watch);
	return erased;
}

/* A sector a command: each has a bound of its own, and is seen as progress. */
static gboolean erase(OpenocdWork *work, guint sectors, GError **error)
{
	guint64 total = (guint64)__builtin_popcount(sectors) * CHIP_SECTOR, done = 0;
	watch_progress(work->watch, "erase", 0, total);
	for (guint i = 0; i < CHIP_SECTORS; i++) {
		if (!(sectors >> i & 1))
			continue;
		if (!erase_sector(work, FLASH_BASE + i * CHIP_SECTOR, error))
			return FALSE;
		watch_progress(work->watch, "erase", done += CHIP_SECTOR, total);
	}
	return TRUE;
}

/* What is to be 0xFF is so already, once it is erased. */
static gboolean is_blank(const guint8 *bytes, gsize length)
{
	return bytes[0] == 0xFF && memcmp(bytes, bytes + 1, length - 1) == 0;
}

/* Whether the flash is at work on something that should long be over. */
static gboolean flash_hangs(OpenocdWork *work, guint bank, guint32 *status)
{
	Openocd *openocd = work->openocd;
	for (guint looks = 0; looks < 2; looks++) {
		if (looks > 0 && !watch_sleep(work->watch, LOADER_ENDS_MS, NULL))
			return FALSE;
		if (!openocd_read(openocd, FLASH_SR(bank), 32, 1, status, work->watch, NULL) ||
			!(*status & (SR_BSY | SR_QW)))
			return FALSE;
	}
	return openocd_marked(openocd, work->watch, NULL);
}

/*
 * A loader that makes no progress may have been stopped by a reset, or by code that a bad link changed on its way. Only the
 * flash itself can say that it is the flash.
 */
static void blame_flash(OpenocdWork *work, guint bank, GError **problem)
{
	guint32 status = 0;
	if (work->openocd->child.process.pid == 0 ||
		!g_error_matches(*problem, FAILURE, FAILURE_SWD_LINK) ||
		!flash_hangs(work, bank, &status))
		return;
	g_autoptr(GError) link = g_steal_pointer(problem);
	g_set_error(problem, FAILURE, FAILURE_FLASH_PROGRAM,
		"%s (FLASH_SR 0x%08X: the flash has been busy ever since)", link->message, status);
}

static gboolean program_chunk(
	OpenocdWork *work, guint32 address, const guint8 *bytes, gsize length, GError **error)
{
	g_autoptr(GError) problem = NULL;
	if (is_blank(bytes, length))
		return TRUE;
	if (!openocd_put_file(work, "chunk.bin", bytes, length, error))
		return FALSE;
	g_autofree char *what = g_strdup_printf("programming at 0x%08X", address);
	g_autofree char *command =
		g_strdup_printf("flash write_bank %u \"$::env(FLASHLINE_WORK)/chunk.bin\" 0x%X",
			bank_of(address), bank_offset(address));
	const OpenocdCall call = {what, FAILURE_FLASH_PROGRAM, WRITE_MS};
	if (openocd_run_marked(work->openocd, &call, command, work->watch, &problem))
		return TRUE;
	blame_flash(work, bank_of(address), &problem);
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* Chunks divide sectors: each lies in one. */
static gboolean program(OpenocdWork *work, guint sectors, GError **error)
{
	watch_progress(work->watch, "program", 0, work->length);
	for (gsize at = 0; at < work->length; at += CHUNK_SIZE) {
		guint32 address = work->address + (guint32)at;
		gsize length = MIN(CHUNK_SIZE, work->length - at);
		if (openocd_sectors(address, length) & sectors &&
			!program_chunk(work, address, work->data + at, length, error))
			return FALSE;
		watch_progress(work->watch, "program", at + length, work->length);
	}
	return TRUE;
}

gboolean openocd_program(Openocd *openocd, guint32 address, const guint8 *data, gsize length,
	guint skip, Watch *watch, GError **error)
{
	OpenocdWork work = {openocd, address, data, length, watch};
	if (!openocd_fits(address, length))
		return openocd_misplaced(&work, error);
	guint sectors = openocd_sectors(address, length) & ~skip;
	if (sectors == 0)
		return TRUE;
	return probe(&work, sectors, error) && erase(&work, sectors, error) &&
	       program(&work, sectors, error) &&
	       openocd_verify(openocd, address, data, length, watch, error);
}

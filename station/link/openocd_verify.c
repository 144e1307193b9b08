/*
 * Comparing flash with what it is to hold, a sector at a time.
 *
 *   range    ......[=====|==========|===]......
 *                   CRC     CRC      CRC      each computed by the chip, code of OpenOCD's in its RAM
 *                            |
 *                            '-- differs: read that one over SWD, and find the byte
 */
#include "link/openocd_flash.h"
#include "link/openocd_mark.h"

#include <string.h>

/* OpenOCD gives a CRC up after 20 s (openocd.md section 6); a sector needs 0.15 s. */
#define VERIFY_MS 25000

/* What a sector begins with tells most different ones apart, without the chip's CRC. */
#define GLANCE_WORDS 16

/* The part of the work that lies in one sector, from `at` on. */
static OpenocdWork part_of(const OpenocdWork *work, gsize at)
{
	OpenocdWork part = *work;
	part.address += (guint32)at;
	part.data += at;
	part.length = MIN(CHIP_SECTOR - part.address % CHIP_SECTOR, work->length - at);
	return part;
}

/* FAILURE_FLASH_VERIFY when the CRC differs: it does not tell where. */
static gboolean compare_crc(OpenocdWork *part, GError **error)
{
	g_autofree char *what = g_strdup_printf("verifying at 0x%08X", part->address);
	const OpenocdCall call = {what, FAILURE_FLASH_VERIFY, VERIFY_MS};
	if (!openocd_put_file(part, "image.bin", part->data, part->length, error))
		return FALSE;
	/* "bin": left to itself it takes an image that begins with ':' for Intel HEX. */
	g_autofree char *command = g_strdup_printf(
		"verify_image_checksum \"$::env(FLASHLINE_WORK)/image.bin\" 0x%08X bin",
		part->address);
	return openocd_run_marked(part->openocd, &call, command, part->watch, error);
}

/* ---- where it differs ------------------------------------------------------------------------ */

/* What the flash holds, by way of a file: binary, and quicker than a list of numbers. */
static GBytes *read_back(OpenocdWork *part, GError **error)
{
	const OpenocdCall call = {"reading the flash back", FAILURE_SWD_LINK, VERIFY_MS};
	g_autofree char *command =
		g_strdup_printf("dump_image \"$::env(FLASHLINE_WORK)/back.bin\" 0x%08X 0x%zX",
			part->address, part->length);
	g_autofree char *path = g_build_filename(part->openocd->work_dir, "back.bin", NULL);
	g_autoptr(GError) problem = NULL;
	char *bytes = NULL;
	gsize length = 0;
	if (!openocd_run_marked(part->openocd, &call, command, part->watch, error))
		return NULL;
	if (!g_file_get_contents(path, &bytes, &length, &problem)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s: %s", call.what,
			problem->message);
		return NULL;
	}
	if (length == part->length)
		return g_bytes_new_take(bytes, length);
	g_free(bytes);
	g_set_error(error, FAILURE, FAILURE_OPENOCD_DIED, "%s: OpenOCD gave %zu bytes of %zu",
		call.what, length, part->length);
	return NULL;
}

/* The CRC differed: find out where. If no byte does, it was the reading that failed. */
static void set_mismatch(OpenocdWork *part, GError **error)
{
	g_autoptr(GBytes) held = read_back(part, error);
	if (held == NULL)
		return;
	const guint8 *bytes = g_bytes_get_data(held, NULL);
	gsize first = part->length, count = 0;
	for (gsize i = 0; i < part->length; i++) {
		if (bytes[i] == part->data[i])
			continue;
		first = MIN(first, i);
		count++;
	}
	if (count == 0) {
		g_set_error(error, FAILURE, FAILURE_SWD_LINK,
			"the chip's CRC of the flash at 0x%08X differs, but every byte of it reads "
			"right",
			part->address);
		return;
	}
	g_set_error(error, FAILURE, FAILURE_FLASH_VERIFY,
		"0x%08X holds 0x%02X instead of 0x%02X; %zu of the sector's %zu bytes differ",
		part->address + (guint32)first, bytes[first], part->data[first], count,
		part->length);
}

static gboolean verify_part(OpenocdWork *part, GError **error)
{
	g_autoptr(GError) problem = NULL;
	if (compare_crc(part, &problem))
		return TRUE;
	if (g_error_matches(problem, FAILURE, FAILURE_FLASH_VERIFY))
		set_mismatch(part, error);
	else
		g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

gboolean openocd_verify(Openocd *openocd, guint32 address, const guint8 *data, gsize length,
	Watch *watch, GError **error)
{
	OpenocdWork work = {openocd, address, data, length, watch};
	if (!openocd_in_flash(address, length))
		return openocd_misplaced(&work, error);
	watch_progress(watch, "verify", 0, length);
	for (gsize at = 0; at < length;) {
		OpenocdWork part = part_of(&work, at);
		if (!verify_part(&part, error))
			return FALSE;
		at += part.length;
		watch_progress(watch, "verify", at, length);
	}
	return TRUE;
}

/* ---- which sectors are as they should be ------------------------------------------------------- */

static gboolean compare_glance(OpenocdWork *sector, GError **error)
{
	guint32 words[GLANCE_WORDS];
	guint8 bytes[sizeof words];
	if (!openocd_read(sector->openocd, sector->address, 32, GLANCE_WORDS, words, sector->watch,
		    error))
		return FALSE;
	for (gsize i = 0; i < sizeof bytes; i++)
		bytes[i] = (guint8)(words[i / 4] >> i % 4 * 8);
	if (memcmp(bytes, sector->data, sizeof bytes) == 0)
		return TRUE;
	g_set_error(
		error, FAILURE, FAILURE_FLASH_VERIFY, "0x%08X begins otherwise", sector->address);
	return FALSE;
}

static gboolean is_of_link(const GError *problem)
{
	return g_error_matches(problem, FAILURE, FAILURE_SWD_LINK);
}

/* A word that was half programmed cannot be read, and halts what tries (boards.md section 4.6). That is
 * no fault of the link's if the chip answers once it was reset, and is still the same. */
static gboolean compare_sector(OpenocdWork *sector, gboolean *same, GError **error)
{
	g_autoptr(GError) problem = NULL, again = NULL;
	*same = compare_glance(sector, &problem) && compare_crc(sector, &problem);
	if (*same || g_error_matches(problem, FAILURE, FAILURE_FLASH_VERIFY) ||
		(is_of_link(problem) && openocd_halt_again(sector->openocd, sector->watch, &again)))
		return TRUE;
	if (g_error_matches(again, FAILURE, FAILURE_POWER_LOST))
		g_propagate_prefixed_error(
			error, g_steal_pointer(&again), "%s; then ", problem->message);
	else
		g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

gboolean openocd_same(Openocd *openocd, guint32 address, const guint8 *data, gsize length,
	guint *same, Watch *watch, GError **error)
{
	OpenocdWork work = {openocd, address, data, length, watch};
	guint8 bytes[CHIP_SECTOR];
	*same = 0;
	if (!openocd_fits(address, length))
		return openocd_misplaced(&work, error);
	watch_progress(watch, "compare", 0, length);
	for (gsize at = 0; at < length;) {
		OpenocdWork sector = part_of(&work, at);
		gboolean is_same = FALSE;
		gsize used = sector.length;
		memcpy(bytes, sector.data, used);
		memset(bytes + used, 0xFF, sizeof bytes - used);
		sector.data = bytes;
		sector.length = sizeof bytes;
		if (!compare_sector(&sector, &is_same, error))
			return FALSE;
		if (is_same)
			*same |= openocd_sectors(sector.address, 1);
		at += used;
		watch_progress(watch, "compare", at, length);
	}
	return TRUE;
}

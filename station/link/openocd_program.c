#include "link/openocd_call.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* STM32H743: two banks of 8 sectors (boards.md section 4.6). */
#define FLASH_BASE  0x08000000u
#define FLASH_SIZE  0x200000u
#define BANK_SIZE   0x100000u
#define SECTOR_SIZE 0x20000u
#define CHUNK_SIZE  0x4000u

/*
 * OpenOCD gives up by itself, and then says why: an erase after 13 to 16 s, its loader after 5 s
 * without progress and 10 s for the end, the CRC after 20 s (openocd.md sections 5 and 6). Only when
 * it stays silent beyond that is the doubt its own. A sector's worst case is 4 s (boards.md section
 * 4.7); a recipe's `stall` may be shorter than these.
 */
#define ERASE_MS  20000
#define WRITE_MS  20000
#define VERIFY_MS 25000

typedef struct {
	Openocd *openocd;
	guint32 address;
	const guint8 *image;
	gsize length;
	Watch *watch;
} Work;

static guint bank_of(guint32 address)
{
	return (address - FLASH_BASE) / BANK_SIZE;
}

static guint32 bank_offset(guint32 address)
{
	return (address - FLASH_BASE) % BANK_SIZE;
}

static gboolean run(Work *work, const OpenocdCall *call, const char *command, GError **error)
{
	g_autofree char *result = openocd_call(work->openocd, call, command, work->watch, error);
	return result != NULL;
}

/* A sector a command: each has a bound of its own, and is seen as progress. */
static gboolean erase(Work *work, GError **error)
{
	guint count = (guint)((work->length + SECTOR_SIZE - 1) / SECTOR_SIZE);
	guint64 total = (guint64)count * SECTOR_SIZE;
	watch_progress(work->watch, "erase", 0, total);
	for (guint i = 0; i < count; i++) {
		guint32 address = work->address + i * SECTOR_SIZE;
		guint sector = bank_offset(address) / SECTOR_SIZE;
		g_autofree char *what = g_strdup_printf("erasing the sector at 0x%08X", address);
		g_autofree char *command = g_strdup_printf(
			"flash erase_sector %u %u %u", bank_of(address), sector, sector);
		const OpenocdCall call = {what, FAILURE_FLASH_ERASE, ERASE_MS};
		if (!run(work, &call, command, error))
			return FALSE;
		watch_progress(work->watch, "erase", (guint64)(i + 1) * SECTOR_SIZE, total);
	}
	return TRUE;
}

/*
 * Files pass bytes to OpenOCD; their names are ours, their folder comes by the environment. Not by
 * g_file_set_contents(): either it calls fsync, and nothing here has to survive a power cut, or (2.74)
 * it leaves the tail of a longer file that was there.
 */
static gboolean put_file(
	Work *work, const char *name, const guint8 *bytes, gsize length, GError **error)
{
	g_autofree char *path = g_build_filename(work->openocd->work_dir, name, NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	gboolean written = fd >= 0 && write(fd, bytes, length) == (gssize)length;
	int why = written ? 0 : errno;
	if (fd >= 0)
		close(fd);
	if (!written)
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"cannot write OpenOCD's file %s: %s", path,
			why == 0 ? "no room" : g_strerror(why));
	return written;
}

static gboolean program(Work *work, GError **error)
{
	watch_progress(work->watch, "program", 0, work->length);
	for (gsize at = 0; at < work->length; at += CHUNK_SIZE) {
		guint32 address = work->address + (guint32)at;
		gsize length = MIN(CHUNK_SIZE, work->length - at);
		if (!put_file(work, "chunk.bin", work->image + at, length, error))
			return FALSE;
		g_autofree char *what = g_strdup_printf("programming at 0x%08X", address);
		g_autofree char *command = g_strdup_printf(
			"flash write_bank %u \"$::env(FLASHLINE_WORK)/chunk.bin\" 0x%X",
			bank_of(address), bank_offset(address));
		const OpenocdCall call = {what, FAILURE_FLASH_PROGRAM, WRITE_MS};
		if (!run(work, &call, command, error))
			return FALSE;
		watch_progress(work->watch, "program", at + length, work->length);
	}
	return TRUE;
}

/* What the flash holds, by way of a file: binary, and quicker than a list of numbers. */
static GBytes *read_back(Work *work, GError **error)
{
	const OpenocdCall call = {"reading the flash back", FAILURE_SWD_LINK, VERIFY_MS};
	g_autofree char *command =
		g_strdup_printf("dump_image \"$::env(FLASHLINE_WORK)/back.bin\" 0x%08X 0x%zX",
			work->address, work->length);
	g_autofree char *path = g_build_filename(work->openocd->work_dir, "back.bin", NULL);
	g_autoptr(GError) problem = NULL;
	char *bytes = NULL;
	gsize length = 0;
	if (!run(work, &call, command, error))
		return NULL;
	if (!g_file_get_contents(path, &bytes, &length, &problem)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s: %s", call.what,
			problem->message);
		return NULL;
	}
	if (length == work->length)
		return g_bytes_new_take(bytes, length);
	g_free(bytes);
	g_set_error(error, FAILURE, FAILURE_OPENOCD_DIED, "%s: OpenOCD gave %zu bytes of %zu",
		call.what, length, work->length);
	return NULL;
}

/* The CRC differed: find out where. If no byte does, it was the reading that failed. */
static void set_mismatch(Work *work, GError **error)
{
	g_autoptr(GBytes) held = read_back(work, error);
	if (held == NULL)
		return;
	const guint8 *bytes = g_bytes_get_data(held, NULL);
	gsize first = work->length, count = 0;
	for (gsize i = 0; i < work->length; i++) {
		if (bytes[i] == work->image[i])
			continue;
		first = MIN(first, i);
		count++;
	}
	if (count == 0) {
		g_set_error(error, FAILURE, FAILURE_SWD_LINK,
			"the chip's CRC of the flash differs, but every byte of it reads right");
		return;
	}
	g_set_error(error, FAILURE, FAILURE_FLASH_VERIFY,
		"0x%08X holds 0x%02X instead of 0x%02X; %zu of %zu bytes differ",
		work->address + (guint32)first, bytes[first], work->image[first], count,
		work->length);
}

static gboolean verify(Work *work, GError **error)
{
	const OpenocdCall call = {"verifying", FAILURE_FLASH_VERIFY, VERIFY_MS};
	g_autoptr(GError) problem = NULL;
	watch_progress(work->watch, "verify", 0, work->length);
	if (!put_file(work, "image.bin", work->image, work->length, error))
		return FALSE;
	/* "bin": left to itself it takes an image that begins with ':' for Intel HEX. */
	g_autofree char *command = g_strdup_printf(
		"verify_image \"$::env(FLASHLINE_WORK)/image.bin\" 0x%08X bin", work->address);
	if (run(work, &call, command, &problem)) {
		watch_progress(work->watch, "verify", work->length, work->length);
		return TRUE;
	}
	if (g_error_matches(problem, FAILURE, FAILURE_FLASH_VERIFY))
		set_mismatch(work, error);
	else
		g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

gboolean openocd_fits(guint64 address, guint64 length)
{
	return address >= FLASH_BASE && address % SECTOR_SIZE == 0 && length > 0 &&
	       length <= FLASH_SIZE && address - FLASH_BASE <= FLASH_SIZE - length;
}

gboolean openocd_program(Openocd *openocd, guint32 address, const guint8 *image, gsize length,
	Watch *watch, GError **error)
{
	if (!openocd_fits(address, length)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"%zu bytes at 0x%08X do not fit the flash", length, address);
		return FALSE;
	}
	Work work = {openocd, address, image, length, watch};
	return erase(&work, error) && program(&work, error) && verify(&work, error);
}

#include "link/openocd_flash.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

gboolean openocd_in_flash(guint64 address, guint64 length)
{
	return address >= FLASH_BASE && length > 0 && length <= FLASH_SIZE &&
	       address - FLASH_BASE <= FLASH_SIZE - length;
}

gboolean openocd_fits(guint64 address, guint64 length)
{
	return openocd_in_flash(address, length) && address % CHIP_SECTOR == 0;
}

guint openocd_sectors(guint32 address, gsize length)
{
	g_return_val_if_fail(openocd_in_flash(address, length), 0);
	guint first = (address - FLASH_BASE) / CHIP_SECTOR;
	guint last = (guint)((address - FLASH_BASE + length - 1) / CHIP_SECTOR);
	return (2u << last) - (1u << first);
}

gboolean openocd_misplaced(const OpenocdWork *work, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
		"%zu bytes at 0x%08X do not fit the flash", work->length, work->address);
	return FALSE;
}

/*
 * Not by g_file_set_contents(): either it calls fsync, and nothing here has to survive a power cut, or
 * (2.74) it leaves the tail of a longer file that was there.
 */
gboolean openocd_put_file(
	OpenocdWork *work, const char *name, const guint8 *bytes, gsize length, GError **error)
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

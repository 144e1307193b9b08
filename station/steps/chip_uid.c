#include "steps/chip_uid.h"

#include "link/cdcboot.h"

#include <string.h>

enum { UID_BYTES = 12, VENDOR_OPENMV = 0x37C5 };

/* Byte 0 is the last of the text's. */
static gboolean parse(const char *text, guint bytes[UID_BYTES])
{
	if (strlen(text) != 2 * UID_BYTES)
		return FALSE;
	for (guint i = 0; i < UID_BYTES; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		bytes[UID_BYTES - 1 - i] = (guint)(high << 4 | low);
	}
	return TRUE;
}

/* The older bootloader has a constant instead (boards.md section 1.2), which the firmware has not. */
gboolean chip_uid_told(UsbId id, const char *serial)
{
	return serial &&
	       (id.vendor == VENDOR_OPENMV || (cdcboot_is_id(id) && !cdcboot_is_serial(serial)));
}

gboolean chip_uid_fits(const char *uid, UsbId id, const char *serial)
{
	guint b[UID_BYTES];
	g_autofree char *runtime = NULL;

	if (!chip_uid_told(id, serial) || !parse(uid, b))
		return TRUE;
	runtime = g_strdup_printf(
		"%02X%02X%02X%02X%02X%02X", b[11], b[10] + b[2], b[9], b[8] + b[0], b[7], b[6]);
	return g_ascii_strcasecmp(serial, uid) == 0 || g_ascii_strcasecmp(serial, runtime) == 0;
}

#include "steps/usb_returned.h"

#include "core/failure.h"
#include "steps/usb_absent.h"

static gboolean had_left(const Job *job, UsbId bootloader)
{
	return job->left_us > job->started_us && usb_id_equal(bootloader, job->left);
}

UsbReturn usb_return_seen(const Job *job, UsbId firmware)
{
	const UsbSights *sights = usb_sights(job->usb);
	UsbReturn seen = {sights->other, sights->others};
	UsbId its_firmware = usb_absent_firmware(seen.bootloader);

	if (!had_left(job, seen.bootloader) &&
		!(its_firmware.vendor && usb_id_equal(its_firmware, firmware)))
		seen.times = 0;
	return seen;
}

gboolean usb_returned(const Job *job, const UsbReturn *seen, gboolean firmware_came, GError **error)
{
	if (seen->times < (had_left(job, seen->bootloader) ? 1 : 2))
		return FALSE;
	g_set_error(error, FAILURE, firmware_came ? FAILURE_USB_LOST : FAILURE_BOOT_LOOP,
		"the bootloader %04X:%04X came back to port %s after it had booted the firmware: "
		"%s, or "
		"another one came",
		seen->bootloader.vendor, seen->bootloader.product, job->slot->usb,
		firmware_came ? "the board lost its power"
			      : "its firmware falls as it starts, the board lost its power");
	return TRUE;
}

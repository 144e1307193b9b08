/* Which drives of USB devices the system has mounted: a desktop that does so writes to them. */
#pragma once

#include <glib.h>

typedef struct {
	char *port;  /* of the USB device that the drive belongs to */
	char *where; /* clean */
} UsbMount;

/* Of UsbMount*. `mountinfo`: the text of /proc/self/mountinfo (proc(5)); `blocks`: "/sys/dev/block". */
GPtrArray *usb_mounts_parse(const char *mountinfo, const char *blocks);
/* Those of this machine. */
GPtrArray *usb_mounts(void);

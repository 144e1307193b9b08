/*
 * Which USB device a probe's serial names, from what the kernel keeps of it in sysfs: no transfer.
 * Used by openocd*.c only.
 *
 * OpenOCD left alone opens every USB device of the machine and asks it for its serial. A board whose
 * bootloader is erasing answers after two seconds (boards.md section 1.5): slots would wait for each
 * other. Told vendor and product, it asks probes only. And of two probes with the same serial it
 * would take the first; here they are counted.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint16 vendor, product;
} OpenocdProbe;

/* How many devices have this serial; `probe` is the last one found. 0 also where there is no sysfs. */
guint openocd_probe_find(const char *devices, const char *serial, OpenocdProbe *probe);

/*
 * A hub's ports as power switches, through the kernel (Linux 6.0 and newer):
 *
 *   /sys/bus/usb/devices/1-2:1.0/1-2-port3/disable      1: off, 0: on
 *                                         /peer ->      the same socket on the hub's USB 3 half: both switch
 *
 * Few hubs really cut power; whether this one does shows only at the board.
 */
#pragma once

#include "link/pin_bank.h"

/* Where the kernel keeps this port of a hub, newly allocated; `sysfs`: USB_SYSFS_DEVICES. */
char *hub_port_folder(const char *sysfs, const char *hub, guint number);

/* Whether a socket has power, by its switches; FALSE where it has none. */
gboolean hub_port_is_on(const char *sysfs, const char *hub, guint number);

/* Pin n is port n, high is on. All named ports are off when it returns. FAILURE_PINS_MISSING: no such hub, no
 * such port, or no way to switch it. */
PinBank *hub_port_open(const Controller *controller, const char *sysfs, PinsUsed used,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * How busy a hub was while a device was awaited there.
 *
 * The kernel enumerates a hub's ports one after the other, a quarter of a second and more each, and a bootloader that
 * is not configured 1.0 s after its start boots (boards.md section 1.5):
 *
 *   port 1   |=====|
 *   port 2         |=====|
 *   port 3               |=====|
 *   ours     |.................. its window is over
 *
 * What counts is the ports, not the devices: one that comes time and again at its port has one turn of a round all
 * the same. Pure; all zero is one that has seen nothing.
 */
#pragma once

#include <glib.h>

typedef struct {
	gint64 since_us;  /* monotonic; 0: what is seen has been there */
	guint64 ports;    /* on which something came, one bit each */
	guint8 known[16]; /* addresses that were seen, one bit each */
} UsbCrowd;

/* A device is there: on `port`, while `own` is waited for. Its address on their bus is 1 to 127. */
void usb_crowd_see(
	UsbCrowd *crowd, const char *own, const char *port, guint8 address, gint64 now_us);

/* On how many other ports of the same hub something came in the first 1.25 s. */
guint usb_crowd_count(const UsbCrowd *crowd);

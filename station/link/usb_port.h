/* Whether anything is plugged into a USB port, as the kernel has it: for a controller, which opens no device. */
#pragma once

#include <glib.h>

/* `port`: a port path, "1-2.3". */
gboolean usb_port_occupied(const char *port);

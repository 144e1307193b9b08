/* An I2C bus on a channel of an FTDI chip through libftdi1; how: link/mpsse.h. */
#pragma once

#include "core/fixture.h"
#include "link/i2c.h"

/* FAILURE_PINS_MISSING says which serials are there. */
I2c *ftdi_i2c_open(
	const Controller *controller, guint channel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

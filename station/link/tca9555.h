/* The pins of an I/O expander TCA9555 (or PCA9555, MAX7312 and their like) on an I2C bus: TI SCPS200E. */
#pragma once

#include "link/i2c.h"
#include "link/pin_bank.h"

/* Whether one answers at this address; nothing is written to it but which register is asked for. Its registers come in
 * pairs that are read to and fro, which those of an MCP23017 or a PCF8574, at the same addresses, do not. */
gboolean tca9555_answers(I2c *i2c, guint8 address);

/* Its outputs get their safe levels before they are driven. The bus stays the caller's, and open. */
PinBank *tca9555_open(const Controller *controller, I2c *i2c, PinsUsed used,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

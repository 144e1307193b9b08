/* An I2C bus with this process as its only master, and chips on it by their 7-bit addresses. */
#pragma once

#include <glib.h>

typedef struct I2c I2c;

typedef struct {
	/* START, so many bytes out, and, where `in_length` is not 0, a repeated START and so many bytes in; STOP.
	 * FAILURE_PINS_LOST: nobody acknowledged, or the bus is stuck, or its controller is gone. */
	gboolean (*transfer)(I2c *i2c, guint8 address, const guint8 *out, gsize out_length,
		guint8 *in, gsize in_length, GError **error);
	void (*close)(I2c *i2c);
} I2cOps;

/* The first member of what each kind opens. */
struct I2c {
	const I2cOps *ops;
};

static inline void i2c_close(I2c *i2c)
{
	if (i2c)
		i2c->ops->close(i2c);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(I2c, i2c_close)

static inline gboolean i2c_transfer(I2c *i2c, guint8 address, const guint8 *out, gsize out_length,
	guint8 *in, gsize in_length, GError **error)
{
	return i2c->ops->transfer(i2c, address, out, out_length, in, in_length, error);
}

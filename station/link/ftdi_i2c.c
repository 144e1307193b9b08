#include "link/ftdi_i2c.h"

#include "core/failure.h"
#include "link/ftdi_parts.h"
#include "link/mpsse.h"

#include <ftdi.h>

/* An answer comes in a packet of its own; without one the chip sends status alone every `LATENCY` ms. */
#define LATENCY_MS 1
#define READS_MOST 100

typedef struct {
	I2c i2c;
	MpsseWire wire;
	struct ftdi_context *context;
	char *name;
	guint failures; /* in a row */
	gboolean lost;
} FtdiI2c;

/* One transfer that took too long is no lost controller: what it left in the chip is dropped, and mpsse.h does it again. */
static gboolean lost(FtdiI2c *ftdi, const char *what, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "%s: %s: %s", ftdi->name, what,
		ftdi_get_error_string(ftdi->context));
	ftdi->failures++;
	ftdi->lost = ftdi->failures > 1 || ftdi_tcioflush(ftdi->context) < 0;
	return FALSE;
}

static gboolean exchange(gpointer data, const guint8 *program, gsize length, guint8 *answer,
	gsize answer_length, GError **error)
{
	FtdiI2c *ftdi = data;
	gsize have = 0;
	if (ftdi->lost) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "%s stopped answering before",
			ftdi->name);
		return FALSE;
	}
	if (ftdi_write_data(ftdi->context, program, (int)length) != (int)length)
		return lost(ftdi, "cannot write", error);
	for (guint reads = 0; have < answer_length; reads++) {
		int got = reads < READS_MOST ? ftdi_read_data(ftdi->context, answer + have,
						       (int)(answer_length - have))
					     : -1;
		if (got < 0)
			return lost(ftdi, "no answer", error);
		have += (gsize)got;
	}
	ftdi->failures = 0;
	return TRUE;
}

static gboolean transfer(I2c *i2c, guint8 address, const guint8 *out, gsize out_length, guint8 *in,
	gsize in_length, GError **error)
{
	const FtdiI2c *ftdi = (const FtdiI2c *)i2c;
	return mpsse_transfer(&ftdi->wire, address, out, out_length, in, in_length, error);
}

/* Closing changes no pin: both wires are let go between transfers. */
static void close_bus(I2c *i2c)
{
	FtdiI2c *ftdi = (FtdiI2c *)i2c;
	if (ftdi->context != NULL)
		ftdi_free(ftdi->context);
	g_free(ftdi->name);
	g_free(ftdi);
}

static const I2cOps ops = {.transfer = transfer, .close = close_bus};

I2c *ftdi_i2c_open(const Controller *controller, guint channel, GError **error)
{
	if (!ftdi_check_there(controller, error))
		return NULL;
	FtdiI2c *ftdi = g_new0(FtdiI2c, 1);
	g_autoptr(I2c) i2c = &ftdi->i2c;
	i2c->ops = &ops;
	ftdi->name =
		g_strdup_printf("controller %s channel %c", controller->serial, 'A' + (int)channel);
	ftdi->wire = (MpsseWire){exchange, ftdi, ftdi->name};
	ftdi->context = ftdi_open_channel(controller, channel, error);
	if (ftdi->context == NULL)
		return NULL;
	/* The reset of the mode empties the engine of what a program before had left in it. */
	if (ftdi_set_bitmode(ftdi->context, 0, BITMODE_RESET) < 0 ||
		ftdi_tcioflush(ftdi->context) < 0 ||
		ftdi_set_latency_timer(ftdi->context, LATENCY_MS) < 0 ||
		ftdi_set_bitmode(ftdi->context, 0, BITMODE_MPSSE) < 0) {
		lost(ftdi, "cannot start its serial engine", error);
		return NULL;
	}
	return mpsse_begin(&ftdi->wire, error) ? g_steal_pointer(&i2c) : NULL;
}

#include "link/ftdi.h"

#include "core/failure.h"
#include "core/text.h"
#include "link/ftdi_parts.h"

#include <ftdi.h>

#define CHANNELS 4
#define LOOKS    20 /* how often a channel is read back before a level has not taken */

typedef struct {
	struct ftdi_context *context; /* NULL: not ours */
	guint8 outputs, level;
	gboolean reads; /* it has inputs, too */
} Channel;

typedef struct {
	PinBank bank;
	char *serial;
	gboolean lost; /* it did not answer twice: what its pins do now is not known */
	Channel channels[CHANNELS];
} Ftdi;

/* ---- its channels -------------------------------------------------------------------------- */

static gboolean lost(Ftdi *ftdi, guint channel, const char *what, GError **error)
{
	ftdi->lost = TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "controller %s channel %c: %s: %s",
		ftdi->serial, 'A' + (int)channel, what,
		ftdi_get_error_string(ftdi->channels[channel].context));
	return FALSE;
}

/* Both may be done twice: one transfer that took too long is no lost controller. */
static gboolean write_level(const Channel *channel)
{
	return ftdi_write_data(channel->context, &channel->level, 1) == 1 ||
	       ftdi_write_data(channel->context, &channel->level, 1) == 1;
}

static gboolean read_levels(const Channel *channel, guint8 *seen)
{
	return ftdi_read_pins(channel->context, seen) == 0 ||
	       ftdi_read_pins(channel->context, seen) == 0;
}

/* Writes the channel's levels and looks whether the pins of `look_at` have them. Not at others: a
 * short on one slot's wire is no reason to fail its neighbour. */
static gboolean apply(Ftdi *ftdi, guint index, guint8 look_at, GError **error)
{
	Channel *channel = &ftdi->channels[index];
	guint8 seen = 0;
	if (!write_level(channel))
		return lost(ftdi, index, "cannot set pins", error);
	/* The byte waits in the chip's buffer for its next clock, 7 us at 9600 baud; a look takes longer. */
	for (guint look = 0; look < LOOKS; look++) {
		if (!read_levels(channel, &seen))
			return lost(ftdi, index, "cannot read pins", error);
		if (((seen ^ channel->level) & look_at) == 0)
			return TRUE;
	}
	g_set_error(error, FAILURE, FAILURE_PINS_LOST,
		"controller %s channel %c: set pins 0x%02X to 0x%02X, they read 0x%02X",
		ftdi->serial, 'A' + (int)index, look_at, channel->level & look_at, seen & look_at);
	return FALSE;
}

/*
 * Bit-bang with all pins as inputs, the levels into the output latch, and only then the directions:
 * a pin that begins to be driven has its level at once.
 */
static gboolean open_channel(
	Ftdi *ftdi, guint index, const Controller *controller, const PinsUsed *used, GError **error)
{
	Channel *channel = &ftdi->channels[index];
	channel->outputs = (guint8)(used->outputs >> 8 * index);
	channel->level = (guint8)(used->safe >> 8 * index) & channel->outputs;
	channel->reads = (used->inputs >> 8 * index & 0xff) != 0;
	channel->context = ftdi_open_channel(controller, index, error);
	if (channel->context == NULL)
		return FALSE;
	struct ftdi_context *context = channel->context;
	if (ftdi_set_bitmode(context, 0, BITMODE_BITBANG) < 0 ||
		ftdi_write_data(context, &channel->level, 1) != 1 ||
		ftdi_set_bitmode(context, channel->outputs, BITMODE_BITBANG) < 0)
		return lost(ftdi, index, "cannot take the pins", error);
	return apply(ftdi, index, channel->outputs, error);
}

/* The chip keeps its mode and its levels: closing changes no pin. */
static void close_all(PinBank *bank)
{
	Ftdi *ftdi = (Ftdi *)bank;
	for (guint i = 0; i < CHANNELS; i++)
		if (ftdi->channels[i].context != NULL) {
			ftdi_usb_close(
				ftdi->channels[i].context); /* gives the kernel its driver back */
			ftdi_free(ftdi->channels[i].context);
		}
	g_free(ftdi->serial);
	g_free(ftdi);
}

static gboolean answers(const Ftdi *ftdi, GError **error)
{
	if (ftdi->lost)
		g_set_error(error, FAILURE, FAILURE_PINS_LOST,
			"controller %s stopped answering before", ftdi->serial);
	return !ftdi->lost;
}

/* The pins of a channel in one write. */
static gboolean set_channel(Ftdi *ftdi, guint index, guint8 pins, guint8 levels, GError **error)
{
	Channel *taken = &ftdi->channels[index];
	if (taken->context == NULL || pins & ~taken->outputs) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"pins 0x%02X of controller %s channel %c are not ours to drive", pins,
			ftdi->serial, 'A' + (int)index);
		return FALSE;
	}
	if (!answers(ftdi, error))
		return FALSE;
	taken->level = (guint8)((taken->level & ~pins) | (levels & pins));
	return apply(ftdi, index, pins, error);
}

static gboolean set(PinBank *bank, guint32 pins, guint32 levels, GError **error)
{
	for (guint i = 0; i < CHANNELS; i++) {
		guint8 some = (guint8)(pins >> 8 * i);
		if (some != 0 &&
			!set_channel((Ftdi *)bank, i, some, (guint8)(levels >> 8 * i), error))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_inputs(PinBank *bank, guint32 *levels, GError **error)
{
	Ftdi *ftdi = (Ftdi *)bank;
	if (!answers(ftdi, error))
		return FALSE;
	*levels = 0;
	for (guint i = 0; i < CHANNELS; i++) {
		guint8 seen = 0;
		if (!ftdi->channels[i].reads)
			continue;
		if (!read_levels(&ftdi->channels[i], &seen))
			return lost(ftdi, i, "cannot read pins", error);
		*levels |= (guint32)seen << 8 * i;
	}
	return TRUE;
}

static const PinBankOps ops = {.set = set, .read = read_inputs, .close = close_all};

PinBank *ftdi_open(const Controller *controller, PinsUsed used, GError **error)
{
	if (!ftdi_check_there(controller, error))
		return NULL;
	Ftdi *ftdi = g_new0(Ftdi, 1);
	g_autoptr(PinBank) bank = &ftdi->bank;
	bank->ops = &ops;
	ftdi->serial = g_strdup(controller->serial);
	for (guint i = 0; i < CHANNELS; i++) {
		if (((used.outputs | used.inputs) >> 8 * i & 0xff) == 0)
			continue;
		if (!open_channel(ftdi, i, controller, &used, error))
			return NULL;
	}
	return g_steal_pointer(&bank);
}

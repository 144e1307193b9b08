#include "link/ftdi.h"

#include "core/failure.h"
#include "core/text.h"

#include <ftdi.h>
#include <string.h>

#define FTDI_VENDOR 0x0403
#define CHANNELS    4
#define USB_MS      1000
#define LOOKS       20 /* how often a channel is read back before a level has not taken */

/* Chips with at least one channel of eight pins that can be set at will. */
static const struct {
	const char *name;
	int product;
	guint channels;
} chips[] = {
	{"FT232H", 0x6014, 1},
	{"FT2232H", 0x6010, 2},
	{"FT4232H", 0x6011, 4},
};

typedef struct {
	struct ftdi_context *context; /* NULL: not ours */
	guint8 outputs, level;
	gboolean reads; /* it has inputs, too */
} Channel;

typedef struct {
	PinBank bank;
	char *serial;
	gboolean lost; /* it did not answer once: what its pins do now is not known */
	Channel channels[CHANNELS];
} Ftdi;

static gsize find_chip(const Controller *controller)
{
	gsize i = 0;
	while (i < G_N_ELEMENTS(chips) && strcmp(chips[i].name, controller->chip) != 0)
		i++;
	return i;
}

/* ---- which one ----------------------------------------------------------------------------- */

/* How many of these chips have this serial; all serials that are there go into `seen`. */
static guint count_matches(
	struct ftdi_context *context, int product, const char *serial, GString *seen)
{
	struct ftdi_device_list *list = NULL;
	guint matches = 0;
	if (ftdi_usb_find_all(context, &list, FTDI_VENDOR, product) < 0)
		return 0;
	for (struct ftdi_device_list *at = list; at != NULL; at = at->next) {
		char text[128] = "";
		if (ftdi_usb_get_strings(context, at->dev, NULL, 0, NULL, 0, text, sizeof(text)) <
			0)
			g_strlcpy(text, "(unreadable)", sizeof(text));
		matches += strcmp(text, serial) == 0;
		g_autofree char *shown = text_clean(text, -1);
		g_string_append_printf(seen, "%s%s", seen->len > 0 ? ", " : "", shown);
	}
	ftdi_list_free(&list);
	return matches;
}

/* A serial that two controllers share says nothing (trust.md section 4, fault 3). */
static gboolean check_there(const Controller *controller, int product, GError **error)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	struct ftdi_context *context = ftdi_new();
	if (context == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "libftdi1 does not start");
		return FALSE;
	}
	guint matches = count_matches(context, product, controller->serial, seen);
	ftdi_free(context);
	if (matches == 1)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
		"%u %s with serial %s for controller '%s'; there: %s", matches, controller->chip,
		controller->serial, controller->name, seen->len > 0 ? seen->str : "none");
	return FALSE;
}

/* ---- its channels -------------------------------------------------------------------------- */

static gboolean failed(
	const Ftdi *ftdi, guint channel, FailureCode code, const char *what, GError **error)
{
	g_set_error(error, FAILURE, code, "controller %s channel %c: %s: %s", ftdi->serial,
		'A' + (int)channel, what, ftdi_get_error_string(ftdi->channels[channel].context));
	return FALSE;
}

static gboolean lost(Ftdi *ftdi, guint channel, const char *what, GError **error)
{
	ftdi->lost = TRUE;
	return failed(ftdi, channel, FAILURE_PINS_LOST, what, error);
}

/* Writes the channel's levels and looks whether the pins of `look_at` have them. Not at others: a
 * short on one slot's wire is no reason to fail its neighbour. */
static gboolean apply(Ftdi *ftdi, guint index, guint8 look_at, GError **error)
{
	Channel *channel = &ftdi->channels[index];
	guint8 seen = 0;
	if (ftdi_write_data(channel->context, &channel->level, 1) != 1)
		return lost(ftdi, index, "cannot set pins", error);
	/* The byte waits in the chip's buffer for its next clock, 7 us at 9600 baud; a look takes longer. */
	for (guint look = 0; look < LOOKS; look++) {
		if (ftdi_read_pins(channel->context, &seen) < 0)
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
	Ftdi *ftdi, guint index, int product, const PinsUsed *used, GError **error)
{
	Channel *channel = &ftdi->channels[index];
	channel->outputs = (guint8)(used->outputs >> 8 * index);
	channel->level = (guint8)(used->safe >> 8 * index) & channel->outputs;
	channel->reads = (used->inputs >> 8 * index & 0xff) != 0;
	channel->context = ftdi_new();
	if (channel->context == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "libftdi1 does not start");
		return FALSE;
	}
	struct ftdi_context *context = channel->context;
	context->usb_read_timeout = context->usb_write_timeout = USB_MS;
	/* The kernel's ftdi_sio makes serial ports of the channels; it gets them back. */
	context->module_detach_mode = AUTO_DETACH_REATACH_SIO_MODULE;
	ftdi_set_interface(context, (enum ftdi_interface)(INTERFACE_A + (int)index));
	if (ftdi_usb_open_desc(context, FTDI_VENDOR, product, NULL, ftdi->serial) < 0)
		return failed(ftdi, index, FAILURE_PINS_MISSING, "cannot open", error);
	if (ftdi_set_bitmode(context, 0, BITMODE_BITBANG) < 0 ||
		ftdi_write_data(context, &channel->level, 1) != 1 ||
		ftdi_set_bitmode(context, channel->outputs, BITMODE_BITBANG) < 0)
		return failed(ftdi, index, FAILURE_PINS_LOST, "cannot take the pins", error);
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

static gboolean set(PinBank *bank, guint pin, gboolean high, GError **error)
{
	Ftdi *ftdi = (Ftdi *)bank;
	guint index = pin / 8;
	g_return_val_if_fail(index < CHANNELS, FALSE);
	Channel *taken = &ftdi->channels[index];
	guint8 bit = (guint8)(1u << pin % 8);
	if (taken->context == NULL || !(taken->outputs & bit)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"pin %c%u of controller %s is not ours to drive", 'A' + (int)index, pin % 8,
			ftdi->serial);
		return FALSE;
	}
	if (!answers(ftdi, error))
		return FALSE;
	taken->level = high ? taken->level | bit : taken->level & (guint8)~bit;
	return apply(ftdi, index, bit, error);
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
		if (ftdi_read_pins(ftdi->channels[i].context, &seen) < 0)
			return lost(ftdi, i, "cannot read pins", error);
		*levels |= (guint32)seen << 8 * i;
	}
	return TRUE;
}

static const PinBankOps ops = {.set = set, .read = read_inputs, .close = close_all};

PinBank *ftdi_open(const Controller *controller, PinsUsed used, GError **error)
{
	gsize chip = find_chip(controller);
	if (chip == G_N_ELEMENTS(chips)) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "controller '%s' is a %s",
			controller->name, controller->chip);
		return NULL;
	}
	if (!check_there(controller, chips[chip].product, error))
		return NULL;
	Ftdi *ftdi = g_new0(Ftdi, 1);
	g_autoptr(PinBank) bank = &ftdi->bank;
	bank->ops = &ops;
	ftdi->serial = g_strdup(controller->serial);
	for (guint i = 0; i < CHANNELS; i++) {
		if (((used.outputs | used.inputs) >> 8 * i & 0xff) == 0)
			continue;
		if (i >= chips[chip].channels) {
			g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
				"controller '%s' is a %s, it has no channel %c", controller->name,
				controller->chip, 'A' + (int)i);
			return NULL;
		}
		if (!open_channel(ftdi, i, chips[chip].product, &used, error))
			return NULL;
	}
	return g_steal_pointer(&bank);
}

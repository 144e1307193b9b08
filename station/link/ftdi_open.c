/* Which FTDI chip a controller is, and its channels opened. */
#include "link/ftdi_parts.h"

#include "core/failure.h"
#include "core/text.h"

#include <ftdi.h>
#include <string.h>

#define FTDI_VENDOR 0x0403
/* For one transfer, which takes a millisecond: the rest is for a machine that starves. Each is tried twice, and the keeper
 * still answers within the 5 s that it has (link/pins.h). */
#define USB_MS 2000

/* Product ids as FTDI's chips have them. Another chip is none that the fixture's schema lets through. */
static const struct {
	const char *name;
	int product;
} chips[] = {
	{"FT232H", 0x6014},
	{"FT2232H", 0x6010},
	{"FT4232H", 0x6011},
};

static gsize find_chip(const Controller *controller)
{
	gsize i = 0;
	while (i < G_N_ELEMENTS(chips) - 1 && strcmp(chips[i].name, controller->chip) != 0)
		i++;
	return i;
}

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

gboolean ftdi_check_there(const Controller *controller, GError **error)
{
	int product = chips[find_chip(controller)].product;
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

struct ftdi_context *ftdi_open_channel(const Controller *controller, guint channel, GError **error)
{
	int product = chips[find_chip(controller)].product;
	struct ftdi_context *context = ftdi_new();
	if (context == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "libftdi1 does not start");
		return NULL;
	}
	context->usb_read_timeout = context->usb_write_timeout = USB_MS;
	/* The kernel's ftdi_sio makes serial ports of the channels; it gets them back. */
	context->module_detach_mode = AUTO_DETACH_REATACH_SIO_MODULE;
	ftdi_set_interface(context, (enum ftdi_interface)(INTERFACE_A + (int)channel));
	if (ftdi_usb_open_desc(context, FTDI_VENDOR, product, NULL, controller->serial) == 0)
		return context;
	g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
		"controller %s channel %c: cannot open: %s", controller->serial, 'A' + (int)channel,
		ftdi_get_error_string(context));
	ftdi_free(context);
	return NULL;
}

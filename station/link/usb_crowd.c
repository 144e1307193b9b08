#include "link/usb_crowd.h"

#include <string.h>

enum {
	/* A boot window until a host comes (boards.md section 1.5), and who is being enumerated as it ends. */
	CROWD_MS = 1250,
};

/* How long the common beginning of the ports of one hub is: 4 for "1-2.3", 2 for "1-2". */
static gsize hub_length(const char *port)
{
	const char *end = strrchr(port, '.');

	if (!end)
		end = strchr(port, '-');
	return end ? (gsize)(end - port) + 1 : 0;
}

static gboolean same_hub(const char *a, const char *b)
{
	gsize length = hub_length(a);

	return length == hub_length(b) && strncmp(a, b, length) == 0;
}

static gboolean is_new(UsbCrowd *crowd, guint8 address)
{
	guint8 *byte = &crowd->known[address / 8 % G_N_ELEMENTS(crowd->known)];
	guint8 bit = (guint8)(1u << address % 8);
	gboolean new = !(*byte & bit);

	*byte |= bit;
	return new;
}

void usb_crowd_see(
	UsbCrowd *crowd, const char *own, const char *port, guint8 address, gint64 now_us)
{
	if (!same_hub(own, port) || strcmp(own, port) == 0 || !is_new(crowd, address))
		return;
	if (crowd->since_us && now_us - crowd->since_us < CROWD_MS * G_TIME_SPAN_MILLISECOND)
		crowd->ports |= (guint64)1
				<< g_ascii_strtoull(port + hub_length(port), NULL, 10) % 64;
}

guint usb_crowd_count(const UsbCrowd *crowd)
{
	guint count = 0;

	for (guint64 ports = crowd->ports; ports; ports &= ports - 1)
		count++;
	return count;
}

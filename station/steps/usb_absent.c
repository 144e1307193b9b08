#include "steps/usb_absent.h"

#include "core/failure.h"
#include "link/cdcboot.h"
#include "steps/chip_uid.h"
#include "steps/kinds.h"

#include <string.h>

#define WINDOW_US G_USEC_PER_SEC
/* Whoever waits behind so many others at its hub, a quarter of a second each, may have had no turn within its window:
 * of eight that start at once the last four have none. */
#define CROWD 3
#define DFU_PRODUCT                                                                                \
	0x8000u /* what a bootloader's product is more than its firmware's: boards.md 1.1 */

UsbId usb_absent_firmware(UsbId bootloader)
{
	if (!(bootloader.product & DFU_PRODUCT) || cdcboot_is_id(bootloader))
		return (UsbId){0};
	return (UsbId){bootloader.vendor, bootloader.product & (guint16)~DFU_PRODUCT};
}

/* Whether a board that does as the recipe says shows this device at some time. */
static gboolean is_expected(const Recipe *recipe, UsbId wanted, UsbId other)
{
	UsbId firmware = usb_absent_firmware(wanted);

	if (firmware.vendor && usb_id_equal(other, firmware))
		return TRUE;
	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *step = recipe->steps->pdata[i];
		UsbId id = {0};

		if (step->kind == &step_usb_await && usb_id_parse(step_text(step, "device"), &id) &&
			usb_id_equal(id, other))
			return TRUE;
	}
	return FALSE;
}

static gboolean is_slots_port(const Job *job, const char *port)
{
	for (guint i = 0; i < job->fixture->slots->len; i++)
		if (strcmp(((const Slot *)job->fixture->slots->pdata[i])->usb, port) == 0)
			return TRUE;
	return FALSE;
}

/* Whether a device at another port is this board: by the chip's id, where its serial has that; at the port of
 * another slot there is another board, whose firmware may even have the same serial. */
static gboolean is_ours(const Job *job, UsbId wanted, const UsbSight *sight)
{
	if (is_slots_port(job, sight->port))
		return *job->uid && sight->serial &&
		       g_ascii_strcasecmp(job->uid, sight->serial) == 0;
	return !*job->uid || chip_uid_fits(job->uid, wanted, sight->serial);
}

static const UsbSight *find_elsewhere(const Job *job, UsbId wanted)
{
	const GPtrArray *elsewhere = usb_sights(job->usb)->elsewhere;

	for (guint i = 0; i < elsewhere->len; i++)
		if (is_ours(job, wanted, elsewhere->pdata[i]))
			return elsewhere->pdata[i];
	return NULL;
}

/* It is the cable's or the fixture's doing; a board that came is not one that never does. */
static gboolean explain_port(Job *job, UsbId wanted, GError **error)
{
	const UsbSight *sight = find_elsewhere(job, wanted);
	g_autofree char *seen = NULL;

	if (!sight)
		return FALSE;
	seen = g_strdup((*error)->message);
	g_clear_error(error);
	g_set_error(error, FAILURE, FAILURE_USB_NOT_SEEN,
		"%s; it came up on port %s%s%s, so its cable or the fixture's port is the wrong "
		"one",
		seen, sight->port, sight->serial ? " with the serial " : "",
		sight->serial ? sight->serial : "");
	return TRUE;
}

/*
 * A boot window is open for 1.0 s until the host has configured the device and 1.5 s more, the older
 * bootloader's for 2.0 s and 1.0 s (boards.md sections 1.5 and 1.4). Whether the board never came, or came and went
 * before we looked, cannot be told when we looked late, when the kernel may have had no time for it, or when its own
 * firmware is there instead: that is no proof against the board.
 */
static void doubt_window(Job *job, UsbId wanted, gint64 begin_us, GError **error)
{
	(*error)->code =
		cdcboot_is_id(wanted) ? FAILURE_CDC_WINDOW_MISSED : FAILURE_DFU_WINDOW_MISSED;
	g_prefix_error(error,
		"the boot window may have passed, looked for from %.1f s after the start, with new "
		"devices on %u other ports of its hub: ",
		(double)(begin_us - job->started_us) / G_USEC_PER_SEC,
		usb_crowd_count(&usb_sights(job->usb)->crowd));
}

void usb_absent_explain(Job *job, UsbId wanted, gboolean hold, gint64 begin_us, GError **error)
{
	gboolean late = (job->started_us && begin_us - job->started_us > WINDOW_US) ||
			usb_crowd_count(&usb_sights(job->usb)->crowd) >= CROWD;
	UsbId seen = {0}, other = usb_sights(job->usb)->other;
	gboolean wrong = g_error_matches(*error, FAILURE, FAILURE_USB_WRONG_DEVICE);
	gboolean expected = wrong && is_expected(job->recipe, wanted, other);
	gboolean empty = !usb_present(job->usb, job->slot->usb, &seen);

	if (wrong && !expected)
		return;
	/* What was there before it has left, as it should. */
	if (wrong && empty)
		(*error)->code = FAILURE_USB_NOT_SEEN;
	if (g_error_matches(*error, FAILURE, FAILURE_USB_NOT_SEEN) &&
		explain_port(job, wanted, error))
		return;
	if (hold && (wrong || g_error_matches(*error, FAILURE, FAILURE_USB_LOST) ||
			    (g_error_matches(*error, FAILURE, FAILURE_USB_NOT_SEEN) && late)))
		doubt_window(job, wanted, begin_us, error);
}

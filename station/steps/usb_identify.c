#include "core/failure.h"
#include "link/dfuse_map.h"
#include "steps/bootloader.h"
#include "steps/kinds.h"

enum {
	GET_DESCRIPTOR = 6, /* USB 2.0 section 9.4 */
	DEVICE_LENGTH = 18, /* section 9.6.1 */
	MANUFACTURER = 14,  /* its string indices within */
	PRODUCT = 15,
	TIMEOUT_MS = 1000,
	/* A configuration may have 64 KiB; ST's ROM has 36 bytes. */
	SHOWN = 512,
};

static void record_hex(Job *job, const char *name, const guint8 *bytes, gsize length)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize i = 0; i < length; i++)
		g_string_append_printf(text, "%02X", bytes[i]);
	job_text(job, name, text->str);
}

static void record_string(Job *job, const char *name, guint8 index)
{
	g_autofree char *text = usb_string(job->device, index);

	if (text)
		job_text(job, name, text);
}

/* What the device says of itself, byte by byte: a changed ROM shows here first. */
static gboolean record_device(Job *job, GError **error)
{
	UsbPipe *pipe = usb_pipe(job->device);
	guint8 bytes[DEVICE_LENGTH] = {0};
	g_autoptr(GError) failure = NULL;
	gssize moved = pipe->control(pipe, 0x80, GET_DESCRIPTOR, 0x0100, 0, bytes, sizeof bytes,
		watch_timeout_ms(&job->watch, TIMEOUT_MS), &failure);

	if (moved < 0) {
		gboolean ours = failure->domain == FAILURE;

		g_set_error(error, FAILURE, ours ? failure->code : FAILURE_USB_TRANSFER, "%s",
			failure->message);
		return FALSE;
	}
	if (moved != DEVICE_LENGTH) {
		g_set_error(error, FAILURE, FAILURE_USB_TRANSFER,
			"its device descriptor has %zd bytes of %d", moved, DEVICE_LENGTH);
		return FALSE;
	}
	record_hex(job, "usb.device_descriptor", bytes, sizeof bytes);
	record_string(job, "usb.manufacturer", bytes[MANUFACTURER]);
	record_string(job, "usb.product", bytes[PRODUCT]);
	return TRUE;
}

static void record_alt(Job *job, const DfuDescriptor *dfu, guint alt)
{
	g_autofree char *name = g_strdup_printf("dfu.alt.%u", alt);
	g_autofree char *text = usb_string(job->device, dfu->alt_string[alt]);
	g_autoptr(GError) error = NULL;
	DfuseMap map;

	job_text(job, name, text ? text : "");
	if (text && *text == '@' && !dfuse_map_parse(text, &map, &error))
		job_note(job, "alternate setting %u: %s", alt, error->message);
}

/* Not every device speaks DFU: the camera's firmware does not. */
static void record_dfu(Job *job, const guint8 *configuration, gsize length)
{
	g_autofree char *version = NULL, *size = NULL;
	DfuDescriptor dfu;

	if (!dfu_parse(configuration, length, &dfu, NULL))
		return;
	version = g_strdup_printf("0x%04X", dfu.version);
	size = g_strdup_printf("%u", dfu.transfer_size);
	job_text(job, "dfu.version", version);
	job_text(job, "dfu.transfer_size", size);
	for (guint i = 0; i < dfu.alt_count; i++)
		record_alt(job, &dfu, i);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_autofree char *id = NULL;
	const guint8 *configuration;
	gsize length;

	if (!job_opened(job, error))
		return FALSE;
	id = g_strdup_printf("%04X:%04X", usb_id(job->device).vendor, usb_id(job->device).product);
	job_text(job, "usb.device", id);
	if (!record_device(job, error))
		return FALSE;
	configuration = usb_configuration(job->device, &length);
	record_hex(job, "usb.configuration", configuration, MIN(length, SHOWN));
	if (length > SHOWN)
		job_note(job, "its configuration has %zu bytes, of which %d are recorded", length,
			SHOWN);
	record_dfu(job, configuration, length);
	return TRUE;
}

static const Field fields[] = {{NULL}};

const StepKind step_usb_identify = {
	.name = "usb.identify",
	.summary = "Records the descriptors, strings and alternate settings of the device that a "
		   "usb.await before it has found.",
	.fields = fields,
	.deadline_ms = 10000,
	.check = bootloader_check,
	.run = run,
};

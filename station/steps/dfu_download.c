#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/image_use.h"
#include "steps/kinds.h"

#include <math.h>
#include <string.h>

/* Never by number: which partition has which differs by product and version (boards.md section 1.5). */
static gboolean find_alt(Job *job, const Dfu *dfu, const char *name, guint8 *alt, GError **error)
{
	g_autoptr(GString) seen = g_string_new(NULL);

	for (guint i = 0; i < dfu->descriptor.alt_count; i++) {
		g_autofree char *text = usb_string(job->device, dfu->descriptor.alt_string[i]);

		if (text && strcmp(text, name) == 0) {
			*alt = (guint8)i;
			return TRUE;
		}
		g_string_append_printf(seen, "%s%s", i ? ", " : "", text ? text : "(no name)");
	}
	g_set_error(error, FAILURE, FAILURE_DFU_NO_ALT, "the bootloader has no '%s', but %s", name,
		seen->str);
	return FALSE;
}

static gboolean select_alt(Dfu *dfu, guint8 alt, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (dfu->pipe->set_alt(dfu->pipe, dfu->descriptor.interface, alt, &failure))
		return TRUE;
	if (failure->domain == USB_ERROR) {
		failure->domain = FAILURE;
		failure->code = FAILURE_DFU_REFUSED;
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* Does one part and records how long it took. */
static gboolean timed(Job *job, const char *name, Dfu *dfu, GBytes *bytes,
	gboolean (*part)(Dfu *, const guint8 *, gsize, GError **), GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	gsize length;
	const guint8 *data = g_bytes_get_data(bytes, &length);

	if (!part(dfu, data, length, error))
		return FALSE;
	job_value(job, name, (g_get_monotonic_time() - begin_us) / 1e3, "ms", NAN, NAN);
	return TRUE;
}

static gboolean download(Job *job, const Step *step, const Image *image, GBytes *bytes,
	guint64 address, GError **error)
{
	g_autofree char *name = g_strdup_printf("image.%s", image->name);
	guint8 alt;
	Dfu dfu;

	if (!bootloader_hold(job, &dfu, error) ||
		!find_alt(job, &dfu, step_text(step, "alt"), &alt, error) ||
		!select_alt(&dfu, alt, error) || !dfu_idle(&dfu, error))
		return FALSE;
	dfu.base = (guint32)address;
	job_text(job, name, image->sha256);
	if (!timed(job, "dfu.write_ms", &dfu, bytes, dfu_download, error))
		return FALSE;
	job_value(job, "dfu.bytes", (double)g_bytes_get_size(bytes), "B", NAN, NAN);
	if (step_bool(step, "verify"))
		return timed(job, "dfu.verify_ms", &dfu, bytes, dfu_compare, error);
	job_note(job, "image '%s' was not read back: the recipe says so", image->name);
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const Image *image = recipe_image(job->recipe, step_text(step, "image"));
	g_autoptr(ImageFile) file = NULL;
	g_autoptr(GBytes) bytes = NULL;
	guint64 address;

	g_return_val_if_fail(image != NULL, FALSE);
	file = image_use_open(image, error);
	bytes = file ? image_use_flat(file, &address, error) : NULL;
	return bytes && download(job, step, image, bytes, address, error);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	bootloader_check(step, recipe, problems);
	(void)image_use_check(step, recipe, problems);
}

static const Field fields[] = {
	{"image", FIELD_TEXT, TRUE, .help = "one of the names in 'images'"},
	{"alt", FIELD_TEXT, TRUE,
		.help = "the bootloader's own name of the partition, such as FIRMWARE"},
	{"verify", FIELD_BOOL, .fallback = "true",
		.help = "true reads every byte back and compares it"},
	{NULL},
};

const StepKind step_dfu_download = {
	.name = "dfu.download",
	.summary = "Writes an image into a partition of OpenMV's DFU bootloader, which a usb.await "
		   "before it has found, and reads it back.",
	.fields = fields,
	/* 1.8 MiB are 14 sectors: 31 s of erasing at their slowest, 11 s of programming, and the bus
	 * (boards.md sections 4.7 and 5). */
	.deadline_ms = 120000,
	.stall_ms = 10000,
	.destructive = TRUE,
	.check = check,
	.run = run,
};

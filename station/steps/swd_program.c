#include "core/failure.h"
#include "steps/image_use.h"
#include "steps/job.h"
#include "steps/kinds.h"

static gboolean program(Job *job, Openocd *openocd, const Image *image, GError **error)
{
	g_autoptr(GBytes) bytes = image_bytes(image, error);
	if (bytes == NULL)
		return FALSE;
	g_autofree char *name = g_strdup_printf("image.%s", image->name);
	gsize length = 0;
	const guint8 *data = g_bytes_get_data(bytes, &length);
	job_text(job, name, image->sha256);
	/* Whatever ran there may have changed clocks, caches and protection: begin from reset. */
	return openocd_reset_halt(openocd, &job->watch, error) &&
	       openocd_program(
		       openocd, (guint32)image->address, data, length, 0, &job->watch, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const Image *image = recipe_image(job->recipe, step_text(step, "image"));
	g_return_val_if_fail(image != NULL, FALSE);
	Openocd *openocd = job_openocd(job, error);
	if (openocd == NULL || !program(job, openocd, image, error))
		return FALSE;
	if (!step_bool(step, "run"))
		return TRUE;
	job->started_us = g_get_monotonic_time();
	if (!openocd_reset_run(openocd, &job->watch, error))
		return FALSE;
	job_close_openocd(job);
	return TRUE;
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	const char *name = step_text(step, "image");
	const Image *image = recipe_image(recipe, name);
	Place place = node_get(step->args, "image")->place;
	if (image == NULL)
		problems_add(problems, place, "there is no image '%s'", name);
	else if (!openocd_fits(image->address, MAX(image->size_max, 1)))
		problems_add(problems, place,
			"image '%s' needs an address at which a sector of the flash begins "
			"(0x08000000, 0x08020000 ...), and to end within the flash",
			name);
	else
		(void)image_use_check(step, recipe, problems);
}

static const Field fields[] = {
	{"image", FIELD_TEXT, TRUE, .help = "one of the names in 'images'; it has an address"},
	{"run", FIELD_BOOL, .fallback = "true",
		.help = "false leaves the chip halted and the probe connected; true resets it, "
			"looks that it runs, and lets the probe go"},
	{NULL},
};

const StepKind step_swd_program = {
	.name = "swd.program",
	.summary = "Erases, programs and verifies one image over SWD.",
	.fields = fields,
	.deadline_ms = 120000,
	/* OpenOCD itself gives up on an erase after 13 to 16 s and then says why (openocd.md
	 * section 5): a shorter stall makes of a bad board an unexplained one. */
	.stall_ms = 20000,
	.destructive = TRUE,
	.check = check,
	.run = run,
};

#include "steps/image_use.h"
#include "steps/kinds.h"
#include "steps/swd_image.h"

static gboolean program(Job *job, const Step *step, const ImageFile *file, GError **error)
{
	Openocd *openocd = swd_halt(job, error);
	guint same = 0;
	if (openocd == NULL)
		return FALSE;
	if (step_bool(step, "skip-identical") && !swd_image_same(job, openocd, file, &same, error))
		return FALSE;
	return swd_image_program(job, openocd, file, same, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const Image *image = recipe_image(job->recipe, step_text(step, "image"));
	g_return_val_if_fail(image != NULL, FALSE);
	g_autoptr(ImageFile) file = image_use_open(image, error);
	if (file == NULL)
		return FALSE;
	g_autofree char *name = g_strdup_printf("image.%s", image->name);
	job_text(job, name, image->sha256);
	return program(job, step, file, error) && swd_end(job, step, error);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	(void)swd_image_check_runs(step, recipe, problems);
}

static const Field fields[] = {
	{"image", FIELD_TEXT, TRUE, .help = "one of the names in 'images'"},
	{"skip-identical", FIELD_BOOL, .fallback = "false",
		.help = "true leaves sectors alone that a CRC, computed by the chip, shows to be "
			"as they would become"},
	SWD_RUN_FIELD,
	{NULL},
};

const StepKind step_swd_program = {
	.name = "swd.program",
	.summary = "Erases, programs and verifies an image over SWD.",
	.fields = fields,
	.deadline_ms = 120000,
	/* OpenOCD itself gives up on an erase after 13 to 16 s and then says why (openocd.md
	 * section 5): a shorter stall makes of a bad board an unexplained one. */
	.stall_ms = 20000,
	.destructive = TRUE,
	.closes = job_closes_device,
	.check = check,
	.run = run,
};

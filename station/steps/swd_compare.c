#include "steps/image_use.h"
#include "steps/kinds.h"
#include "steps/swd_image.h"

static gboolean run(Job *job, const Step *step, GError **error)
{
	guint same = 0;
	const Image *image = recipe_image(job->recipe, step_text(step, "image"));
	g_return_val_if_fail(image != NULL, FALSE);
	g_autoptr(ImageFile) file = image_use_open(image, error);
	Openocd *openocd = file == NULL ? NULL : swd_halt(job, error);
	if (openocd == NULL || !swd_image_same(job, openocd, file, &same, error))
		return FALSE;
	swd_learn(job, image, same);
	return swd_end(job, step, error);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	(void)swd_image_check_runs(step, recipe, problems);
}

static const Field fields[] = {
	{"image", FIELD_TEXT, TRUE, .help = "one of the names in 'images'"},
	SWD_RUN_FIELD,
	{NULL},
};

const StepKind step_swd_compare = {
	.name = "swd.compare",
	.summary =
		"Resets and halts the chip and finds out over SWD, by CRCs that the chip computes, "
		"which sectors of its flash hold an image already: for a dfu.download with "
		"'skip-identical'.",
	.fields = fields,
	.deadline_ms = 60000,
	/* OpenOCD gives a CRC up after 20 s, and then says why (openocd.md section 6). */
	.stall_ms = 26000,
	.closes = job_closes_device,
	.check = check,
	.run = run,
};

#include "steps/swd.h"

#include "steps/kinds.h"

#include <string.h>

Openocd *swd_halt(Job *job, GError **error)
{
	Openocd *openocd = job_openocd(job, error);
	if (openocd == NULL)
		return NULL;
	job_close_device(job);
	return openocd_reset_halt(openocd, &job->watch, error) ? openocd : NULL;
}

gboolean swd_run(Job *job, GError **error)
{
	Openocd *openocd = job_openocd(job, error);
	if (openocd == NULL)
		return FALSE;
	job->started_us = g_get_monotonic_time();
	if (!openocd_reset_run(openocd, &job->watch, error))
		return FALSE;
	job_close_openocd(job);
	return TRUE;
}

gboolean swd_end(Job *job, const Step *step, GError **error)
{
	return !step_bool(step, "run") || swd_run(job, error);
}

/* ---- what is known of the flash ---------------------------------------------------------------- */

guint swd_known(const Job *job, const Image *image)
{
	guint sectors = 0;
	for (guint i = 0; i < OPENOCD_SECTORS; i++)
		if (job->holds[i] == image)
			sectors |= 1u << i;
	return sectors;
}

void swd_learn(Job *job, const Image *image, guint sectors)
{
	for (guint i = 0; i < OPENOCD_SECTORS; i++)
		if (sectors >> i & 1)
			job->holds[i] = image;
}

void swd_forget(Job *job, guint64 address, gsize length)
{
	if (openocd_in_flash(address, length))
		swd_learn(job, NULL, openocd_sectors((guint32)address, length));
}

void swd_check_compared(const Step *step, const Recipe *recipe, Problems *problems)
{
	const char *image = step_text(step, "image");
	const Step *writer = NULL;
	gboolean compared = FALSE;

	for (guint i = 0; i < recipe->steps->len && recipe->steps->pdata[i] != step; i++) {
		const Step *before = recipe->steps->pdata[i];

		if (before->kind == &step_swd_compare &&
			strcmp(step_text(before, "image"), image) == 0) {
			compared = TRUE;
			writer = NULL;
		} else if (before->kind->destructive && before->kind != step->kind) {
			writer = before;
		}
	}
	if (!compared)
		problems_add(problems, node_get(step->args, "skip-identical")->place,
			"'skip-identical' needs a swd.compare of '%s' before it, which finds out "
			"what is identical",
			image);
	else if (writer)
		problems_add(problems, node_get(step->args, "skip-identical")->place,
			"'skip-identical' needs a swd.compare of '%s' behind '%s', which writes to "
			"the flash",
			image, writer->id);
}

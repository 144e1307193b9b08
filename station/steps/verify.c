#include "steps/verify.h"

#include "steps/swd_image.h"

#include <string.h>

const char *const verify_words[] = {"none", "readback", "swd", "both", NULL};

Verify verify_of(const Step *step)
{
	const char *word = step_text(step, "verify");
	guint i = 0;
	/* The words stand in the order of their numbers. */
	while (verify_words[i] != NULL && strcmp(verify_words[i], word) != 0)
		i++;
	/* Kinds may have words of their own. */
	return verify_words[i] != NULL ? (Verify)i : VERIFY_NONE;
}

gboolean verify_over_swd(Job *job, const ImageFile *file, GError **error)
{
	Openocd *openocd = swd_halt(job, error);
	return openocd != NULL && swd_image_verify(job, openocd, file, error) &&
	       swd_run(job, error);
}

void verify_check(const Step *step, const Recipe *recipe, Problems *problems)
{
	if (verify_of(step) & VERIFY_SWD)
		(void)swd_image_check(step, recipe, problems);
}

gboolean verify_halts(const Step *step)
{
	return (verify_of(step) & VERIFY_SWD) != 0;
}

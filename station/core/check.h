/* `flashline check`: any file of the station, judged by what it holds. */
#pragma once

#include "core/step.h"

/* What the file is, in a few words ("recipe for openmv-h7 B, 9 steps"), newly allocated; NULL with
 * every mistake noted. */
char *check_file(const char *path, const StepKind *const *kinds,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

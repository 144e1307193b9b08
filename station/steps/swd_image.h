/*
 * A recipe's image (image_use.h) and the chip's flash, over SWD. Segments that share a sector are
 * erased, programmed and compared as one run; between runs nothing is touched.
 *
 *   segments       [===]  [==]      |          [=======|===]
 *   sectors   |                |         |         |         |
 *   runs       [===]..[==]                    [=======|===]      .. is 0xFF
 */
#pragma once

#include "image/image_file.h"
#include "link/openocd.h"
#include "steps/swd.h"

/* The sectors of which every byte is as programming this image would leave it. Recorded. */
gboolean swd_image_same(Job *job, Openocd *openocd, const ImageFile *file, guint *same,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Erases, programs and verifies all sectors but those of `skip`. */
gboolean swd_image_program(Job *job, Openocd *openocd, const ImageFile *file, guint skip,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Compares its segments, wherever they begin, by CRCs that the chip computes. */
gboolean swd_image_verify(Job *job, Openocd *openocd, const ImageFile *file,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For StepKind.check, of a step's `image`: FALSE, with a problem noted, for one that is not what
 * image_use_check() wants, or out of SWD's reach. */
gboolean swd_image_check(const Step *step, const Recipe *recipe, Problems *problems);

/* The same for an image that is to be programmed: its runs have to begin with a sector, or what stands
 * before them would be gone. */
gboolean swd_image_check_runs(const Step *step, const Recipe *recipe, Problems *problems);

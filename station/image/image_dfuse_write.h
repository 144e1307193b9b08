/* Makes DfuSe files (boards.md section 3.4) that dfu-util and pydfu take. */
#pragma once

#include "image/image_file.h"

/* "ST...", as MicroPython names its target (boards.md section 3.4). */
#define DFUSE_TARGET_NAME "ST..."

/*
 * One target, alternate setting `alt`, with these segments (of ImageSegment*, in this order) as its
 * elements. Of `suffix` the fields device, product and vendor are used. Refused: no segments, more
 * than fit 32 bits, or two for one address.
 */
GBytes *image_dfuse_write(guint8 alt, GPtrArray *segments, const ImageSuffix *suffix,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

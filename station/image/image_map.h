/* What an image would touch of a board. */
#pragma once

#include "core/board_profile.h"
#include "image/image_file.h"

/* Whether every byte of every segment lies in some region: IMAGE_FILE_OUTSIDE otherwise. A segment
 * may go through several regions that touch. */
gboolean image_map_check(const ImageFile *file, const BoardRegion *regions, guint count,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many bytes of the image lie in the region. */
guint64 image_map_bytes(const ImageFile *file, const BoardRegion *region);

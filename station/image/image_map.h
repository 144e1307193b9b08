/* Which memory of a board is for what, and what an image would touch of it. */
#pragma once

#include "image/image_file.h"

typedef struct {
	const char *name; /* "firmware" */
	guint64 address, length;
	const char *note; /* what an operator should know before writing there; NULL: nothing */
} ImageRegion;

typedef struct {
	const char *board;          /* "openmv-h7" */
	const ImageRegion *regions; /* by address; none overlap */
	guint count;
} ImageMap;

/* NULL where there is none. The names are NULL-terminated. */
const ImageMap *image_map_find(const char *board);
extern const char *const image_map_boards[];

/* Whether every byte of every segment lies in some region: IMAGE_FILE_OUTSIDE otherwise. A segment
 * may go through several regions that touch. */
gboolean image_map_check(const ImageFile *file, const ImageRegion *regions, guint count,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many bytes of the image lie in the region. */
guint64 image_map_bytes(const ImageFile *file, const ImageRegion *region);

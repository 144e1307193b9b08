/* An image file told to people and to programs. */
#pragma once

#include "image/image_file.h"
#include "image/image_map.h"

#include <jansson.h>

/* Lines of text, newly allocated. `profile`: NULL, or that of the board that it is for. */
char *image_show_text(const ImageFile *file, const char *name, const BoardProfile *profile);

/*
 * {"file", "kind", "length", "sha256",
 *  "targets": [{"alt", "name", "segments": [{"address", "length", "sha256"}], "gaps": [...]}],
 *  "suffix": null or {"vendor", "product", "device", "dfu"},
 *  "board": null or {"name", "touches": [{"region", "address", "length", "bytes"}]}}
 * Addresses and lengths are numbers.
 */
json_t *image_show_json(const ImageFile *file, const char *name, const BoardProfile *profile);

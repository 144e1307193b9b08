/*
 * A recipe's image as the steps use it: bytes proven against their pin, then read as what the file is
 * (BIN, HEX, ELF, DFU, DfuSe) into segments that belong at addresses.
 *
 *   images: firmware: {file, sha256, address} ── image_bytes() ── image_file_parse() ── segments
 *                                                 pinned            checked whole
 *
 * A raw file lies where the recipe's `address` says; the others say so themselves, and must begin there if
 * the recipe says it too.
 */
#pragma once

#include "core/recipe.h"
#include "image/image_file.h"

/* FAILURE_IMAGE_CHANGED when it is no longer what its pin says, and for a DfuSe file with several
 * targets. */
ImageFile *image_use_open(const Image *image, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of it as one run of bytes from its lowest address on, 0xFF where nothing is said, as flash is
 * when erased. FAILURE_IMAGE_CHANGED for one that would need more than 32 MiB. */
GBytes *image_use_flat(
	const ImageFile *file, guint64 *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * For StepKind.check: the step's `image` is there, can be read, lies within the board's memory where
 * the recipe names a `board`, and with the sectors that must be erased for it leaves what the recipe
 * keeps alone. What is wrong stands at the image's place, with the offset in its file. FALSE when
 * anything was noted.
 */
gboolean image_use_check(const Step *step, const Recipe *recipe, Problems *problems);

/* The same of an image that another argument names; NULL and one without a file are not there. */
gboolean image_use_check_one(const Image *image, const Recipe *recipe, Problems *problems);

/* The first kept region into which a range and the sectors around it reach; NULL: none. */
const BoardRegion *image_use_kept(const Recipe *recipe, guint64 address, guint64 length);

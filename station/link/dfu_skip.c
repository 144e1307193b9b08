/*
 * What of an image need not be sent.
 *
 *   image   |0 ------- 128K|128K ------ 256K|256K ---|
 *   said       same            other            same     by a CRC over SWD, earlier
 *   read     [4K] right                       [4K] wrong: the partition is elsewhere, or has changed
 *   skip        x
 *
 * OpenMV's bootloader erases a sector when a block begins it (boards.md section 1.5), and takes any
 * block number in dfuDNLOAD-IDLE: whole sectors can be left out, and nothing less.
 */
#include "link/dfu_parts.h"

#include "core/chip.h"

#include <string.h>

enum { SECTORS_MAX = 32 }; /* bits of a set */

gboolean dfu_skips(const Dfu *dfu, gsize offset)
{
	gsize sector = offset / CHIP_SECTOR;

	return sector < SECTORS_MAX && dfu->skip >> sector & 1;
}

gboolean dfu_skip(Dfu *dfu, guint32 sectors, const guint8 *image, gsize length, GError **error)
{
	guint16 size = dfu->descriptor.transfer_size;
	g_autofree guint8 *data = g_malloc(size);

	dfu->skip = 0;
	/* Else a block would lie in two sectors. */
	if (CHIP_SECTOR % size != 0)
		return TRUE;
	for (gsize i = 0; i < SECTORS_MAX && i * CHIP_SECTOR < length; i++) {
		gsize offset = i * CHIP_SECTOR;
		guint16 piece = (guint16)MIN(size, length - offset);

		if (!(sectors >> i & 1))
			continue;
		if (!dfu_read_block(dfu, (guint)(offset / size), data, piece, error))
			return FALSE;
		if (memcmp(data, image + offset, piece) == 0)
			dfu->skip |= 1u << i;
	}
	return TRUE;
}

gsize dfu_skipped(const Dfu *dfu, gsize length)
{
	gsize skipped = 0;

	for (gsize offset = 0; offset < length; offset += CHIP_SECTOR)
		if (dfu_skips(dfu, offset))
			skipped += MIN(CHIP_SECTOR, length - offset);
	return skipped;
}

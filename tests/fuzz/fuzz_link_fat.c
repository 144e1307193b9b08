/* libFuzzer: a drive of which few blocks are not zero (lib/fat_drive.h: its form, and what must hold). */
#include "lib/fat_drive.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small drives only, as they are walked fast: FAT32 with fewer clusters than it must have is walked too. */
enum { BLOCKS_MAX = 8192 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 4 || data[3] || data[2] || data[1] >= BLOCKS_MAX >> 8)
		return -1;
	fat_volume_free(fat_drive_walk_stored(data, size));
	return 0;
}

#include "lib/memory_disk.h"

#include <string.h>

static bool memory_read(void *data, uint32_t block, uint8_t into[FATFS_BLOCK])
{
	memcpy(into, (uint8_t *)data + block * FATFS_BLOCK, FATFS_BLOCK);
	return true;
}

static bool memory_write(void *data, uint32_t block, const uint8_t from[FATFS_BLOCK])
{
	memcpy((uint8_t *)data + block * FATFS_BLOCK, from, FATFS_BLOCK);
	return true;
}

FatDisk memory_disk(uint8_t *bytes, uint32_t blocks)
{
	return (FatDisk){bytes, blocks, memory_read, memory_write};
}

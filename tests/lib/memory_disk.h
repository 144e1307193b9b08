/* A volume in memory, for the firmware's FatFs. */
#pragma once

#include "fatfs.h"

/* `bytes` has that many blocks and must live as long. */
FatDisk memory_disk(uint8_t *bytes, uint32_t blocks);

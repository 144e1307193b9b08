#include "core/board_profile.h"

#include "core/chip.h"

#include <string.h>

/* boards.md section 1.3, from firmware v4.7 on. */
static const BoardRegion openmv_h7[] = {
	{"bootloader", 0x08000000, 0x20000, NULL},
	{"filesystem", 0x08020000, 0x20000, "the flash drive, with the user's files"},
	{"firmware", 0x08040000, 0x1A0000, NULL},
	{"romfs", 0x081E0000, 0x20000, NULL},
};

static const BoardRegion openmv_h7plus[] = {
	{"bootloader", 0x08000000, 0x20000, NULL},
	{"filesystem", 0x08020000, 0x20000, "unused: the drive is in QSPI flash"},
	{"firmware", 0x08040000, 0x1C0000, NULL},
	{"qspi-drive", 0x90000000, 0x1800000, "the flash drive, with the user's files"},
	{"romfs", 0x91800000, 0x800000, NULL},
};

/* Times: boards.md sections 2.4 and 8. */
static const BoardProfile profiles[] = {
	{"openmv-h7", openmv_h7, G_N_ELEMENTS(openmv_h7), &openmv_h7[1], 10000,
		"the whole drive is one sector: erased at once, programmed up to 5.5 s after the "
		"last write, which takes up to 4 s"},
	{"openmv-h7plus", openmv_h7plus, G_N_ELEMENTS(openmv_h7plus), &openmv_h7plus[3], 3000,
		"its cache of 4 KiB goes to flash up to 1.5 s after the last write"},
};
const char *const board_profile_names[] = {"openmv-h7", "openmv-h7plus", NULL};

const BoardProfile *board_profile_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

const BoardRegion *board_profile_region(const BoardProfile *profile, const char *name)
{
	for (guint i = 0; i < profile->count; i++)
		if (!strcmp(profile->regions[i].name, name))
			return &profile->regions[i];
	return NULL;
}

guint64 board_sector_size(guint64 address)
{
	return address < 0x90000000 ? CHIP_SECTOR : 0x10000;
}

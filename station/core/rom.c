#include "core/rom.h"

/*
 * boards.md section 4.2, except for the bank-2 erase of V9.0: ST names V9.1 alone, but chips with
 * ROM 0x90 stall in the same way (section 4.5). Leave hangs on V9.0: sections 4.2 and 4.5.
 */
static const Rom roms[] = {
	{0xD2, "V13.2", 0, NULL},
	{0xD3, "V13.3", ROM_MASS_ERASE, "Erase by page: mass erase over DFU does not work."},
	{0x90, "V9.0", ROM_BANK2_ERASE | ROM_LEAVE | ROM_EXTRA_RESET,
		"Erase of bank 2 needs clear-status; switch the power instead of leaving; USB may "
		"need one more reset."},
	{0x91, "V9.1", ROM_BANK2_ERASE, "Erase of bank 2 needs clear-status."},
	{0x92, "V9.2", 0, NULL},
};

const Rom *rom_find(guint id)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roms); i++)
		if (roms[i].id == id)
			return &roms[i];
	return NULL;
}

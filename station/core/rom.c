#include "core/rom.h"

#include <string.h>

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

char *rom_word(guint id)
{
	const Rom *rom = rom_find(id);

	return rom ? g_strdup_printf("%s (0x%02X)", rom->version, id)
		   : g_strdup_printf("0x%02X", id);
}

guint rom_candidates(const char *serial, guint ids[ROM_CANDIDATES_MAX])
{
	/* Revisions Y and V, and which ROMs came with them: boards.md sections 4.2 and 4.5. */
	static const struct {
		const char *serial;
		guint count, ids[ROM_CANDIDATES_MAX];
	} known[] = {
		{"100364500000", 2, {0xD2, 0xD3}},
		{"200364500000", 3, {0x90, 0x91, 0x92}},
	};

	for (gsize i = 0; serial && i < G_N_ELEMENTS(known); i++) {
		if (strcmp(serial, known[i].serial))
			continue;
		memcpy(ids, known[i].ids, known[i].count * sizeof *ids);
		return known[i].count;
	}
	return 0;
}

/* Which chip a recipe expects, and which versions of the bootloader in its ROM. */
#include "core/recipe_parts.h"

#include "core/chip.h"
#include "core/rom.h"

/* A list's items; words are revisions. */
static GArray *read_numbers(const Node *list)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; list && i < list->items->len; i++) {
		const Node *item = list->items->pdata[i];
		guint number;

		if (chip_revision(item->text, &number))
			g_array_append_val(numbers, number);
	}
	return numbers;
}

static gboolean holds(const GArray *list, guint id)
{
	for (guint i = 0; list && i < list->len; i++)
		if (g_array_index(list, guint, i) == id)
			return TRUE;
	return FALSE;
}

RomRule recipe_rom(const Recipe *recipe, guint id)
{
	if (holds(recipe->chip_roms_refused, id))
		return ROM_REFUSED;
	if (holds(recipe->chip_roms_workaround, id))
		return ROM_WORKAROUND;
	return !recipe->chip_roms->len || holds(recipe->chip_roms, id) ? ROM_ALLOWED
								       : ROM_NOT_LISTED;
}

/* ---- what contradicts itself ----------------------------------------------------------------- */

/* A version stands in one list. */
static void check_twice(const Node *chip, const char *first, const char *second, Problems *problems)
{
	const Node *list = node_get(chip, first), *other = node_get(chip, second);
	g_autoptr(GArray) numbers = read_numbers(list), others = read_numbers(other);

	for (guint i = 0; i < others->len; i++) {
		guint id = g_array_index(others, guint, i);

		if (holds(numbers, id))
			problems_add(problems, ((const Node *)other->items->pdata[i])->place,
				"ROM 0x%02X stands in '%s' too: which of the two?", id, first);
	}
}

/* A workaround is one that the station has. */
static void check_workaround(const Node *list, const GArray *ids, Problems *problems)
{
	for (guint i = 0; i < ids->len; i++) {
		guint id = g_array_index(ids, guint, i);
		const Rom *rom = rom_find(id);
		g_autofree char *word = rom_word(id);

		if (!rom || !rom->faults)
			problems_add(problems, ((const Node *)list->items->pdata[i])->place,
				"%s ROM %s that could be worked around%s",
				rom ? "nothing is wrong with" : "nothing is known of", word,
				rom ? ": write it in 'roms'" : "");
	}
}

void recipe_read_chip(Recipe *recipe, Problems *problems)
{
	const Node *chip = node_get(recipe->tree, "chip");

	recipe->chip_device = (guint)schema_int(chip, recipe_chip_fields, "device");
	recipe->chip_flash_kib = (guint)(schema_int(chip, recipe_chip_fields, "flash") / 1024);
	recipe->chip_revisions = read_numbers(node_get(chip, "revisions"));
	recipe->chip_roms = read_numbers(node_get(chip, "roms"));
	recipe->chip_roms_workaround = read_numbers(node_get(chip, "roms-workaround"));
	recipe->chip_roms_refused = read_numbers(node_get(chip, "roms-refused"));
	check_twice(chip, "roms", "roms-workaround", problems);
	check_twice(chip, "roms", "roms-refused", problems);
	check_twice(chip, "roms-workaround", "roms-refused", problems);
	check_workaround(node_get(chip, "roms-workaround"), recipe->chip_roms_workaround, problems);
}

void recipe_free_chip(Recipe *recipe)
{
	g_clear_pointer(&recipe->chip_revisions, g_array_unref);
	g_clear_pointer(&recipe->chip_roms, g_array_unref);
	g_clear_pointer(&recipe->chip_roms_workaround, g_array_unref);
	g_clear_pointer(&recipe->chip_roms_refused, g_array_unref);
}

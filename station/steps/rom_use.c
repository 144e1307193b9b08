#include "steps/rom_use.h"

#include "core/failure.h"
#include "core/rom.h"

void rom_use_free(RomUse *use)
{
	if (!use)
		return;
	g_free(use->name);
	g_free(use);
}

static char *list_words(const GArray *lists[], guint count)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < count; i++)
		for (guint n = 0; lists[i] && n < lists[i]->len; n++)
			g_string_append_printf(text, "%s0x%02X", text->len ? ", " : "",
				g_array_index(lists[i], guint, n));
	return g_string_free(text, FALSE);
}

gboolean rom_use_allow(const Job *job, guint rom, GError **error)
{
	const Recipe *recipe = job->recipe;
	const GArray *lists[] = {recipe->chip_roms, recipe->chip_roms_workaround};
	const Rom *known = rom_find(rom);
	g_autofree char *word = rom_word(rom), *allowed = NULL;

	switch (recipe_rom(recipe, rom)) {
	case ROM_ALLOWED:
	case ROM_WORKAROUND:
		return TRUE;
	case ROM_REFUSED:
		g_set_error(error, FAILURE, FAILURE_CHIP_NOT_ALLOWED,
			"the chip's ROM bootloader is %s, which the recipe refuses%s%s", word,
			known && known->advice ? ". " : "",
			known && known->advice ? known->advice : "");
		return FALSE;
	case ROM_NOT_LISTED:
	default:
		allowed = list_words(lists, G_N_ELEMENTS(lists));
		g_set_error(error, FAILURE, FAILURE_CHIP_NOT_ALLOWED,
			"the chip's ROM bootloader is %s; the recipe allows %s", word, allowed);
		return FALSE;
	}
}

/* ---- which one it is, or may be -------------------------------------------------------------- */

/* Several: the worst of all. */
static RomUse *use_of(const Recipe *recipe, const guint *ids, guint count)
{
	RomUse *use = g_new0(RomUse, 1);
	GString *name = g_string_new(count ? NULL : "of unknown version");

	for (guint i = 0; i < count; i++) {
		const Rom *rom = rom_find(ids[i]);
		g_autofree char *word = rom_word(ids[i]);

		g_string_append_printf(name, "%s%s",
			!i               ? ""
			: i + 1 == count ? " or "
					 : ", ",
			word);
		if (rom && recipe_rom(recipe, ids[i]) == ROM_WORKAROUND)
			use->faults |= rom->faults;
		if (rom && rom->advice && !use->advice)
			use->advice = rom->advice;
	}
	use->name = g_string_free(name, FALSE);
	return use;
}

static gboolean allows_any(const Recipe *recipe)
{
	const GArray *refused = recipe->chip_roms_refused;

	return !recipe->chip_roms->len && !(refused && refused->len);
}

/* All of them, or none: what is in between is not for the station to guess. */
static gboolean allow_all(
	Job *job, const RomUse *use, const guint *ids, guint count, GError **error)
{
	guint allowed = 0;

	for (guint i = 0; i < count; i++)
		allowed += rom_use_allow(job, ids[i], NULL);
	if (allowed == count && (count || allows_any(job->recipe)))
		return TRUE;
	if (count && !allowed)
		return rom_use_allow(job, ids[0], error);
	g_set_error(error, FAILURE, FAILURE_ROM_UNKNOWN,
		"the ROM bootloader is %s, as far as its USB serial tells; the recipe does not "
		"allow all of these",
		use->name);
	return FALSE;
}

RomUse *rom_use_new(Job *job, GError **error)
{
	guint ids[ROM_CANDIDATES_MAX], count;
	g_autofree char *serial = NULL;
	g_autoptr(RomUse) use = NULL;

	if (job->rom)
		return rom_use_allow(job, job->rom, error) ? use_of(job->recipe, &job->rom, 1)
							   : NULL;
	serial = usb_serial(job->device);
	count = rom_candidates(serial, ids);
	use = use_of(job->recipe, ids, count);
	job_note(job, "no swd.identify has seen the ROM bootloader; by its USB serial %s it is %s",
		serial ? serial : "(none)", use->name);
	return allow_all(job, use, ids, count, error) ? g_steal_pointer(&use) : NULL;
}

gboolean rom_use_needs_reset(const Job *job)
{
	const GArray *list = job->recipe->chip_roms_workaround;

	for (guint i = 0; list && i < list->len; i++) {
		guint id = g_array_index(list, guint, i);
		const Rom *rom = rom_find(id);

		if (rom && rom->faults & ROM_EXTRA_RESET && (!job->rom || job->rom == id))
			return TRUE;
	}
	return FALSE;
}

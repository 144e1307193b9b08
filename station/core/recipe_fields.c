/* What may stand in a recipe. */
#include "core/board_profile.h"
#include "core/chip.h"
#include "core/recipe_parts.h"

#include <string.h>

#define ADDRESS_MAX 0xFFFFFFFFll

const Field recipe_serial_fields[] = {
	{"pattern", FIELD_TEXT, TRUE, .pattern = "^.{1,200}$",
		.help = "regular expression that a board's serial must fit as a whole"},
	{"check", FIELD_WORD, .words = check_digit_words, .fallback = "none",
		.help = "the check digit in which a serial must end"},
	{NULL},
};

static const Field revision_item = {"", FIELD_INT, FALSE, 0, 0xFFFF, .words = chip_revision_words,
	.help = "a revision's letter, or the REV_ID"};
static const Field rom_item = {
	"", FIELD_INT, FALSE, 0, 0xFF, .help = "the ROM bootloader's identification byte"};

const Field recipe_chip_fields[] = {
	{"device", FIELD_INT, TRUE, 1, 0xFFF, .help = "the chip's DEV_ID, 0x450 for an STM32H743"},
	{"revisions", FIELD_LIST, .item = &revision_item,
		.help = "silicon revisions that are allowed; all where this is missing"},
	{"roms", FIELD_LIST, .item = &rom_item,
		.help = "ROM bootloader versions that are allowed as they are; where this is "
			"missing, all that stand in neither of the two lists below"},
	{"roms-workaround", FIELD_LIST, .item = &rom_item,
		.help = "ROM bootloader versions that are allowed with what helps against their "
			"known faults: 0x90 and 0x91 (erase in bank 2), 0xD3 (mass erase)"},
	{"roms-refused", FIELD_LIST, .item = &rom_item,
		.help = "ROM bootloader versions that are not allowed"},
	{"flash", FIELD_SIZE, FALSE, 1024, 65536 * 1024,
		.help = "the flash size that the chip must report"},
	{NULL},
};

const Field recipe_image_fields[] = {
	{"file", FIELD_PATH, .help = "the image, relative to the recipe"},
	{"sha256", FIELD_SHA256,
		.help = "the SHA-256 of the image: 64 lower-case hexadecimal digits"},
	{"address", FIELD_INT, FALSE, 0, ADDRESS_MAX,
		.help = "where it begins in the chip's memory"},
	{"max", FIELD_SIZE, FALSE, 1, 64 << 20, .help = "the room that it has"},
	{NULL},
};

const Field recipe_folder_fields[] = {
	{"path", FIELD_PATH, .help = "the folder, relative to the recipe"},
	{"sha256", FIELD_SHA256,
		.help = "the SHA-256 of its files' names and SHA-256; 'flashline check' tells it"},
	{NULL},
};

const Field recipe_step_fields[] = {
	{"id", FIELD_TEXT, TRUE, .pattern = "^[a-z][a-z0-9-]{0,31}$",
		.help = "the step's name in this recipe: small letters, digits and '-'"},
	{"do", FIELD_TEXT, TRUE, .pattern = "^[a-z0-9.-]{1,64}$",
		.help = "the kind of step; 'flashline steps' lists them"},
	{"deadline", FIELD_DURATION, FALSE, 10, 3600000, .help = "for the whole step"},
	{"stall", FIELD_DURATION, FALSE, 0, 3600000,
		.help = "without a byte of progress; 0ms: only the deadline counts"},
	{NULL},
};

const Field recipe_change_fields[] = {
	{"after", FIELD_TEXT, .help = "the id of the step behind which a new step comes"},
	{"before", FIELD_TEXT, .help = "the id of the step before which a new step comes"},
	{"remove", FIELD_BOOL, .help = "true: the base's step of this id is left out"},
	{NULL},
};

static const Field keep_item = {
	"", FIELD_TEXT, .help = "a region's name; 'flashline image show --board' lists them"};

static const Field fields[] = {
	{"flashline", FIELD_INT, TRUE, 1, 1, .help = "the version of this format: 1"},
	{"extends", FIELD_PATH, .help = "the recipe that this one changes, relative to it"},
	{"template", FIELD_BOOL, .help = "true: to be extended, not run"},
	{"product", FIELD_TEXT, TRUE, .pattern = "^[a-z0-9][a-z0-9._-]{0,63}$",
		.help = "the product's name: small letters, digits, '.', '_' and '-'"},
	{"revision", FIELD_TEXT, TRUE, .pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$",
		.help = "the PCB revision: letters, digits, '.', '_' and '-'"},
	{"description", FIELD_TEXT, .help = "what this recipe is, for people"},
	{"serial", FIELD_MAP, TRUE, .fields = recipe_serial_fields,
		.help = "which serial numbers boards of this product have"},
	{"board", FIELD_WORD, .words = board_profile_names,
		.help = "the kind of board, whose memory map images are checked against"},
	{"retest", FIELD_BOOL,
		.help = "true: a line flashes a board again that has passed already"},
	{"keep", FIELD_LIST, .item = &keep_item,
		.help = "regions of the board's memory that no step may erase or write; the flash "
			"drive's where this is missing, none with []"},
	{"chip", FIELD_MAP, TRUE, .fields = recipe_chip_fields,
		.help = "the chip that is expected"},
	{"images", FIELD_DICT, .pattern = "^[a-z][a-z0-9-]{0,31}$", .fields = recipe_image_fields,
		.help = "what is written, by name"},
	{"folders", FIELD_DICT, .pattern = "^[a-z][a-z0-9-]{0,31}$", .fields = recipe_folder_fields,
		.help = "trees of files for the board's drive, by name"},
	{"label", FIELD_TEXT,
		.help = "the label that a board gets for its PASS: the name of one of the images, "
			"a "
			"template in ZPL"},
	{"steps", FIELD_STEPS, TRUE, .help = "what is done, in this order"},
	{NULL},
};

const Field *recipe_fields(void)
{
	return fields;
}

static gsize count(const Field *table)
{
	gsize n = 0;

	while (table && table[n].key)
		n++;
	return n;
}

Field *recipe_kind_fields(const StepKind *kind)
{
	gsize common = count(recipe_step_fields), own = count(kind->fields);
	Field *all = g_new0(Field, common + own + 1);

	for (const Field *field = kind->fields; field && field->key; field++)
		if (schema_field(recipe_step_fields, field->key) ||
			schema_field(recipe_change_fields, field->key))
			g_error("step kind %s: no argument can be called '%s'", kind->name,
				field->key);
	memcpy(all, recipe_step_fields, common * sizeof(*all));
	if (own)
		memcpy(all + common, kind->fields, own * sizeof(*all));
	return all;
}

GPtrArray *recipe_kind_names(const StepKind *const *kinds)
{
	GPtrArray *names = g_ptr_array_new();

	for (; *kinds; kinds++)
		g_ptr_array_add(names, (gpointer)(*kinds)->name);
	g_ptr_array_add(names, NULL);
	return names;
}

/* Mistakes in a recipe that downloads through OpenMV's older bootloader, found before any board is touched. */
#include "steps/bootloader.h"
#include "steps/kinds.h"
#include "steps/openmv_cdc.h"

#include <string.h>

const char *const openmv_cdc_keys[CDCBOOT_MEMORIES] = {
	[CDCBOOT_FLASH] = "image",
	[CDCBOOT_QSPI] = "qspi",
};

enum { QSPI_SIZE = 32 << 20 }; /* boards.md section 1.3 */
#define FLASH_END 0x08200000u

#define ADDRESS "0x%08" G_GINT64_MODIFIER "X"

/* ---- the images ------------------------------------------------------------------------------ */

/* It takes no address: an image that belongs elsewhere would be written where it does not. */
static gboolean check_base(
	const Image *image, guint64 address, CdcBootMemory memory, Problems *problems)
{
	if (address == cdcboot_base(memory))
		return TRUE;
	problems_add(problems, image->place,
		"image '%s' begins at " ADDRESS ", but OpenMV's CDC bootloader takes no address: "
		"what it is given as '%s' it writes "
		"from 0x%08X on",
		image->name, address, openmv_cdc_keys[memory], cdcboot_base(memory));
	return FALSE;
}

static gboolean check_kept(const Image *image, const Recipe *recipe, guint64 address,
	guint64 length, Problems *problems)
{
	const BoardRegion *region = image_use_kept(recipe, address, length);

	if (!region)
		return TRUE;
	problems_add(problems, image->place,
		"image '%s', gaps and all (" ADDRESS " to " ADDRESS
		"), would erase '%s', which this recipe keeps; give it up with 'keep: []'",
		image->name, address, address + length - 1, region->name);
	return FALSE;
}

/* Gaps between an image's segments are erased too: it is written as one run. */
static void check_run(
	const Image *image, const Recipe *recipe, CdcBootMemory memory, Problems *problems)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = image_use_open(image, &error);
	g_autoptr(GBytes) bytes = NULL;
	guint64 address = 0, length;

	if (file)
		bytes = image_use_flat(file, &address, &error);
	if (!bytes) {
		problems_add(problems, image->place, "%s", error->message);
		return;
	}
	length = g_bytes_get_size(bytes);
	if (!check_base(image, address, memory, problems))
		return;
	if (memory == CDCBOOT_FLASH && address + length > FLASH_END)
		problems_add(problems, image->place,
			"image '%s' has %" G_GUINT64_FORMAT
			" bytes: it leaves the flash, which ends "
			"at 0x%08X",
			image->name, length, FLASH_END);
	else
		(void)check_kept(image, recipe, address, length, problems);
}

static void check_image(
	const Step *step, const Recipe *recipe, CdcBootMemory memory, Problems *problems)
{
	const char *key = openmv_cdc_keys[memory], *name = step_text(step, key);
	const Image *image = name ? recipe_image(recipe, name) : NULL;

	if (!name)
		return;
	if (!image) {
		/* The reader notes it of `image`. */
		if (memory != CDCBOOT_FLASH)
			problems_add(problems, node_get(step->args, key)->place,
				"there is no image '%s' in 'images'", name);
	} else if (!image->path) {
		/* A template's image has no file yet, but may have a place. */
		if (image->address)
			(void)check_base(image, image->address, memory, problems);
	} else if (image_use_check_one(image, recipe, problems)) {
		check_run(image, recipe, memory, problems);
	}
}

/* ---- what stands around it --------------------------------------------------------------------- */

static gboolean is_await(const Step *step, gboolean hold)
{
	return step->kind == &step_usb_await && step_bool(step, "hold") == hold;
}

/* The last usb.await before it has to have found the bootloader and to hold it. */
static void check_held(const Step *step, const Recipe *recipe, Problems *problems)
{
	gboolean held = FALSE;

	for (guint i = 0; i < recipe->steps->len && recipe->steps->pdata[i] != step; i++) {
		const Step *before = recipe->steps->pdata[i];
		UsbId id = {0};

		if (before->kind == &step_usb_await)
			held = is_await(before, TRUE) &&
			       usb_id_parse(step_text(before, "device"), &id) && cdcboot_is_id(id);
	}
	if (held)
		bootloader_check(step, recipe, problems);
	else
		problems_add(problems, step->args->place,
			"'%s' needs a usb.await of \"1209:ABD1\" with 'hold: true' before it: the "
			"bootloader boots the firmware after 1 s",
			step->id);
}

/* That the firmware starts is the proof, so that something has to wait for it. */
static gboolean firmware_awaited(const Step *step, const Recipe *recipe)
{
	gboolean behind = FALSE, awaited = FALSE;

	for (guint i = 0; i < recipe->steps->len; i++) {
		awaited = awaited || (behind && is_await(recipe->steps->pdata[i], FALSE));
		behind = behind || recipe->steps->pdata[i] == step;
	}
	return awaited;
}

/* Whether something behind it tells the firmware that it writes from one that was on the board before: a
 * bootloader whose flash takes nothing boots that one. */
static gboolean firmware_told(const Step *step, const Recipe *recipe)
{
	gboolean behind = FALSE, told = FALSE;

	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *at = recipe->steps->pdata[i];

		if (behind && at->kind == &step_console_run && step_text(at, "version"))
			told = TRUE;
		if (behind && at->kind == &step_swd_verify &&
			strcmp(step_text(at, "image"), step_text(step, "image")) == 0)
			told = TRUE;
		behind = behind || at == step;
	}
	return told;
}

static void check_proof(const Step *step, const Recipe *recipe, Problems *problems)
{
	gboolean boot = strcmp(step_text(step, "verify"), "boot") == 0;

	if (boot && !firmware_awaited(step, recipe))
		problems_add(problems, step->args->place,
			"'%s' is to be proven by the firmware that boots: it needs a usb.await of "
			"that firmware behind it, or 'verify: swd'",
			step->id);
	else if (boot && step_text(step, "image") && !firmware_told(step, recipe))
		problems_add(problems, step->args->place,
			"'%s' is to be proven by the firmware that boots, which an older one on "
			"the board does too: it needs a console.run with 'version' or a swd.verify "
			"of '%s' behind it, or 'verify: swd'",
			step->id, step_text(step, "image"));
	if (!boot && step_text(step, "qspi"))
		problems_add(problems, step->args->place,
			"'%s' writes to QSPI flash, which SWD does not reach: it needs "
			"'verify: boot'",
			step->id);
}

/* All of the QSPI flash is erased, and for minutes nothing is heard. */
static void check_memtest(const Step *step, const Recipe *recipe, Problems *problems)
{
	const BoardRegion *region;

	if (!step_bool(step, "memtest"))
		return;
	region = image_use_kept(recipe, cdcboot_base(CDCBOOT_QSPI), QSPI_SIZE);
	if (region)
		problems_add(problems, step->args->place,
			"'memtest: true' erases all of the QSPI flash, and with it '%s', which "
			"this "
			"recipe keeps; give it up with 'keep: []'",
			region->name);
	if (step->stall_ms)
		problems_add(problems, step->args->place,
			"'memtest: true' erases, writes and reads 32 MiB without a sign of "
			"progress: it needs 'stall: 0ms' and a 'deadline' of some minutes");
}

void openmv_cdc_check(const Step *step, const Recipe *recipe, Problems *problems)
{
	if (!step_text(step, "image") && !step_text(step, "qspi"))
		problems_add(problems, step->args->place, "'%s' has neither 'image' nor 'qspi'",
			step->id);
	for (guint i = 0; i < CDCBOOT_MEMORIES; i++)
		check_image(step, recipe, (CdcBootMemory)i, problems);
	check_held(step, recipe, problems);
	check_proof(step, recipe, problems);
	check_memtest(step, recipe, problems);
}

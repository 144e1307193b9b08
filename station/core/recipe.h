/*
 * What to do to one product at one PCB revision.
 *
 *   base.yaml <- extends - revision-c.yaml      one tree, each value knows its origin
 *        \___________________/
 *                  | schema, step kinds, images
 *               Recipe ----> effective text -> SHA-256 -> journal
 *
 * A recipe never names a slot. A recipe whose images have no file yet, or that says
 * `template: true`, is a template: it may be extended and checked, not run.
 */
#pragma once

#include "core/board_profile.h"
#include "core/check_digit.h"
#include "core/step.h"

typedef struct {
	const char *name;   /* "firmware" */
	const char *path;   /* absolute; NULL in a template */
	const char *sha256; /* as pinned; NULL in a template */
	guint64 address;    /* where it belongs in the chip's memory; 0: not given */
	guint64 size_max;   /* bytes; 0: not given */
	Place place;
} Image;

/* A tree of files, for a board's drive. */
typedef struct {
	const char *name;   /* "files" */
	const char *path;   /* absolute; NULL in a template */
	const char *sha256; /* as pinned; NULL in a template */
	Place place;
} Folder;

struct Recipe {
	const char *name; /* the file's name without .yaml */
	const char *path;
	const char *product, *revision, *description;
	char *serial_pattern;    /* GRegex, anchored at both ends by the reader */
	CheckDigit serial_check; /* what a serial has to end in */
	gboolean template;
	gboolean retest; /* a board that has passed may be flashed again by being put in again */

	const BoardProfile *board; /* NULL: not told */
	GPtrArray *keep; /* of const BoardRegion*: what no step may erase; the drive's by default */

	/* the chip that is expected */
	guint chip_device;      /* DBGMCU DEV_ID: 0x450 */
	GArray *chip_revisions; /* of guint: REV_ID 0x2003, ...; empty: any */
	GArray *chip_roms;      /* of guint: 0x91, ...; empty: any that is in no other list */
	GArray *chip_roms_workaround, *chip_roms_refused; /* see recipe_rom() */
	guint chip_flash_kib;                             /* 0: any */

	GPtrArray *images;  /* of Image* */
	GPtrArray *folders; /* of Folder* */
	const Image *label; /* what is printed for a PASS; NULL: nothing is */
	GPtrArray *steps;   /* of Step* */

	char *effective; /* the text: everything resolved, byte-stable, itself a valid recipe */
	char *sha256;    /* of that text */
	Node *tree;      /* merged, checked, with every deadline and stall written out */
};

/*
 * Reads, resolves `extends`, checks everything and opens every image. NULL when anything is
 * wrong; `problems` then says all of it. `kinds` is a NULL-terminated table.
 * `images_dir`: when not NULL, images and folders are taken from there, by the name of their SHA-256.
 */
Recipe *recipe_load(const char *path, const StepKind *const *kinds, const char *images_dir,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;
void recipe_free(Recipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recipe, recipe_free)

/* The effective text with "# file:line" behind each value: `flashline recipe show --effective`. */
char *recipe_explain(const Recipe *recipe);

/* What the recipe says about a version of the ROM bootloader (core/rom.h). */
typedef enum {
	ROM_ALLOWED,    /* as it is: nothing is done about what is known of it */
	ROM_WORKAROUND, /* with what core/rom.h knows to help */
	ROM_REFUSED,    /* by name */
	ROM_NOT_LISTED, /* among those that are allowed */
} RomRule;
RomRule recipe_rom(const Recipe *recipe, guint id);

/* Why this cannot be the serial of one of its boards, a sentence, newly allocated; NULL when it can. */
char *recipe_refuses_serial(const Recipe *recipe, const char *serial);

const Image *recipe_image(const Recipe *recipe, const char *name);

/* An image's bytes, read once and proven against its pin: FAILURE_IMAGE_CHANGED otherwise. */
GBytes *image_bytes(const Image *image, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const Folder *recipe_folder(const Recipe *recipe, const char *name);

/* The tables behind `flashline schema recipe`. */
const Field *recipe_fields(void);
char *recipe_schema_json(const StepKind *const *kinds);
/* The reference of step kinds as Markdown: `flashline steps`. */
char *recipe_steps_text(const StepKind *const *kinds);

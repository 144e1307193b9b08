/*
 * What the files of the recipe reader share.
 *
 *   recipe_extend.c   files -> one merged tree        recipe_steps.c   steps: kinds, ids, bounds
 *   recipe_change.c   `steps:` of a recipe that       image.c          files and their SHA-256
 *                     extends: changes by id          recipe_effective.c   the tree as text
 *   recipe_fields.c   the tables                      recipe_folder.c  trees of files and theirs
 *   recipe_path.c     whose neighbour a path means    recipe_chip.c    the chip and its ROM
 *   recipe_serial.c   which serials its boards have
 *   recipe.c          all of it together
 */
#pragma once

#include "core/recipe.h"

enum { RECIPE_EXTENDS_MAX = 8 };

/* The tables. */
extern const Field recipe_serial_fields[], recipe_chip_fields[], recipe_image_fields[],
	recipe_folder_fields[];
extern const Field recipe_step_fields[];   /* id, do, deadline, stall: common to all kinds */
extern const Field recipe_change_fields[]; /* after, before, remove: only where a recipe extends */

/* A kind's own arguments behind the common ones. Free with g_free(). */
Field *recipe_kind_fields(const StepKind *kind);

/* The names of all kinds, NULL-terminated; owns nothing but itself. */
GPtrArray *recipe_kind_names(const StepKind *const *kinds);

/* A recipe file and all that it extends as one tree, or NULL. */
Node *recipe_tree(const char *path, Problems *problems);

/* Reads and checks `serial`. */
void recipe_read_serial(Recipe *recipe, Problems *problems);

/* Reads and checks `chip`. */
void recipe_read_chip(Recipe *recipe, Problems *problems);
void recipe_free_chip(Recipe *recipe);

/* Applies the changes (a list) to the steps (a list); takes none of them. */
void recipe_change_steps(Node *steps, const Node *changes, Problems *problems);

/* Checks recipe->tree's steps and fills recipe->steps. */
void recipe_read_steps(Recipe *recipe, const StepKind *const *kinds, Problems *problems);

/* Checks one image and its file, and adds it to recipe->images. Its `file` becomes relative to the
 * recipe's folder. */
void recipe_read_image(Recipe *recipe, Node *node, const char *images_dir, Problems *problems);
void image_free(Image *image);

/* The same for a folder. */
void recipe_read_folder(Recipe *recipe, Node *node, const char *images_dir, Problems *problems);
void recipe_folder_free(Folder *folder);

/* The path that a file of the recipe, or of its bases, means; newly allocated. The text becomes relative
 * to the recipe's own folder. */
char *recipe_resolve(const Recipe *recipe, Node *file);

/* recipe->tree as text; `origins`: with the place of each value behind it. */
char *recipe_write(const Recipe *recipe, gboolean origins);

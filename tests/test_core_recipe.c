/* Recipes: what they come to, what they extend, and that their text is themselves. */
#include "core/failure.h"
#include "core/recipe.h"
#include "lib/folder.h"
#include "lib/kinds.h"

#include <glib/gstdio.h>
#include <string.h>

#define BASE                                                                                       \
	"flashline: 1\n"                                                                           \
	"template: true\n"                                                                         \
	"product: openmv-h7\n"                                                                     \
	"revision: B\n"                                                                            \
	"description: \"two\\nlines: and \\\"quotes\\\"\"\n"                                       \
	"serial: {pattern: \"OMV[0-9]{6}\"}\n"                                                     \
	"chip: {device: 0x450, revisions: [V, Y, 0x2001], roms: [0x90, 145], flash: 2048KiB}\n"    \
	"images:\n"                                                                                \
	"  firmware: {address: 0x08040000, max: 1664KiB}\n"                                        \
	"steps:\n"                                                                                 \
	"  - {id: power-on, do: power, state: cycle}\n"                                            \
	"  - {id: firmware, do: swd.program, image: firmware, deadline: 3s}\n"                     \
	"  - {id: drive, do: drive.check, files: [{path: /main.py}, {path: \"/a b\"}]}\n"          \
	"  - {id: detach, do: dfu.detach}\n"                                                       \
	"  - {id: power-off, do: power, state: \"off\"}\n"

typedef struct {
	char *folder, *sha256;
} Setup;

static void set_up(Setup *setup, gconstpointer unused)
{
	g_autofree char *image = NULL;

	setup->folder = folder_new();
	image = folder_write(setup->folder, "images/a.bin", "an image");
	setup->sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "an image", -1);
	g_free(folder_write(setup->folder, "base/base.yaml", BASE));
}

static void tear_down(Setup *setup, gconstpointer unused)
{
	folder_remove(setup->folder);
	g_free(setup->sha256);
}

/* A recipe below the base with an image, and `steps` (or nothing) at its end. */
static char *write_recipe(const Setup *setup, const char *steps)
{
	g_autofree char *text = g_strdup_printf("flashline: 1\n"
						"extends: ../base/base.yaml\n"
						"revision: C\n"
						"images:\n"
						"  firmware: {file: ../images/a.bin, sha256: %s}\n"
						"%s",
		setup->sha256, steps);

	return folder_write(setup->folder, "own/own.yaml", text);
}

static Recipe *load(const char *path, const char *images_dir)
{
	g_autoptr(Problems) problems = problems_new();
	Recipe *recipe = recipe_load(path, test_kinds(), images_dir, problems);
	g_autofree char *text = problems_text(problems);

	g_assert_cmpstr(text, ==, "");
	g_assert_nonnull(recipe);
	return recipe;
}

static char *refused(const char *path)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = recipe_load(path, test_kinds(), NULL, problems);

	g_assert_null(recipe);
	return problems_text(problems);
}

/* "power-on firmware ..." */
static char *ids(const Recipe *recipe)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < recipe->steps->len; i++)
		g_ptr_array_add(names, (gpointer)((Step *)recipe->steps->pdata[i])->id);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(" ", (char **)names->pdata);
}

static void test_values(Setup *setup, gconstpointer unused)
{
	g_autofree char *path = write_recipe(setup, "");
	g_autoptr(Recipe) recipe = load(path, NULL);
	g_autofree char *order = ids(recipe);
	const Step *step = recipe->steps->pdata[1];
	const Image *image = recipe_image(recipe, "firmware");

	g_assert_cmpstr(recipe->name, ==, "own");
	g_assert_cmpstr(recipe->product, ==, "openmv-h7");
	g_assert_cmpstr(recipe->revision, ==, "C");
	g_assert_false(recipe->template);
	g_assert_cmpuint(recipe->chip_device, ==, 0x450);
	g_assert_cmpuint(recipe->chip_flash_kib, ==, 2048);
	g_assert_cmpuint(recipe->chip_revisions->len, ==, 3);
	g_assert_cmphex(g_array_index(recipe->chip_revisions, guint, 0), ==, 0x2003);
	g_assert_cmphex(g_array_index(recipe->chip_revisions, guint, 1), ==, 0x1003);
	g_assert_cmphex(g_array_index(recipe->chip_revisions, guint, 2), ==, 0x2001);
	g_assert_cmphex(g_array_index(recipe->chip_roms, guint, 1), ==, 0x91);
	g_assert_cmphex(image->address, ==, 0x08040000);
	g_assert_cmpuint(image->size_max, ==, 1664 * 1024);
	g_assert_true(g_path_is_absolute(image->path));
	g_assert_null(recipe_image(recipe, "bootloader"));
	g_assert_cmpstr(order, ==, "power-on firmware drive detach power-off");
	g_assert_cmpuint(step->deadline_ms, ==, 3000);
	g_assert_cmpuint(step->stall_ms, ==, 3000); /* the kind's 20 s, cut to the deadline */
	g_assert_cmpstr(step_text(step, "image"), ==, "firmware");
	step = recipe->steps->pdata[0];
	g_assert_cmpuint(step->deadline_ms, ==, 5000);
	g_assert_cmpint(step_int(step, "off_time"), ==, 500);
}

static void test_serial(Setup *setup, gconstpointer unused)
{
	g_autofree char *path = write_recipe(setup, "serial: {pattern: \"A|OMV[0-9]+\"}\n");
	g_autoptr(Recipe) recipe = load(path, NULL);

	g_assert_true(g_regex_match_simple(recipe->serial_pattern, "OMV12", 0, 0));
	g_assert_true(g_regex_match_simple(recipe->serial_pattern, "A", 0, 0));
	g_assert_false(g_regex_match_simple(recipe->serial_pattern, "OMV12x", 0, 0));
	g_assert_false(g_regex_match_simple(recipe->serial_pattern, "xA", 0, 0));
	g_assert_false(g_regex_match_simple(recipe->serial_pattern, "OMV12\n", 0, 0));
}

static void test_changes(Setup *setup, gconstpointer unused)
{
	g_autofree char *path = write_recipe(setup,
		"steps:\n"
		"  - {id: firmware, stall: 1s}\n"
		"  - {id: drive, remove: true}\n"
		"  - {id: detach, do: power, state: \"on\"}\n"
		"  - {id: first, do: dfu.detach, before: power-on}\n"
		"  - {id: last, do: dfu.detach, after: power-off}\n"
		"  - {id: rest, do: power, state: cycle, off_time: 2s, after: first}\n");
	g_autoptr(Recipe) recipe = load(path, NULL);
	g_autofree char *order = ids(recipe);
	const Step *firmware = recipe->steps->pdata[3], *detach = recipe->steps->pdata[4];

	g_assert_cmpstr(order, ==, "first rest power-on firmware detach power-off last");
	g_assert_cmpuint(firmware->deadline_ms, ==, 3000);
	g_assert_cmpuint(firmware->stall_ms, ==, 1000);
	g_assert_cmpstr(detach->kind->name, ==, "power");
	g_assert_cmpstr(step_text(detach, "state"), ==, "on");
}

/* The text is the recipe: read again, in its folder or elsewhere, it gives the same text. */
static void test_effective_returns(Setup *setup, gconstpointer unused)
{
	g_autofree char *path = write_recipe(setup, "steps: [{id: power-on, off_time: 1.5s}]\n");
	g_autoptr(Recipe) recipe = load(path, NULL);
	g_autofree char *beside =
		folder_write(setup->folder, "own/effective.yaml", recipe->effective);
	g_autofree char *away = folder_write(setup->folder, "run/7/recipe.yaml", recipe->effective);
	g_autofree char *images = g_build_filename(setup->folder, "store", NULL);
	g_autofree char *stored = g_strconcat("store/", setup->sha256, NULL);
	g_autoptr(Recipe) again = load(beside, NULL);
	g_autoptr(Recipe) job = NULL;

	g_assert_cmpstr(again->effective, ==, recipe->effective);
	g_assert_cmpstr(again->sha256, ==, recipe->sha256);
	g_free(folder_write(setup->folder, stored, "an image"));
	job = load(away, images);
	g_assert_cmpstr(job->effective, ==, recipe->effective);
	g_assert_cmpstr(job->description, ==, "two\nlines: and \"quotes\"");
	g_assert_true(g_str_has_prefix(recipe_image(job, "firmware")->path, images));
}

/* The base lies elsewhere: a file that it names is found, and named from the recipe's folder. */
static void test_base_elsewhere(Setup *setup, gconstpointer unused)
{
	g_autofree char *middle = g_strdup_printf("flashline: 1\nextends: base.yaml\n"
						  "images: {firmware: {file: a.bin, sha256: %s}}\n",
		setup->sha256);
	g_autofree char *path = NULL;
	g_autoptr(Recipe) recipe = NULL;

	g_free(folder_write(setup->folder, "base/middle.yaml", middle));
	g_free(folder_write(setup->folder, "base/a.bin", "an image"));
	path = folder_write(setup->folder, "own/deep/x.yaml",
		"flashline: 1\nextends: ../../base/middle.yaml\n");
	recipe = load(path, NULL);
	g_assert_nonnull(strstr(recipe->effective, "file: ../../base/a.bin\n"));
}

static void test_explain(Setup *setup, gconstpointer unused)
{
	g_autofree char *path = write_recipe(setup, "steps:\n  - {id: power-on, off_time: 1s}\n");
	g_autoptr(Recipe) recipe = load(path, NULL);
	g_autofree char *text = recipe_explain(recipe);
	g_autofree char *there = folder_write(setup->folder, "own/explained.yaml", text);
	g_autoptr(Recipe) again = load(there, NULL);

	g_assert_true(g_regex_match_simple("revision: C +# .*own\\.yaml:3\n", text, 0, 0));
	g_assert_true(g_regex_match_simple("off_time: 1s +# .*own\\.yaml:7\n", text, 0, 0));
	g_assert_true(g_regex_match_simple("product: openmv-h7 +# .*base\\.yaml:3\n", text, 0, 0));
	g_assert_true(g_regex_match_simple("deadline: 5s +# default\n", text, 0, 0));
	/* Comments change nothing. */
	g_assert_cmpstr(again->sha256, ==, recipe->sha256);
}

static void test_template(Setup *setup, gconstpointer unused)
{
	g_autofree char *base = g_build_filename(setup->folder, "base/base.yaml", NULL);
	g_autofree char *heir =
		folder_write(setup->folder, "heir.yaml", "flashline: 1\nextends: base/base.yaml\n");
	g_autoptr(Recipe) said = load(base, NULL);
	g_autoptr(Recipe) without_files = load(heir, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(said->template);
	g_assert_true(without_files->template);
	g_assert_null(image_bytes(recipe_image(said, "firmware"), &error));
	g_assert_error(error, FAILURE, FAILURE_IMAGE_CHANGED);
	/* `template: true` is not inherited. */
	g_assert_nonnull(strstr(said->effective, "template: true\n"));
	g_assert_null(strstr(without_files->effective, "template"));
}

static void test_image_changed(Setup *setup, gconstpointer unused)
{
	g_autofree char *path = write_recipe(setup, "");
	g_autoptr(Recipe) recipe = load(path, NULL);
	const Image *image = recipe_image(recipe, "firmware");
	g_autoptr(GBytes) bytes = image_bytes(image, NULL);
	g_autoptr(GError) error = NULL, gone = NULL;

	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "an image", 8);
	g_free(folder_write(setup->folder, "images/a.bin", "an imagf"));
	g_assert_null(image_bytes(image, &error));
	g_assert_error(error, FAILURE, FAILURE_IMAGE_CHANGED);
	g_assert_nonnull(strstr(error->message, image->sha256));
	g_remove(image->path);
	g_assert_null(image_bytes(image, &gone));
	g_assert_error(gone, FAILURE, FAILURE_IMAGE_CHANGED);
}

/* A kind's own check sees the recipe as a whole, and is asked of no template. */
static void test_kind_check(Setup *setup, gconstpointer unused)
{
	g_autofree char *said = NULL, *path = NULL;
	g_autofree char *text =
		g_strdup_printf("flashline: 1\nproduct: x\nrevision: A\nserial: {pattern: \"A\"}\n"
				"chip: {device: 0x450}\n"
				"images: {firmware: {file: ../images/a.bin, sha256: %s}}\n"
				"steps: [{id: a, do: swd.program, image: firmware}]\n",
			setup->sha256);

	path = folder_write(setup->folder, "own/check.yaml", text);
	said = refused(path);
	g_assert_nonnull(strstr(said, ":6:10: error: image 'firmware' needs an address\n"));
}

static void test_depth(Setup *setup, gconstpointer unused)
{
	for (guint i = 1; i <= 9; i++) {
		g_autofree char *name = g_strdup_printf("base/%u.yaml", i);
		g_autofree char *text =
			i == 1 ? g_strdup("flashline: 1\nextends: base.yaml\n")
			       : g_strdup_printf("flashline: 1\nextends: %u.yaml\n", i - 1);
		g_autofree char *path = folder_write(setup->folder, name, text);
		g_autofree char *said = NULL;

		if (i <= 8) {
			recipe_free(load(path, NULL));
			continue;
		}
		said = refused(path);
		g_assert_nonnull(strstr(said, "more than 8 files deep"));
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Setup *setup, gconstpointer unused);
	} tests[] = {
		{"/core/recipe/values", test_values},
		{"/core/recipe/serial", test_serial},
		{"/core/recipe/changes", test_changes},
		{"/core/recipe/effective-returns", test_effective_returns},
		{"/core/recipe/base-elsewhere", test_base_elsewhere},
		{"/core/recipe/explain", test_explain},
		{"/core/recipe/template", test_template},
		{"/core/recipe/image-changed", test_image_changed},
		{"/core/recipe/kind-check", test_kind_check},
		{"/core/recipe/depth", test_depth},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Setup, NULL, set_up, tests[i].func, tear_down);
	return g_test_run();
}

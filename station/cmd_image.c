/* flashline image show: what is in a file. flashline image make-dfu: a DfuSe file of others. */
#include "cmd.h"
#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"
#include "image/image_dfuse_write.h"
#include "image/image_file.h"
#include "image/image_show.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	char *address, *board, *vid, *pid;
	int alt;
	gboolean json;
} Options;

static int refuse(const char *why)
{
	g_autofree char *clean = text_clean(why, -1);

	fprintf(stderr, "flashline image: %s\n", clean);
	return CMD_USAGE;
}

static int refuse_value(const char *what, const char *value)
{
	g_autofree char *why = g_strdup_printf("%s, not '%s'", what, value);

	return refuse(why);
}

static gboolean read_address(const char *text, guint64 *address)
{
	gint64 number;

	if (!scalar_int(text, &number) || number < 0 || number > G_MAXUINT32)
		return FALSE;
	*address = (guint64)number;
	return TRUE;
}

static int refuse_board(const char *board)
{
	g_autofree char *hint = words_hint(board, board_profile_names);
	g_autofree char *all = g_strjoinv("', '", (char **)board_profile_names);
	g_autofree char *why =
		g_strdup_printf("no flash map of a board '%s'%s; there are '%s'", board, hint, all);

	return refuse(why);
}

static void print_file(
	const ImageFile *file, const char *name, const BoardProfile *profile, gboolean as_json)
{
	if (as_json) {
		json_t *json = image_show_json(file, name, profile);

		cmd_print_json(json);
		json_decref(json);
	} else {
		g_autofree char *text = image_show_text(file, name, profile);

		fputs(text, stdout);
	}
}

static int show(const char *path, const Options *options)
{
	guint64 address = IMAGE_FILE_NO_ADDRESS;
	const BoardProfile *profile = options->board ? board_profile_find(options->board) : NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = NULL;

	if (options->address && !read_address(options->address, &address))
		return refuse_value("--address takes one like 0x08040000", options->address);
	if (options->board && !profile)
		return refuse_board(options->board);
	file = image_file_load(path, address, &error);
	if (!file)
		return refuse(error->message);
	print_file(file, path, profile, options->json);
	if (!profile || image_map_check(file, profile->regions, profile->count, &error))
		return CMD_PASS;
	g_prefix_error(&error, "%s: not for %s: ", path, profile->name);
	return refuse(error->message);
}

/* USB identities are hexadecimal everywhere: 0483, 0x0483. */
static gboolean read_id(const char *text, guint16 *id)
{
	guint64 number;

	if (!text)
		return FALSE;
	if (g_str_has_prefix(text, "0x"))
		text += 2;
	if (!g_ascii_string_to_unsigned(text, 16, 0, 0xFFFF, &number, NULL))
		return FALSE;
	*id = (guint16)number;
	return TRUE;
}

/* FILE, or FILE@ADDRESS: what stands behind the last '@', if it is an address. */
static gboolean add_file(GPtrArray *segments, const char *argument, GError **error)
{
	const char *at = strrchr(argument, '@');
	guint64 address = IMAGE_FILE_NO_ADDRESS;
	gboolean given = at && read_address(at + 1, &address);
	g_autofree char *path = given ? g_strndup(argument, at - argument) : g_strdup(argument);
	g_autoptr(ImageFile) file = image_file_load(path, address, error);

	if (!file)
		return FALSE;
	if (file->targets->len > 1) {
		g_set_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_FORMAT,
			"%s: has %u targets; files of one are put together", path,
			file->targets->len);
		return FALSE;
	}
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];

		g_ptr_array_add(segments,
			image_segment_new(0, segment->address, segment->bytes, segment->offset));
	}
	return TRUE;
}

static GBytes *make_bytes(const Options *options, char **files, int count, GError **error)
{
	g_autoptr(GPtrArray) segments =
		g_ptr_array_new_with_free_func((GDestroyNotify)image_segment_free);
	ImageSuffix suffix = {0};

	if (!read_id(options->vid, &suffix.vendor) || !read_id(options->pid, &suffix.product)) {
		g_set_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_FORMAT,
			"--vid and --pid are needed, as in --vid 0483 --pid DF11");
		return NULL;
	}
	if (options->alt < 0 || options->alt > G_MAXUINT8) {
		g_set_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_FORMAT, "--alt is 0 to %d, not %d",
			G_MAXUINT8, options->alt);
		return NULL;
	}
	for (int i = 0; i < count; i++)
		if (!add_file(segments, files[i], error))
			return NULL;
	return image_dfuse_write((guint8)options->alt, segments, &suffix, error);
}

static int make_dfu(const char *out, const Options *options, char **files, int count)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = make_bytes(options, files, count, &error);

	if (!bytes)
		return refuse(error->message);
	/* All of it or nothing: it replaces a file only when it is complete. */
	if (g_file_set_contents(
		    out, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), &error))
		return CMD_PASS;
	refuse(error->message);
	return CMD_STATION;
}

int cmd_image(int argc, char **argv)
{
	Options options = {0};
	const GOptionEntry entries[] = {
		{"address", 'a', 0, G_OPTION_ARG_STRING, &options.address,
			"show: where a raw image belongs", "0x08040000"},
		{"board", 'b', 0, G_OPTION_ARG_STRING, &options.board,
			"show: what it would touch on openmv-h7 or openmv-h7plus", "BOARD"},
		{"json", 'j', 0, G_OPTION_ARG_NONE, &options.json, "show: for programs", NULL},
		{"vid", 0, 0, G_OPTION_ARG_STRING, &options.vid,
			"make-dfu OUT FILE@ADDRESS...: USB vendor", "0483"},
		{"pid", 0, 0, G_OPTION_ARG_STRING, &options.pid, "make-dfu: USB product", "DF11"},
		{"alt", 0, 0, G_OPTION_ARG_INT, &options.alt, "make-dfu: the alternate setting (0)",
			"N"},
		{NULL},
	};
	int status = CMD_USAGE;

	if (!cmd_options(&argc, &argv, entries, 2, 1000))
		;
	else if (!strcmp(argv[1], "show") && argc == 3)
		status = show(argv[2], &options);
	else if (!strcmp(argv[1], "make-dfu") && argc > 3)
		status = make_dfu(argv[2], &options, argv + 3, argc - 3);
	else
		fputs("Usage: flashline image show FILE\n"
		      "       flashline image make-dfu --vid ID --pid ID OUT FILE[@ADDRESS]...\n",
			stderr);
	g_free(options.address);
	g_free(options.board);
	g_free(options.vid);
	g_free(options.pid);
	return status;
}

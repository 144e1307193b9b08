/*
 * Five thousand damaged files a format, grown from the kept corpora, their checksums right again in
 * half of them: segments come out, or an error with an offset (lib/image_proof.h). --seed replays.
 */
#include "lib/image_made.h"
#include "lib/image_proof.h"

#include <string.h>

enum { ROUNDS = 5000, LENGTH_MAX = 1 << 16 };

typedef struct {
	const char *folder, *name;
	void (*repair)(GByteArray *file);
} Format;

static void repair_hex(GByteArray *file)
{
	g_autoptr(GString) text = g_string_new_len((const char *)file->data, file->len);

	made_sums(text);
	memcpy(file->data, text->str, text->len);
}

static const Format formats[] = {
	{"hex", "x.hex", repair_hex},
	{"elf", "x.elf", NULL},
	{"dfuse", "x.dfu", made_crc},
};

/* Numbers at the edge of what 8, 16 and 32 bits hold. */
static const guint32 edges[] = {
	0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFF0};

static guint below(guint end)
{
	return (guint)g_test_rand_int_range(0, (gint)end);
}

static void damage(GByteArray *file)
{
	guint at = file->len ? below(file->len) : 0, left = file->len - at, size = 1u << below(3);
	guint32 edge = edges[below(G_N_ELEMENTS(edges))];
	guint8 piece[64];

	switch (below(6)) {
	case 0:
		if (left)
			file->data[at] = (guint8)below(256);
		break;
	case 1:
		if (left)
			file->data[at] ^= (guint8)(1 << below(8));
		break;
	case 2:
		if (left >= size)
			memcpy(file->data + at, &edge, size);
		break;
	case 3:
		g_byte_array_remove_range(file, at, MIN(size * 8, left));
		break;
	case 4: /* a piece twice */
		size = MIN(left, sizeof(piece));
		if (!size)
			break;
		memcpy(piece, file->data + at, size);
		g_byte_array_append(file, piece, size);
		break;
	default:
		if (left && below(10) == 0)
			g_byte_array_set_size(file, at);
	}
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, so that a seed means the same on every disk. */
static GPtrArray *list_corpus(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, by_name);
	return paths;
}

/* Every file of the corpus, whole; they are grown from. */
static GPtrArray *read_corpus(const Format *format)
{
	g_autofree char *folder = g_build_filename("tests/data/image", format->folder, NULL);
	g_autoptr(GPtrArray) paths = list_corpus(folder);
	GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (guint i = 0; i < paths->len; i++) {
		char *text;
		gsize length;

		g_assert_true(g_file_get_contents(paths->pdata[i], &text, &length, NULL));
		g_assert_cmpuint(length, <=, LENGTH_MAX);
		g_ptr_array_add(files, g_bytes_new_take(text, length));
	}
	g_assert_cmpuint(files->len, >, 0);
	return files;
}

static gboolean run_round(const Format *format, GBytes *start)
{
	g_autoptr(GByteArray) file = g_byte_array_new();

	g_byte_array_append(file, g_bytes_get_data(start, NULL), (guint)g_bytes_get_size(start));
	for (guint n = 1 + below(4); n > 0; n--)
		damage(file);
	if (format->repair && file->len && below(2))
		format->repair(file);
	return image_proof(file->data, file->len, format->name);
}

static void test_format(gconstpointer data)
{
	const Format *format = data;
	g_autoptr(GPtrArray) files = read_corpus(format);
	g_autoptr(GPtrArray) sound = g_ptr_array_new();
	guint taken = 0;

	for (guint i = 0; i < files->len; i++) {
		gsize length;
		const void *bytes = g_bytes_get_data(files->pdata[i], &length);

		if (image_proof(bytes, length, format->name))
			g_ptr_array_add(sound, files->pdata[i]);
	}
	g_assert_cmpuint(sound->len, >, 0);
	for (guint round = 0; round < ROUNDS; round++) {
		const GPtrArray *starts = round % 2 ? sound : files;

		taken += run_round(format, starts->pdata[below(starts->len)]);
	}
	g_test_message("%u files, %d rounds, %u taken", files->len, ROUNDS, taken);
	/* Neither all nor none: the mutations reach what lies behind the first check. */
	g_assert_cmpuint(taken, >, 0);
	g_assert_cmpuint(taken, <, ROUNDS);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autofree char *path = g_strdup_printf("/image/mutations/%s", formats[i].folder);

		g_test_add_data_func(path, &formats[i], test_format);
	}
	return g_test_run();
}

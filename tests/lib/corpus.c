#include "lib/corpus.h"

#include <string.h>

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void corpus_replay(const char *folder, guint least, CorpusProof proof)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);
		g_autofree char *read = NULL;
		g_autofree guint8 *bytes = NULL;
		gsize length;

		g_test_message("%s", path);
		g_assert_true(g_file_get_contents(path, &read, &length, NULL));
		bytes = g_memdup2(read, length);
		proof(bytes, length);
	}
	g_assert_cmpuint(names->len, >=, least);
}

void corpus_random(guint rounds, gsize least, gsize most, CorpusProof proof)
{
	for (guint round = 0; round < rounds; round++) {
		gsize length = (gsize)g_test_rand_int_range((gint)least, (gint)most + 1);
		g_autofree guint8 *bytes = g_malloc(length);

		for (gsize i = 0; i < length; i++)
			bytes[i] = (guint8)g_test_rand_int();
		proof(bytes, length);
	}
}

void corpus_damage(const guint8 *data, gsize length, guint times, CorpusProof proof)
{
	proof(data, length);
	for (guint i = 0; i < times && length; i++) {
		g_autofree guint8 *bytes = g_memdup2(data, length);

		bytes[g_test_rand_int_range(0, (gint)length)] = (guint8)g_test_rand_int();
		proof(bytes, length);
	}
}

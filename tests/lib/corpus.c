#include "lib/corpus.h"

void corpus_replay(const char *folder, guint least, CorpusFunc proof)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	guint count = 0;

	g_assert_nonnull(dir);
	for (; (name = g_dir_read_name(dir)); count++) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *bytes = NULL;
		gsize length;

		g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
		proof((const guint8 *)bytes, length);
	}
	g_assert_cmpuint(count, >=, least);
}

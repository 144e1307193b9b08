/* Where reports are. */
#include "report/report.h"

#include <string.h>
#include <unistd.h>

#define SITE "/etc/flashline/reports"

/* Beside the program: installed (bin/../share/flashline), or in the folder that it was built from. */
static const char *const beside[] = {
	"../share/flashline/reports", "../reports", "../../reports", NULL};

static char *program_folder(void)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

	return program ? g_path_get_dirname(program) : g_strdup(".");
}

static GPtrArray *folders(const char *own)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *base = program_folder();

	if (own)
		g_ptr_array_add(all, g_strdup(own));
	g_ptr_array_add(all, g_strdup(SITE));
	for (guint i = 0; beside[i]; i++) {
		g_autofree char *folder = g_build_filename(base, beside[i], NULL);

		if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
			continue;
		g_ptr_array_add(all, g_steal_pointer(&folder));
		break;
	}
	return all;
}

/* A report's name is that of its file; nothing that leads elsewhere. */
static gboolean is_name(const char *name)
{
	return g_regex_match_simple("^[a-z0-9][a-z0-9_-]{0,63}$", name, 0, 0);
}

char *report_find(const char *name, const char *own)
{
	g_autoptr(GPtrArray) all = folders(own);

	for (guint i = 0; is_name(name) && i < all->len; i++) {
		g_autofree char *file = g_strconcat(name, ".sql", NULL);
		char *path = g_build_filename(all->pdata[i], file, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return path;
		g_free(path);
	}
	return NULL;
}

static void add_names(const char *folder, GHashTable *names)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *file;

	while (dir && (file = g_dir_read_name(dir))) {
		g_autofree char *name = g_strdup(file);

		if (!g_str_has_suffix(name, ".sql"))
			continue;
		name[strlen(name) - 4] = '\0';
		if (is_name(name))
			g_hash_table_add(names, g_steal_pointer(&name));
	}
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GStrv report_names(const char *own)
{
	g_autoptr(GPtrArray) all = folders(own);
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	for (guint i = 0; i < all->len; i++)
		add_names(all->pdata[i], names);
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(sorted, g_strdup(name));
	g_ptr_array_sort(sorted, by_name);
	g_ptr_array_add(sorted, NULL);
	return (GStrv)g_ptr_array_free(g_steal_pointer(&sorted), FALSE);
}

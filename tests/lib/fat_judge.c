#include "lib/fat_judge.h"

#include "core/text.h"
#include "lib/folder.h"

#include <stdlib.h>
#include <string.h>

/* ---- fsck.fat -------------------------------------------------------------------------------- */

/* What fsck.fat says without meaning that something is wrong, or what the walker takes for right. */
static const struct {
	const char *line, *why;
} exceptions[] = {
	{"There is no label in boot sector, but there is volume label",
		"FatFs writes the label only into the root directory"},
	{"  Auto-copying volume label from root directory to boot sector.", NULL},
	{"Free cluster summary uninitialized", "FSInfo may say that it does not know"},
	{"Leaving filesystem unchanged.", NULL},
};

static gboolean is_exception(const char *line, const char **why)
{
	for (guint i = 0; i < G_N_ELEMENTS(exceptions); i++)
		if (g_str_has_prefix(line, exceptions[i].line)) {
			if (exceptions[i].why)
				*why = exceptions[i].why;
			return TRUE;
		}
	return FALSE;
}

/* "fsck.fat 4.2 (2021-01-31)", and "IMAGE: 3 files, 7/222 clusters" */
static gboolean is_frame(const FatMade *made, const char *line)
{
	return !*line || g_str_has_prefix(line, "fsck.fat 4") ||
	       g_str_has_prefix(line, made->image);
}

char *fat_judge_fsck(const FatMade *made, const char **exception)
{
	g_autofree char *said = NULL;
	int status = FAT_PEER(&said, "fsck.fat", "-n", made->image);
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
	g_autoptr(GString) complaints = g_string_new(NULL);
	gboolean known = TRUE;

	*exception = NULL;
	for (char **line = lines; *line; line++) {
		if (is_frame(made, *line))
			continue;
		known = is_exception(*line, exception) && known;
		g_string_append_printf(complaints, "%s\n", *line);
	}
	if (!complaints->len && !status)
		return NULL;
	if (!complaints->len || !known)
		*exception = NULL;
	g_string_append_printf(complaints, "exit status %d", status);
	return g_string_free(g_steal_pointer(&complaints), FALSE);
}

/* ---- mtools ---------------------------------------------------------------------------------- */

static int by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "::/lib/Driver.py" as "/lib/Driver.py size SHA-256", cleaned as the walker does. NULL: not copied. */
static char *read_line(const char *folder, const char *path)
{
	g_autofree char *file = g_strconcat(folder, path, NULL), *bytes = NULL, *sum = NULL;
	g_autofree char *clean = text_clean(path, -1);
	gsize length;

	if (g_str_has_suffix(path, "/"))
		return g_steal_pointer(&clean);
	if (!g_file_get_contents(file, &bytes, &length, NULL))
		return NULL;
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guint8 *)bytes, length);
	return g_strdup_printf("%s %zu %s", clean, length, sum);
}

/* A list whose names have a '?' for each character that is not ASCII. */
static char *without_code_page(const char *list)
{
	g_autoptr(GRegex) other = g_regex_new("[^\\x20-\\x7e\n]|\\\\x[89a-f][0-9a-f]",
		G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
	g_autofree char *plain = g_regex_replace_literal(other, list, -1, 0, "?", 0, NULL);
	g_auto(GStrv) lines = g_strsplit(plain, "\n", -1);

	qsort(lines, g_strv_length(lines), sizeof *lines, by_text);
	return g_strjoinv("\n", lines);
}

gboolean fat_judge_same(const char *theirs, const char *ours, gboolean *excepted)
{
	g_autofree char *a = NULL, *b = NULL;

	*excepted = strcmp(theirs, ours) != 0;
	if (!*excepted)
		return TRUE;
	a = without_code_page(theirs);
	b = without_code_page(ours);
	return strcmp(a, b) == 0;
}

static char *read_files(const char *folder, const char *listed, char **why)
{
	g_auto(GStrv) paths = g_strsplit(listed, "\n", -1);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (char **path = paths; *path; path++) {
		char *line;

		if (!g_str_has_prefix(*path, "::"))
			continue;
		line = read_line(folder, *path + 2);
		if (!line) {
			*why = g_strdup_printf("mcopy did not copy %s", *path);
			return NULL;
		}
		g_ptr_array_add(lines, line);
	}
	g_ptr_array_sort(lines, by_text);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

char *fat_judge_mtools(const FatMade *made, char **why)
{
	g_autofree char *listed = NULL, *said = NULL, *list = NULL;
	char *folder;

	*why = NULL;
	if (FAT_PEER(&listed, "mdir", "-/", "-a", "-b", "-i", made->image, "::") != 0) {
		*why = g_strdup_printf("mdir: %s", listed);
		return NULL;
	}
	if (!strstr(listed, "::"))
		return g_strdup("");
	folder = folder_new();
	if (FAT_PEER(&said, "mcopy", "-s", "-n", "-i", made->image, "::*", folder) != 0)
		*why = g_strdup_printf("mcopy: %s", said);
	else
		list = read_files(folder, listed, why);
	folder_remove(folder);
	return g_steal_pointer(&list);
}

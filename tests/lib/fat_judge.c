#include "lib/fat_judge.h"

#include "core/text.h"
#include "lib/fat_drive.h"
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
		if (!is_exception(*line, exception)) {
			known = FALSE;
			g_string_append_printf(complaints, "%s\n", *line);
		}
	}
	if (!known)
		*exception = NULL;
	else if (!*exception && !status)
		return NULL;
	g_string_append_printf(complaints, "exit status %d", status);
	return g_string_free(g_steal_pointer(&complaints), FALSE);
}

/* What fsck.fat says, and the walker's codes of which one must be there then. An entry that is neither file nor
 * directory nor label (OTHER), and a directory in somebody else's clusters, the walker does not read. */
#define OTHER " fat-attribute fat-label"
static const struct {
	const char *says, *codes;
} meanings[] = {
	{"There are differences between boot sector", "fat-boot-copy fat-info"},
	{"There is no backup boot sector", "fat-info"},
	{"No FSINFO sector", "fat-info"},
	{"FSINFO sector has bad magic", "fat-info"},
	{"FATs differ", "fat-copies-differ"},
	{"FATs appear to be corrupt", "fat-bad-entry"},
	{"First FAT appears to be corrupt", "fat-bad-entry"},
	{"Cluster ", "fat-bad-entry"},
	{"Circular cluster chain", "fat-loop" OTHER},
	{"share clusters", "fat-cross-link" OTHER},
	{"Contains a free cluster", "fat-chain" OTHER},
	{"Contains a bad cluster", "fat-chain" OTHER},
	{"Internal error: next_cluster on bad cluster", "fat-chain"},
	{"Bad start cluster", "fat-chain" OTHER},
	{"Start cluster beyond limit", "fat-chain" OTHER},
	{"FAT32 root dir", "fat-chain fat-boot-sector"},
	/* a chain that goes on too long may well do so in another file's clusters */
	{"File size is", "fat-size fat-cross-link fat-loop fat-chain" OTHER},
	{"Start does point to", "fat-directory fat-cross-link fat-loop" OTHER},
	{"Directory has non-zero size", "fat-directory" OTHER},
	{"entry in this slot", "fat-directory fat-cross-link"},
	{"' entry in the ", "fat-directory fat-cross-link"},
	{"Is a dot with no 8.3 name", "fat-directory"},
	{"Bad short file name", "fat-bad-name fat-cross-link" OTHER},
	{"large number of bad entries", "fat-bad-name fat-cross-link" OTHER},
	{"Duplicate directory entry", "fat-duplicate"},
	{"long file name", "fat-long-name fat-cross-link"},
	{"ong filename", "fat-long-name fat-cross-link"},
	{"Reclaimed", "fat-lost"},
	{"Dirty bit is set", "fat-dirty"},
	{"Free cluster summary wrong", "fat-free-count"},
	{"label", "fat-label"},
};

/* The walker has refused the whole volume, or had no room for more; or there is something behind a directory's
 * end, where it does not read on and fsck.fat does. */
static gboolean says_enough(const FatVolume *volume)
{
	return fat_drive_has(volume, "fat-boot-sector") || fat_drive_has(volume, "fat-kind") ||
	       fat_drive_has(volume, "fat-not-found") || fat_drive_has(volume, "fat-after-end") ||
	       volume->findings->len >= 100;
}

gboolean fat_judge_agrees(const char *complaint, const FatVolume *volume)
{
	const char *first = NULL, *codes = NULL;
	g_auto(GStrv) words = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(meanings); i++) {
		const char *at = strstr(complaint, meanings[i].says);

		if (at && (!first || at < first)) {
			first = at;
			codes = meanings[i].codes;
		}
	}
	if (says_enough(volume))
		return TRUE;
	words = g_strsplit(codes ? codes : "", " ", -1);
	for (char **word = words; *word; word++)
		if (fat_drive_has(volume, *word))
			return TRUE;
	return FALSE;
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

#include "core/folder.h"

#include "core/failure.h"
#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_PATTERN "^[A-Za-z0-9._+=@~#(),-]([A-Za-z0-9 ._+=@~#(),-]{0,98}[A-Za-z0-9_+=@~#(),-])?$"
/* Devices of DOS, whatever is behind their dot: Windows takes no file of such a name. */
#define DEVICE_PATTERN "^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\\.|$)"

/* Reading, as far as it has come. */
typedef struct {
	GPtrArray *files;
	GHashTable *seen; /* paths without case: FAT knows none */
	gsize bytes;
} Reader;

static void file_free(gpointer data)
{
	FolderFile *file = data;

	g_free(file->path);
	g_bytes_unref(file->bytes);
	g_free(file);
}

static gboolean refuse(GError **error, const char *path, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static gboolean refuse(GError **error, const char *path, const char *format, ...)
{
	g_autofree char *clean = text_clean(path, -1), *what = NULL;
	va_list args;

	va_start(args, format);
	what = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, FAILURE, FAILURE_FOLDER_CHANGED, "'%s' %s", clean, what);
	return FALSE;
}

static gboolean check_name(Reader *reader, const char *path, const char *name, GError **error)
{
	if (!g_regex_match_simple(NAME_PATTERN, name, G_REGEX_DOLLAR_ENDONLY, 0))
		return refuse(error, path,
			"has a name that not every FAT driver takes: A-Z a-z 0-9 ._-+=@~#(), are "
			"allowed, blanks inside, no dot at the end, at most 100 characters");
	if (g_regex_match_simple(DEVICE_PATTERN, name, G_REGEX_CASELESS, 0))
		return refuse(error, path, "has the name of a DOS device");
	if (!g_hash_table_add(reader->seen, g_ascii_strdown(path, -1)))
		return refuse(error, path, "is there twice: FAT knows no upper and lower case");
	return TRUE;
}

static gboolean read_file(
	Reader *reader, int folder, const char *path, const char *name, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GBytes *bytes = file_bytes_in(folder, name, FOLDER_BYTES_MAX - reader->bytes, &cause);
	FolderFile *file;

	if (!bytes)
		return refuse(error, path, "%s", cause->message);
	file = g_new0(FolderFile, 1);
	file->path = g_strdup(path);
	file->bytes = bytes;
	reader->bytes += g_bytes_get_size(bytes);
	g_ptr_array_add(reader->files, file);
	return reader->files->len <= FOLDER_FILES_MAX ||
	       refuse(error, path, "is one file too many: %d are allowed", FOLDER_FILES_MAX);
}

/* ---- folders --------------------------------------------------------------------------------- */

static gboolean read_folder(
	Reader *reader, int folder, const char *path, guint depth, GError **error);

/* One thing in a folder: only its own name is used to open it, never a path. */
static gboolean read_entry(Reader *reader, int folder, const char *inside, const char *name,
	guint depth, GError **error)
{
	g_autofree char *path = *inside ? g_strconcat(inside, "/", name, NULL) : g_strdup(name);
	struct stat status;

	if (!check_name(reader, path, name, error))
		return FALSE;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return refuse(error, path, "cannot be read: %s", g_strerror(errno));
	if (S_ISDIR(status.st_mode)) {
		int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0)
			return refuse(error, path, "cannot be opened: %s", g_strerror(errno));
		return read_folder(reader, fd, path, depth + 1, error);
	}
	if (!S_ISREG(status.st_mode))
		return refuse(
			error, path, "is neither a file nor a folder; links are not followed");
	return read_file(reader, folder, path, name, error);
}

static gboolean read_entries(
	Reader *reader, DIR *dir, const char *path, guint depth, GError **error)
{
	struct dirent *entry;
	guint count = 0;

	while ((entry = readdir(dir)) != NULL) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!read_entry(reader, dirfd(dir), path, entry->d_name, depth, error))
			return FALSE;
		count++;
	}
	return count > 0 || refuse(error, path, "is an empty folder, which a pin cannot name");
}

/* Takes `folder`. */
static gboolean read_folder(
	Reader *reader, int folder, const char *path, guint depth, GError **error)
{
	DIR *dir = fdopendir(folder);
	gboolean done;

	if (!dir) {
		close(folder);
		return refuse(error, path, "cannot be read: %s", g_strerror(errno));
	}
	done = depth < FOLDER_DEPTH_MAX
		       ? read_entries(reader, dir, path, depth, error)
		       : refuse(error, path, "is too deep: %d folders in one another are allowed",
				 FOLDER_DEPTH_MAX);
	closedir(dir);
	return done;
}

static gint by_path(gconstpointer a, gconstpointer b)
{
	return strcmp((*(FolderFile *const *)a)->path, (*(FolderFile *const *)b)->path);
}

GPtrArray *folder_read(const char *path, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Reader reader = {.files = files, .seen = seen};
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		g_set_error(error, FAILURE, FAILURE_FOLDER_CHANGED, "cannot be opened: %s",
			g_strerror(errno));
		return NULL;
	}
	if (!read_folder(&reader, fd, "", 0, error)) {
		g_prefix_error(error, "cannot be used: ");
		return NULL;
	}
	g_ptr_array_sort(files, by_path);
	return g_steal_pointer(&files);
}

/* ---- the pin --------------------------------------------------------------------------------- */

char *folder_sha256(const GPtrArray *files)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	for (guint i = 0; i < files->len; i++) {
		const FolderFile *file = files->pdata[i];
		g_autofree char *own = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->bytes);
		g_autofree char *line = g_strdup_printf("%s  %s\n", own, file->path);

		g_checksum_update(sum, (const guchar *)line, -1);
	}
	return g_strdup(g_checksum_get_string(sum));
}

GPtrArray *folder_files(const Folder *folder, GError **error)
{
	g_autoptr(GPtrArray) files = NULL;
	g_autofree char *sha256 = NULL;

	if (!folder->path || !folder->sha256) {
		g_set_error(error, FAILURE, FAILURE_FOLDER_CHANGED, "folder '%s' has no path",
			folder->name);
		return NULL;
	}
	files = folder_read(folder->path, error);
	if (!files) {
		g_prefix_error(error, "folder '%s', %s, ", folder->name, folder->path);
		return NULL;
	}
	sha256 = folder_sha256(files);
	if (strcmp(sha256, folder->sha256)) {
		g_set_error(error, FAILURE, FAILURE_FOLDER_CHANGED,
			"folder '%s', %s, has SHA-256 %s, the recipe names %s", folder->name,
			folder->path, sha256, folder->sha256);
		return NULL;
	}
	return g_steal_pointer(&files);
}

/* ---- a copy ---------------------------------------------------------------------------------- */

static gboolean write_one(const FolderFile *file, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, file->path, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autoptr(GError) cause = NULL;
	gsize length;
	const char *bytes = g_bytes_get_data(file->bytes, &length);

	if (g_mkdir_with_parents(parent, 0700) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make %s: %s", parent,
			g_strerror(errno));
		return FALSE;
	}
	/* NULL where there are no bytes. */
	if (g_file_set_contents_full(path, bytes ? bytes : "", (gssize)length,
		    G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s", cause->message);
	return FALSE;
}

gboolean folder_save(const GPtrArray *files, const char *path, GError **error)
{
	for (guint i = 0; i < files->len; i++)
		if (!write_one(files->pdata[i], path, error))
			return FALSE;
	return TRUE;
}

/* A new journal: made whole under another name, and then renamed (open.c). */
#include "journal/open_parts.h"
#include "journal/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

gint journal_is_there(const char *path, goffset *size, GError **error)
{
	struct stat file;
	if (stat(path, &file) != 0) {
		if (errno == ENOENT)
			return 0;
		database_refuse(error, "cannot look at %s: %s", path, g_strerror(errno));
		return -1;
	}
	if (!S_ISREG(file.st_mode)) {
		database_refuse(error, "%s is not a file", path);
		return -1;
	}
	*size = file.st_size;
	return 1;
}

static gboolean fill_new(const char *path, GError **error)
{
	g_autoptr(Journal) journal = journal_new(path);
	return journal_connect(journal, path, SQLITE_OPEN_READWRITE, error) &&
	       database_execute(journal, "create it", "PRAGMA synchronous = EXTRA", error) &&
	       schema_migrate(journal, error);
}

/* A rename is on the disk when its folder is. */
gboolean database_move(const char *from, const char *to, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(to);
	int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean moved = handle >= 0 && rename(from, to) == 0 && fsync(handle) == 0;
	if (!moved)
		database_refuse(error, "cannot create %s: %s", to, g_strerror(errno));
	if (handle >= 0)
		close(handle);
	return moved;
}

static gboolean create(const char *path, GError **error)
{
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);
	g_autofree char *fresh_undo = g_strconcat(fresh, "-journal", NULL);
	/* What a process left that was killed while it did this; we have the lock. */
	g_unlink(fresh);
	g_unlink(fresh_undo);
	/* SQLite gives the files beside it the same mode: nobody else reads serials and operators. */
	int file = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return database_refuse(error, "cannot create %s: %s", path, g_strerror(errno));
	close(file);
	return fill_new(fresh, error) && database_move(fresh, path, error);
}

gboolean journal_exists_or_is_created(const char *path, GError **error)
{
	goffset size = 0, log_size = 0;
	gint there = journal_is_there(path, &size, error);
	if (there < 0)
		return FALSE;
	if (there > 0)
		return size > 0 || database_refuse(error,
					   "journal %s is empty, which a journal never is: it was "
					   "cut off; it is "
					   "left as it is, restore a backup",
					   path);
	/* SQLite would throw the log of a database away that it thinks is new. */
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	there = journal_is_there(log, &log_size, error);
	if (there < 0)
		return FALSE;
	if (there > 0 && log_size > 0)
		return database_refuse(error,
			"journal %s is missing, but its log %s is there: put the file back, or "
			"move "
			"the log away",
			path, log);
	return create(path, error);
}

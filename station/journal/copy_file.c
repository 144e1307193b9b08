/* Copies of the file as it is: backup and vacuum. */
#include "journal/copy_parts.h"

#include "journal/database.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* SQLite's own copying, all pages in one step: a moment of the source, whose writer goes on meanwhile. */
static gboolean copy_pages(Journal *journal, sqlite3 *to, GError **error)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", journal->db, "main");
	int result;

	if (!backup)
		return database_fail(journal, "copy it", sqlite3_extended_errcode(to),
			sqlite3_errmsg(to), error);
	sqlite3_backup_step(backup, -1);
	result = sqlite3_backup_finish(backup);
	return result == SQLITE_OK || database_fail(journal, "copy it", result, NULL, error);
}

/* A copy that is read and not written needs no log beside it: one file, whole in itself. */
static gboolean copy_to(Journal *journal, const char *path, GError **error)
{
	sqlite3 *to = NULL;
	gboolean copied;
	int result = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);

	copied = result == SQLITE_OK
			 ? copy_pages(journal, to, error)
			 : database_fail(journal, "write the copy", result, NULL, error);
	if (copied) {
		result = sqlite3_exec(to, "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE",
			NULL, NULL, NULL);
		copied = result == SQLITE_OK ||
			 database_fail(journal, "write the copy", result, NULL, error);
	}
	sqlite3_close(to);
	return copied;
}

/* On the disk, not in its cache. */
static gboolean sync_file(const char *path, GError **error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	gboolean synced = file >= 0 && fsync(file) == 0;

	if (file >= 0)
		close(file);
	return synced || database_refuse(error, "cannot write %s", path);
}

gboolean copy_is_whole(const char *path, const JournalHead *seen, JournalHead *head, GError **error)
{
	g_autoptr(Journal) copy = journal_open_reader(path, error);
	g_autoptr(GPtrArray) anchors = g_ptr_array_new();
	g_autoptr(JournalProof) proof = NULL;

	g_ptr_array_add(anchors, (gpointer)seen);
	if (copy)
		proof = journal_prove(copy, anchors, error);
	if (!proof || !journal_head(copy, head, error))
		return FALSE;
	return !proof->findings->len ||
	       database_refuse(error, "the copy is not whole: %s (%u findings)",
		       (const char *)proof->findings->pdata[0], proof->findings->len + proof->more);
}

gboolean copy_begin(const char *to, const char *fresh, GError **error)
{
	int file;

	if (g_file_test(to, G_FILE_TEST_EXISTS))
		return database_refuse(error, "%s is there already; nothing is overwritten", to);
	g_unlink(fresh);
	file = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return database_refuse(error, "cannot create %s: %s", to, g_strerror(errno));
	close(file);
	return TRUE;
}

gboolean journal_backup(const char *from, const char *to, JournalHead *head, GError **error)
{
	g_autofree char *fresh = g_strconcat(to, ".new", NULL);
	g_autoptr(Journal) journal = journal_open_reader(from, error);
	g_auto(JournalHead) seen = {0};
	gboolean done;

	if (!journal || !journal_head(journal, &seen, error) || !copy_begin(to, fresh, error))
		return FALSE;
	/* What was there before the copy began must be in it. */
	done = copy_to(journal, fresh, error) && sync_file(fresh, error) &&
	       copy_is_whole(fresh, &seen, head, error) && database_move(fresh, to, error);
	if (!done)
		g_unlink(fresh);
	return done;
}

gboolean journal_vacuum(const char *path, GError **error)
{
	g_autoptr(Journal) journal = NULL;

	/* It is made by a run, not by a wish to clean it. */
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return database_refuse(error, "there is no journal at %s", path);
	journal = journal_open(path, error);
	return journal && database_execute(journal, "write it anew", "VACUUM", error) &&
	       database_execute(journal, "write it anew", "PRAGMA wal_checkpoint(TRUNCATE)", error);
}

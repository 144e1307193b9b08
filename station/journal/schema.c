/* Bringing a journal to this program's schema, and refusing what is none. */
#include "journal/schema.h"

#include "core/failure.h"
#include "journal/chain.h"
#include "journal/tables.h"

/* The version with which journals have a chain. */
enum { CHAIN_SINCE = 2 };

/* One version forward; the number changes in the same transaction as the tables. */
static gboolean migrate_one(Journal *journal, guint from, GError **error)
{
	g_autoptr(Transaction) transaction = transaction_begin(journal, error);
	if (!transaction)
		return FALSE;
	g_autofree char *stamp =
		g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %u",
			JOURNAL_APPLICATION_ID, from + 1);
	return database_execute(journal, "make its tables", tables_text(from), error) &&
	       (from + 1 != CHAIN_SINCE || chain_found(journal, error)) &&
	       database_execute(journal, "note its version", stamp, error) &&
	       transaction_commit(transaction, error);
}

gboolean schema_migrate(Journal *journal, GError **error)
{
	gint64 version;
	if (!database_int(journal, "PRAGMA user_version", &version, error))
		return FALSE;
	for (gint64 from = version; from < tables_newest(); from++)
		if (!migrate_one(journal, (guint)from, error))
			return FALSE;
	return TRUE;
}

gboolean schema_is_ours(Journal *journal, gboolean older_too, GError **error)
{
	gint64 application, version, newest = tables_newest();
	if (!database_int(journal, "PRAGMA application_id", &application, error) ||
		!database_int(journal, "PRAGMA user_version", &version, error))
		return FALSE;
	if (application != JOURNAL_APPLICATION_ID || version < 1) {
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
			"%s is a database, but not a journal of Flashline; it is left as it is",
			journal->path);
		return FALSE;
	}
	if (version > newest || (version < newest && !older_too)) {
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
			"journal %s has schema version %" G_GINT64_FORMAT
			", this flashline reads version %" G_GINT64_FORMAT ": %s",
			journal->path, version, newest,
			version > newest ? "a newer flashline wrote it"
					 : "it is brought up to date by the next run");
		return FALSE;
	}
	return TRUE;
}

/* What the journal knows of a chip. */
#include "journal/database.h"

char *journal_serial_of(Journal *journal, const char *uid, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look for the chip's serial",
		"SELECT serial FROM unit WHERE uid = upper(:uid)");

	statement_put_text(query, ":uid", uid);
	return statement_next(query, error) > 0 ? statement_text(query, 0) : NULL;
}

/*
 * A later run of any kind may have changed the board, also one that never came to read its chip, and a
 * PASS that was corrected is none. Only a run that found out that there was nothing to do changed nothing.
 */
gint64 journal_passed(Journal *journal, const char *uid, const char *recipe_sha256, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look whether the board has passed",
		"SELECT run, verdict = 'PASS' AND recipe_sha256 = :recipe FROM v_run"
		" WHERE serial = (SELECT serial FROM unit WHERE uid = upper(:uid))"
		" AND written <> 'RUNNING' AND coalesce(code, '') <> 'already-passed'"
		" ORDER BY run DESC LIMIT 1");
	gint rows;

	statement_put_text(query, ":recipe", recipe_sha256);
	statement_put_text(query, ":uid", uid);
	rows = statement_next(query, error);
	if (rows <= 0)
		return rows;
	return statement_int(query, 1) ? statement_int(query, 0) : 0;
}

/* Under its own serial: a run that was refused for another one did nothing to it. Where nobody read a chip, the serial
 * says which board it is. */
gint journal_cut_off(Journal *journal, const char *uid, gint64 run, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look whether a run was cut off",
		uid ? "SELECT verdict NOT IN ('PASS', 'FAIL') FROM run"
		      " WHERE unit = (SELECT id FROM unit WHERE uid = upper(:uid)) AND uid = "
		      "upper(:uid)"
		      " AND id < :run AND coalesce(code, '') <> 'already-passed'"
		      " ORDER BY id DESC LIMIT 1"
		    : "SELECT verdict NOT IN ('PASS', 'FAIL') FROM run"
		      " WHERE unit = (SELECT unit FROM run WHERE id = :run)"
		      " AND id < :run AND coalesce(code, '') <> 'already-passed'"
		      " ORDER BY id DESC LIMIT 1");
	gint rows;

	if (uid)
		statement_put_text(query, ":uid", uid);
	statement_put_int(query, ":run", run);
	rows = statement_next(query, error);
	return rows <= 0 ? rows : (gint)statement_int(query, 0);
}

gint journal_chip_known(Journal *journal, const char *uid, gint64 run, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look whether the chip is known",
		"SELECT 1 FROM run WHERE uid = upper(:uid) AND id < :run LIMIT 1");

	statement_put_text(query, ":uid", uid);
	statement_put_int(query, ":run", run);
	return statement_next(query, error);
}

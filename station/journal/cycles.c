#include "journal/cycles.h"

#include "journal/database.h"

gboolean journal_cycles(Journal *journal, const char *serial, const char *recipe_sha256,
	JournalCycles *cycles, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "count a board's cycles",
		"SELECT count(*), coalesce(sum(verdict = 'FAIL'), 0) FROM v_run"
		" WHERE serial = :serial AND recipe_sha256 = :recipe"
		" AND purpose = 'qualification' AND verdict IN ('PASS', 'FAIL')");

	statement_put_text(query, ":serial", serial);
	statement_put_text(query, ":recipe", recipe_sha256);
	if (statement_next(query, error) <= 0)
		return FALSE;
	*cycles = (JournalCycles){(guint)statement_int(query, 0), (guint)statement_int(query, 1)};
	return TRUE;
}

gboolean journal_cycled_units(
	Journal *journal, const char *recipe_sha256, guint cycles, gint64 *units, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "count the units that are done",
		"SELECT count(*) FROM (SELECT serial FROM v_run WHERE recipe_sha256 = :recipe"
		" AND purpose = 'qualification' AND verdict IN ('PASS', 'FAIL')"
		" GROUP BY serial HAVING count(*) >= :cycles)");

	statement_put_text(query, ":recipe", recipe_sha256);
	statement_put_int(query, ":cycles", cycles);
	if (statement_next(query, error) <= 0)
		return FALSE;
	*units = statement_int(query, 0);
	return TRUE;
}

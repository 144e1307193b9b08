/* Whether a serial number was given out. */
#include "journal/database.h"

/*
 * A number is a board's for good when a chip is bound to it, or when a run under it is open, passed, failed, saw a chip,
 * was cut off (nobody knows how far it came), or did a step that writes. A board that FAILed before its chip was known, a
 * wrong or a locked one, keeps its number in the red bin: what failed is counted by it, and is not the next board's. Any
 * other run was over before anything of the number was on a board: a slot without one, a probe that was unplugged.
 */
static const char used[] =
	"SELECT EXISTS (SELECT 1 FROM unit WHERE serial = :serial AND (unit.uid IS NOT NULL"
	" OR EXISTS (SELECT 1 FROM run AS r WHERE r.unit = unit.id AND (r.verdict IN ('RUNNING', "
	"'PASS', 'FAIL')"
	"  OR r.ms IS NULL OR r.uid IS NOT NULL OR EXISTS (SELECT 1 FROM step WHERE run = r.id"
	"   AND instr(:writing, ' ' || kind || ' '))))))";

gint journal_serial_used(
	Journal *journal, const char *serial, const char *const *writing, GError **error)
{
	g_autofree char *kinds = g_strjoinv(" ", (char **)writing);
	g_autofree char *spaced = g_strdup_printf(" %s ", kinds);
	g_autoptr(Statement) query = statement_new(journal, "look whether a serial is taken", used);

	statement_put_text(query, ":serial", serial);
	statement_put_text(query, ":writing", spaced);
	return statement_next(query, error) > 0 ? statement_int(query, 0) != 0 : -1;
}

char *journal_id(Journal *journal, GError **error)
{
	return database_text(journal, "SELECT journal FROM origin WHERE id = 1", error);
}

/* What the slots of a fixture have been through. */
#include "journal/database.h"

GArray *journal_wear(Journal *journal, const char *fixture, GError **error)
{
	g_autoptr(GArray) slots = g_array_new(FALSE, FALSE, sizeof(JournalWear));
	g_autoptr(Statement) query = statement_new(journal, "count the slots' contacts",
		"SELECT slot, count(*), count(DISTINCT unit) FROM run"
		" WHERE fixture IN (SELECT id FROM fixture WHERE name = :fixture)"
		" GROUP BY slot ORDER BY slot");
	gint rows;

	statement_put_text(query, ":fixture", fixture);
	while ((rows = statement_next(query, error)) > 0) {
		const JournalWear wear = {.slot = (guint)statement_int(query, 0),
			.contacts = (guint64)statement_int(query, 1),
			.boards = (guint64)statement_int(query, 2)};

		g_array_append_val(slots, wear);
	}
	return rows < 0 ? NULL : g_steal_pointer(&slots);
}

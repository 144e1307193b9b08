#include "line/selftest.h"

#include "core/failure.h"
#include "journal/query.h"

enum { QUERY_MS = 10000 };

void selftest_result_clear(SelftestResult *result)
{
	g_free(result->code);
}

gboolean selftest_run(const StationOptions *station, const Golden *board, GError **error)
{
	g_autoptr(GPtrArray) slots = g_ptr_array_new();
	g_autoptr(GHashTable) serials = g_hash_table_new(NULL, NULL);
	g_autoptr(GError) failure = NULL;
	BatchOptions batch = {.station = *station, .serials = serials};

	g_ptr_array_add(slots, (gpointer)fixture_slot(station->fixture, board->slot));
	g_hash_table_insert(serials, GUINT_TO_POINTER(board->slot), (gpointer)board->serial);
	batch.station.slots = slots;
	batch.station.purpose = PURPOSE_SELFTEST;
	(void)batch_run(&batch, &failure);
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* Today's first moment where the station stands, as the journal writes times. */
static char *midnight(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autoptr(GDateTime) day = g_date_time_new_local(g_date_time_get_year(now),
		g_date_time_get_month(now), g_date_time_get_day_of_month(now), 0, 0, 0);
	g_autoptr(GDateTime) utc = g_date_time_to_utc(day);

	return g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S.000Z");
}

static void judge(SelftestResult *result, const Table *table)
{
	const Golden *board = result->board;
	g_autofree char *word = cell_text(table_cell(table, 0, 1));

	result->run = table_cell(table, 0, 0)->number;
	result->code = cell_text(table_cell(table, 0, 2));
	/* A word from nowhere is no verdict, and a doubt is none that was wanted. */
	if (!verdict_from_word(word, &result->verdict))
		result->verdict = VERDICT_ERROR;
	result->met = board->code ? result->verdict == VERDICT_FAIL &&
					    !g_strcmp0(result->code, board->code)
				  : result->verdict == VERDICT_PASS;
}

gboolean selftest_today(Journal *journal, const char *fixture, const char *station,
	const Golden *board, SelftestResult *result, GError **error)
{
	g_autofree char *since = midnight();
	const QueryParameter parameters[] = {{":since", since}, {":fixture", fixture},
		{":station", station}, {":serial", board->serial}};
	g_autoptr(Table) table = journal_query(journal,
		"SELECT run, verdict, code FROM v_run WHERE purpose = 'selftest'"
		" AND serial = :serial AND fixture = :fixture AND station = :station"
		" AND began >= :since ORDER BY run DESC LIMIT 1",
		parameters, G_N_ELEMENTS(parameters), QUERY_MS, error);

	if (!table)
		return FALSE;
	result->word = board->code ? "bad" : "golden";
	result->board = board;
	if (table_rows(table))
		judge(result, table);
	return TRUE;
}

static gboolean allows_board(Journal *journal, const Fixture *fixture, const char *station,
	const Golden *board, GError **error)
{
	g_auto(SelftestResult) result = {0};

	if (!board->slot)
		return TRUE;
	if (!selftest_today(journal, fixture->name, station, board, &result, error))
		return FALSE;
	if (result.met)
		return TRUE;
	if (result.run)
		g_set_error(error, FAILURE, FAILURE_SELFTEST_DUE,
			"today's self-test of fixture %s failed: its %s board %s was %s %s",
			fixture->name, result.word, board->serial, verdict_word(result.verdict),
			result.code);
	else
		g_set_error(error, FAILURE, FAILURE_SELFTEST_DUE,
			"fixture %s wants a self-test each day: none today with its %s board %s",
			fixture->name, result.word, board->serial);
	return FALSE;
}

gboolean selftest_allows(
	Journal *journal, const Fixture *fixture, const char *station, GError **error)
{
	const Selftest *selftest = &fixture->selftest;

	return !selftest->daily ||
	       (allows_board(journal, fixture, station, &selftest->golden, error) &&
		       allows_board(journal, fixture, station, &selftest->bad, error));
}

#include "line/cycles.h"

#include "journal/cycles.h"

typedef struct {
	const CyclesOptions *options;
	CyclesResult *result;
	GHashTable *left;   /* slot number -> serial: boards that have cycles left */
	GHashTable *astray; /* slot number -> how often in a row it ended without a result */
	GHashTable *before; /* slot number -> its cycles when last asked, plus 1 */
} Cycles;

/* A board is left alone that got no result three times, however many it had before. */
static gboolean is_astray(Cycles *cycles, gpointer slot, guint done)
{
	gpointer before = g_hash_table_lookup(cycles->before, slot);
	guint times = GPOINTER_TO_UINT(g_hash_table_lookup(cycles->astray, slot));

	times = before && GPOINTER_TO_UINT(before) == done + 1 ? times + 1 : 0;
	g_hash_table_insert(cycles->before, slot, GUINT_TO_POINTER(done + 1));
	g_hash_table_insert(cycles->astray, slot, GUINT_TO_POINTER(times));
	return times >= CYCLES_ASTRAY_MAX;
}

static gboolean ask_board(
	Cycles *cycles, Journal *journal, gpointer slot, const char *serial, GError **error)
{
	const CyclesOptions *options = cycles->options;
	JournalCycles has;

	if (!journal_cycles(journal, serial, options->station.recipe->sha256, &has, error))
		return FALSE;
	cycles->result->done += MIN(has.done, options->cycles);
	cycles->result->failed += has.failed;
	if (has.done >= options->cycles)
		cycles->result->complete++;
	else if (!is_astray(cycles, slot, has.done))
		g_hash_table_insert(cycles->left, slot, (gpointer)serial);
	return TRUE;
}

/* Who has cycles left: the journal knows. */
static gboolean ask(Cycles *cycles, GError **error)
{
	const CyclesOptions *options = cycles->options;
	g_autoptr(Journal) journal = journal_open_reader(options->station.journal, error);
	GHashTableIter iter;
	gpointer slot, serial;

	if (!journal)
		return FALSE;
	g_hash_table_remove_all(cycles->left);
	*cycles->result = (CyclesResult){
		.units = g_hash_table_size(options->serials), .stopped = cycles->result->stopped};
	g_hash_table_iter_init(&iter, options->serials);
	while (g_hash_table_iter_next(&iter, &slot, &serial))
		if (!ask_board(cycles, journal, slot, serial, error))
			return FALSE;
	return journal_cycled_units(journal, options->station.recipe->sha256, options->cycles,
		&cycles->result->complete_ever, error);
}

static gboolean run_once(Cycles *cycles, GError **error)
{
	const CyclesOptions *options = cycles->options;
	BatchOptions batch = {.station = options->station,
		.serials = cycles->left,
		.stopped = &cycles->result->stopped};
	g_autoptr(GError) failure = NULL;

	options->told(cycles->result->done, cycles->result->units * options->cycles, options->data);
	batch.station.purpose = PURPOSE_QUALIFICATION;
	batch.station.view = options->view(g_hash_table_size(cycles->left), options->data);
	(void)batch_run(&batch, &failure);
	batch.station.view->free(batch.station.view);
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean run_all(Cycles *cycles, GError **error)
{
	while (ask(cycles, error)) {
		if (!g_hash_table_size(cycles->left) || cycles->result->stopped)
			return TRUE;
		if (!run_once(cycles, error))
			return FALSE;
	}
	return FALSE;
}

/* Where there is no journal yet it is made, for there is one to be asked from here on. */
static gboolean make_journal(const char *path, GError **error)
{
	g_autoptr(Journal) journal = journal_open(path, error);

	return journal != NULL;
}

gboolean cycles_run(const CyclesOptions *options, CyclesResult *result, GError **error)
{
	Cycles cycles = {
		.options = options,
		.result = result,
		.left = g_hash_table_new(NULL, NULL),
		.astray = g_hash_table_new(NULL, NULL),
		.before = g_hash_table_new(NULL, NULL),
	};
	gboolean ran;

	*result = (CyclesResult){0};
	ran = make_journal(options->station.journal, error) && run_all(&cycles, error);
	g_hash_table_unref(cycles.left);
	g_hash_table_unref(cycles.astray);
	g_hash_table_unref(cycles.before);
	return ran;
}

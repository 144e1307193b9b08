/*
 * Where spread comes from, as SQL aggregates: query.h lists them. Rows come in any order:
 *
 *   x, part, place                         part 1        part 2
 *   412  OMV1  slot 1        place 1     412 413 411   420 421 419       so many trials in each cell:
 *   420  OMV2  slot 1        place 2     414 412 413   422 420 421       the fewest that any cell has
 */
#include "journal/functions.h"
#include "stats/gauge.h"

#include <math.h>
#include <string.h>

typedef struct {
	GTree *cells;               /* "part\x1fplace" -> GArray of double; part by part */
	GHashTable *parts, *places; /* sets of texts */
} Grid;

typedef double (*GridFunc)(const Grid *grid);

static gint by_text(gconstpointer a, gconstpointer b, gpointer data)
{
	return strcmp(a, b);
}

static void array_free(gpointer array)
{
	g_array_unref(array);
}

/* The fewest values in a cell, and all of them behind one another. */
typedef struct {
	gsize fewest, take;
	GArray *values, *counts;
} Gather;

static gboolean count_cell(gpointer key, gpointer cell, gpointer data)
{
	Gather *gather = data;

	gather->fewest = MIN(gather->fewest, ((GArray *)cell)->len);
	return FALSE;
}

static gboolean take_cell(gpointer key, gpointer cell, gpointer data)
{
	Gather *gather = data;
	const GArray *values = cell;
	gsize count = MIN(gather->take, values->len);

	g_array_append_vals(gather->values, values->data, (guint)count);
	g_array_append_val(gather->counts, count);
	return FALSE;
}

/* At most `take` of each cell. */
static Gather gather(const Grid *grid, gsize take)
{
	Gather all = {G_MAXSIZE, take, g_array_new(FALSE, FALSE, sizeof(double)),
		g_array_new(FALSE, FALSE, sizeof(gsize))};

	g_tree_foreach(grid->cells, take_cell, &all);
	return all;
}

static void gather_clear(Gather *all)
{
	g_array_unref(all->values);
	g_array_unref(all->counts);
}

static const double *doubles(const GArray *array)
{
	return (const double *)(const void *)array->data;
}

static double repeatability(const Grid *grid)
{
	Gather all = gather(grid, G_MAXSIZE);
	double within = NAN;

	if (all.values->len > all.counts->len)
		within = anova(doubles(all.values), (const gsize *)(const void *)all.counts->data,
			all.counts->len)
				 .within;
	gather_clear(&all);
	return within;
}

/* Only where every part was in every place, twice at least. */
static GaugeRr gauge_of(const Grid *grid)
{
	gsize parts = g_hash_table_size(grid->parts), places = g_hash_table_size(grid->places);
	GaugeRr none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN}, result;
	Gather all = {.fewest = G_MAXSIZE};

	g_tree_foreach(grid->cells, count_cell, &all);
	if (parts < 2 || places < 2 || (gsize)g_tree_nnodes(grid->cells) != parts * places ||
		all.fewest < 2)
		return none;
	all = gather(grid, all.fewest);
	result = gauge_rr(doubles(all.values), parts, places, all.values->len / (parts * places));
	gather_clear(&all);
	return result;
}

static double gauge_ev(const Grid *grid)
{
	return gauge_of(grid).ev;
}

static double gauge_av(const Grid *grid)
{
	return gauge_of(grid).av;
}

static double gauge_pv(const Grid *grid)
{
	return gauge_of(grid).pv;
}

static double gauge_share(const Grid *grid)
{
	return gauge_of(grid).grr_share;
}

static double gauge_classes(const Grid *grid)
{
	return gauge_of(grid).categories;
}

static const struct {
	const char *name;
	int arguments;
	GridFunc func;
} functions[] = {
	{"repeatability", 2, repeatability},
	{"gauge_ev", 3, gauge_ev},
	{"gauge_av", 3, gauge_av},
	{"gauge_pv", 3, gauge_pv},
	{"gauge_share", 3, gauge_share},
	{"gauge_classes", 3, gauge_classes},
};

static Grid *grid_of(sqlite3_context *context)
{
	Grid *grid = sqlite3_aggregate_context(context, sizeof *grid);

	if (grid && !grid->cells) {
		grid->cells = g_tree_new_full(by_text, NULL, g_free, array_free);
		grid->parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		grid->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	}
	return grid;
}

static void step(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	Grid *grid = grid_of(context);
	const char *part = (const char *)sqlite3_value_text(values[1]);
	const char *place = arguments > 2 ? (const char *)sqlite3_value_text(values[2]) : "";
	double value = sqlite3_value_double(values[0]);
	g_autofree char *key = NULL;
	GArray *cell;

	if (!grid || !part || !place || !functions_is_number(values[0]))
		return;
	key = g_strconcat(part, "\x1f", place, NULL);
	cell = g_tree_lookup(grid->cells, key);
	if (!cell) {
		cell = g_array_new(FALSE, FALSE, sizeof(double));
		g_tree_insert(grid->cells, g_steal_pointer(&key), cell);
		g_hash_table_add(grid->parts, g_strdup(part));
		g_hash_table_add(grid->places, g_strdup(place));
	}
	g_array_append_val(cell, value);
}

static void final(sqlite3_context *context)
{
	gsize which = GPOINTER_TO_SIZE(sqlite3_user_data(context));
	Grid *grid = grid_of(context);

	if (!grid)
		return;
	functions_answer(context, functions[which].func(grid));
	g_tree_unref(grid->cells);
	g_hash_table_unref(grid->parts);
	g_hash_table_unref(grid->places);
}

void functions_register_gauge(Journal *journal)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	for (gsize i = 0; i < G_N_ELEMENTS(functions); i++)
		sqlite3_create_function(journal->db, functions[i].name, functions[i].arguments,
			flags, GSIZE_TO_POINTER(i), NULL, step, final);
}

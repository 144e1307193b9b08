/* Statistics as SQL functions: query.h lists them. Wrong arguments give NULL, as SQLite's own do. */
#include "journal/functions.h"
#include "journal/query.h"
#include "stats/sample.h"

#include <math.h>

#define LEVEL 0.95

gboolean functions_is_number(sqlite3_value *value)
{
	int type = sqlite3_value_numeric_type(value);

	return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

void functions_answer(sqlite3_context *context, double result)
{
	if (isfinite(result))
		sqlite3_result_double(context, result);
	else
		sqlite3_result_null(context);
}

/* ---- shares ------------------------------------------------------------------------------------ */

typedef double (*ShareFunc)(guint count, guint of, double level);

static double cp_low(guint count, guint of, double level)
{
	return proportion_exact(count, of, level).low;
}

static double cp_high(guint count, guint of, double level)
{
	return proportion_exact(count, of, level).high;
}

static double wilson_low(guint count, guint of, double level)
{
	return proportion_wilson(count, of, level).low;
}

static double wilson_high(guint count, guint of, double level)
{
	return proportion_wilson(count, of, level).high;
}

static const struct {
	const char *name;
	ShareFunc func;
} shares[] = {
	{"cp_low", cp_low},
	{"cp_high", cp_high},
	{"cp_upper", proportion_exact_upper},
	{"wilson_low", wilson_low},
	{"wilson_high", wilson_high},
};

gboolean functions_count(sqlite3_value *value, guint *count)
{
	sqlite3_int64 number = sqlite3_value_int64(value);

	*count = (guint)number;
	return functions_is_number(value) && number >= 0 && number <= G_MAXINT;
}

static void share(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	gsize which = GPOINTER_TO_SIZE(sqlite3_user_data(context));
	double level = arguments > 2 ? sqlite3_value_double(values[2]) : LEVEL;
	guint count, of;

	if (functions_count(values[0], &count) && functions_count(values[1], &of) && level > 0 &&
		level < 1)
		functions_answer(context, shares[which].func(count, of, level));
}

static void fisher(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	guint count[4];

	for (int i = 0; i < 4; i++)
		if (!functions_count(values[i], &count[i]))
			return;
	functions_answer(context, fisher_exact(count[0], count[1], count[2], count[3], TAIL_BOTH));
}

/* Which of them `p` is. JSON has fewer digits than a double: the nearest is it. */
static gsize nearest(const double *all, gsize count, double p)
{
	gsize best = 0;

	for (gsize i = 1; i < count; i++)
		if (fabs(all[i] - p) < fabs(all[best] - p))
			best = i;
	return best;
}

/* The whole family each time: there are tens of them, not thousands. */
static void holm(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[1]);
	json_t *all = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	gsize count = json_array_size(all), used = 0;
	g_autofree double *p = g_new(double, count + 1), *corrected = g_new(double, count + 1);

	for (gsize i = 0; i < count; i++)
		if (json_is_number(json_array_get(all, i)))
			p[used++] = json_number_value(json_array_get(all, i));
	json_decref(all);
	memcpy(corrected, p, used * sizeof *p);
	holm_correct(corrected, used);
	if (used && functions_is_number(values[0]))
		functions_answer(
			context, corrected[nearest(p, used, sqlite3_value_double(values[0]))]);
}

/* ---- samples: aggregates ----------------------------------------------------------------------- */

typedef struct {
	GArray *a, *b;        /* of double; b: rows in which a second argument was 0 */
	double second, third; /* the other arguments, of the last row */
} Sample;

typedef double (*SampleFunc)(const Sample *sample);

static const double *values_of(const GArray *array)
{
	return (const double *)(const void *)array->data;
}

static Summary summary_of(const Sample *sample)
{
	return sample_summary(values_of(sample->a), sample->a->len);
}

static double median(const Sample *sample)
{
	return summary_of(sample).median;
}

static double quantile(const Sample *sample)
{
	g_autofree double *sorted = sample_sorted(values_of(sample->a), sample->a->len);

	return sample->second >= 0 && sample->second <= 1
		       ? sample_quantile(sorted, sample->a->len, sample->second)
		       : NAN;
}

static double stdev(const Sample *sample)
{
	return summary_of(sample).sd;
}

static double normal_p(const Sample *sample)
{
	return sample_normal_p(values_of(sample->a), sample->a->len);
}

static Capability capability_of(const Sample *sample)
{
	Summary summary = summary_of(sample);

	return sample_capability(&summary, sample->second, sample->third, LEVEL);
}

static double ppk(const Sample *sample)
{
	return capability_of(sample).ppk;
}

static double ppk_low(const Sample *sample)
{
	return capability_of(sample).interval.low;
}

static double ppk_high(const Sample *sample)
{
	return capability_of(sample).interval.high;
}

static RankTest rank_of(const Sample *sample)
{
	return rank_test(values_of(sample->a), sample->a->len, values_of(sample->b), sample->b->len,
		TAIL_BOTH);
}

static double rank_p(const Sample *sample)
{
	return rank_of(sample).p;
}

static double rank_shift(const Sample *sample)
{
	return rank_of(sample).shift;
}

static Equivalence equivalence_of(const Sample *sample)
{
	Summary a = sample_summary(values_of(sample->a), sample->a->len);
	Summary b = sample_summary(values_of(sample->b), sample->b->len);

	return equivalence_test(&a, &b, sample->third, 1 - LEVEL);
}

static double tost_p(const Sample *sample)
{
	return equivalence_of(sample).p;
}

static double tost_low(const Sample *sample)
{
	return equivalence_of(sample).difference.low;
}

static double tost_high(const Sample *sample)
{
	return equivalence_of(sample).difference.high;
}

static const struct {
	const char *name;
	int arguments;
	gboolean two; /* the second argument says which sample a value belongs to */
	SampleFunc func;
} samples[] = {
	{"median", 1, FALSE, median},
	{"quantile", 2, FALSE, quantile},
	{"stdev", 1, FALSE, stdev},
	{"normal_p", 1, FALSE, normal_p},
	{"ppk", 3, FALSE, ppk},
	{"ppk_low", 3, FALSE, ppk_low},
	{"ppk_high", 3, FALSE, ppk_high},
	{"rank_p", 2, TRUE, rank_p},
	{"rank_shift", 2, TRUE, rank_shift},
	{"tost_p", 3, TRUE, tost_p},
	{"tost_low", 3, TRUE, tost_low},
	{"tost_high", 3, TRUE, tost_high},
};

/* NULL where there is no memory. SQLite gives zeroed memory, the same for each row of a group. */
static Sample *sample_of(sqlite3_context *context)
{
	Sample *sample = sqlite3_aggregate_context(context, sizeof *sample);

	if (sample && !sample->a) {
		sample->a = g_array_new(FALSE, FALSE, sizeof(double));
		sample->b = g_array_new(FALSE, FALSE, sizeof(double));
	}
	return sample;
}

static double number_or_nan(sqlite3_value *value)
{
	return functions_is_number(value) ? sqlite3_value_double(value) : NAN;
}

static void sample_step(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	gsize which = GPOINTER_TO_SIZE(sqlite3_user_data(context));
	Sample *sample = sample_of(context);
	gboolean other = samples[which].two && sqlite3_value_int(values[1]) == 0;
	double value;

	if (!sample || !functions_is_number(values[0]))
		return;
	value = sqlite3_value_double(values[0]);
	sample->second = arguments > 1 ? number_or_nan(values[1]) : NAN;
	sample->third = arguments > 2 ? number_or_nan(values[2]) : NAN;
	g_array_append_val(other ? sample->b : sample->a, value);
}

static void sample_final(sqlite3_context *context)
{
	gsize which = GPOINTER_TO_SIZE(sqlite3_user_data(context));
	Sample *sample = sample_of(context);

	if (!sample)
		return;
	functions_answer(context, samples[which].func(sample));
	g_array_unref(sample->a);
	g_array_unref(sample->b);
}

void functions_register(Journal *journal)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	for (gsize i = 0; i < G_N_ELEMENTS(shares); i++)
		for (int arguments = 2; arguments <= 3; arguments++)
			sqlite3_create_function(journal->db, shares[i].name, arguments, flags,
				GSIZE_TO_POINTER(i), share, NULL, NULL);
	sqlite3_create_function(journal->db, "fisher", 4, flags, NULL, fisher, NULL, NULL);
	sqlite3_create_function(journal->db, "holm", 2, flags, NULL, holm, NULL, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++)
		sqlite3_create_function(journal->db, samples[i].name, samples[i].arguments, flags,
			GSIZE_TO_POINTER(i), NULL, sample_step, sample_final);
	functions_register_plans(journal);
	functions_register_gauge(journal);
	functions_register_time(journal);
}

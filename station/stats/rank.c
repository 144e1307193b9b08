/* Mann-Whitney's test and Hodges-Lehmann's shift. */
#include "stats/rmath.h"
#include "stats/sample.h"

enum {
	EXACT_BELOW = 50,        /* values in each sample, as R has it */
	PAIRS_MAX = 4000 * 4000, /* differences whose median is taken */
};

typedef struct {
	double value;
	gboolean of_a;
} Ranked;

static int by_value(const void *a, const void *b)
{
	double x = ((const Ranked *)a)->value, y = ((const Ranked *)b)->value;

	return (x > y) - (x < y);
}

static Ranked *merge(const double *a, gsize a_count, const double *b, gsize b_count)
{
	Ranked *all = g_new(Ranked, a_count + b_count + 1);

	for (gsize i = 0; i < a_count; i++)
		all[i] = (Ranked){a[i], TRUE};
	for (gsize i = 0; i < b_count; i++)
		all[a_count + i] = (Ranked){b[i], FALSE};
	qsort(all, a_count + b_count, sizeof *all, by_value);
	return all;
}

/* The sum of A's ranks, equal values sharing theirs; `ties` sums t^3 - t over all groups of t. */
static double rank_sum(const Ranked *all, gsize count, double *ties)
{
	double sum = 0;

	*ties = 0;
	for (gsize first = 0, end; first < count; first = end) {
		double size, rank;

		for (end = first; end < count && all[end].value == all[first].value;)
			end++;
		size = (double)(end - first);
		rank = (double)first + (size + 1) / 2;
		*ties += size * size * size - size;
		for (gsize i = first; i < end; i++)
			sum += all[i].of_a ? rank : 0;
	}
	return sum;
}

/* W = 0..m*n, larger when A is. */
static double exact_p(double w, double m, double n, Tail tail)
{
	double less = pwilcox(w, m, n, TRUE, FALSE);
	double greater = pwilcox(w - 1, m, n, FALSE, FALSE);

	wilcox_free();
	if (tail == TAIL_LESS)
		return less;
	return tail == TAIL_GREATER ? greater : fmin(1, 2 * fmin(less, greater));
}

static double normal_p(double w, double m, double n, double ties, Tail tail)
{
	double all = m + n, off = w - m * n / 2;
	double sigma = sqrt(m * n / 12 * (all + 1 - ties / (all * (all - 1))));
	double correct = tail == TAIL_BOTH ? (off > 0) - (off < 0) : tail == TAIL_GREATER ? 1 : -1;
	double z = (off - correct / 2) / sigma;

	if (tail == TAIL_LESS)
		return pnorm(z, 0, 1, TRUE, FALSE);
	if (tail == TAIL_GREATER)
		return pnorm(z, 0, 1, FALSE, FALSE);
	return fmin(1, 2 * pnorm(-fabs(z), 0, 1, TRUE, FALSE));
}

static double hodges_lehmann(const double *a, gsize a_count, const double *b, gsize b_count)
{
	g_autofree double *differences = NULL;
	g_autofree double *sorted = NULL;
	gsize pairs = a_count * b_count;

	if (pairs > PAIRS_MAX)
		return NAN;
	differences = g_new(double, pairs);
	for (gsize i = 0; i < a_count; i++)
		for (gsize j = 0; j < b_count; j++)
			differences[i * b_count + j] = a[i] - b[j];
	sorted = sample_sorted(differences, pairs);
	return sample_quantile(sorted, pairs, 0.5);
}

RankTest rank_test(const double *a, gsize a_count, const double *b, gsize b_count, Tail tail)
{
	RankTest test = {.w = NAN, .p = NAN, .shift = NAN};
	double m = (double)a_count, n = (double)b_count, ties;
	g_autofree Ranked *all = NULL;

	if (a_count == 0 || b_count == 0)
		return test;
	all = merge(a, a_count, b, b_count);
	test.w = rank_sum(all, a_count + b_count, &ties) - m * (m + 1) / 2;
	test.exact = ties == 0 && a_count < EXACT_BELOW && b_count < EXACT_BELOW;
	test.p = test.exact ? exact_p(test.w, m, n, tail) : normal_p(test.w, m, n, ties, tail);
	test.shift = hodges_lehmann(a, a_count, b, b_count);
	return test;
}

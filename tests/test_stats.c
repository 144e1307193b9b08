/* Statistics against published figures: trust.md section 6, which names where each comes from. */
#include "stats/gauge.h"
#include "stats/sample.h"

#include <math.h>

/* Equal to the digits that were printed: half a unit of the last one. */
#define same(value, printed, digits)                                                               \
	g_assert_cmpfloat_with_epsilon(value, printed, 0.5001 * pow(10, -(digits)))

static void test_success_run(void)
{
	static const struct {
		double reliability, confidence;
		guint failures, units;
	} rows[] = {
		{.80, .95, 0, 14},
		{.90, .90, 0, 22},
		{.90, .95, 0, 29},
		{.95, .90, 0, 45},
		{.95, .95, 0, 59},
		{.99, .95, 0, 299},
		{.999, .95, 0, 2995},
		{.95, .95, 1, 93},
		{.95, .95, 2, 124},
		{.95, .95, 3, 153},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpuint(
			success_run(rows[i].reliability, rows[i].confidence, rows[i].failures), ==,
			rows[i].units);
	g_assert_cmpuint(success_run(1, .95, 0), ==, 0);
	g_assert_cmpuint(success_run(.95, 1, 0), ==, 0);
	g_assert_cmpuint(success_run(NAN, .95, 0), ==, 0);
}

static void test_exact_bounds(void)
{
	Interval nist = proportion_exact(4, 20, .90), newcombe[] = {
							      proportion_exact(81, 263, .95),
							      proportion_exact(15, 148, .95),
							      proportion_exact(0, 20, .95),
							      proportion_exact(1, 29, .95),
						      };
	static const double low[] = {.2527, .0578, 0, .0009}, high[] = {.3676, .1617, .1684, .1776};

	same(nist.low, .071354, 6);
	same(nist.high, .40103, 5);
	same(proportion_exact_upper(0, 59, .95), .04951, 5);
	same(proportion_exact(0, 59, .95).high, .06061, 5);
	same(proportion_exact_upper(1, 60, .95), .07664, 5);
	same(proportion_exact_upper(0, 30, .95), .09503, 5);
	for (gsize i = 0; i < G_N_ELEMENTS(newcombe); i++) {
		same(newcombe[i].low, low[i], 4);
		same(newcombe[i].high, high[i], 4);
	}
	/* The bound where GSL's inverse gives NaN: libraries.md section 16. */
	g_assert_false(isnan(proportion_exact(969, 1000, .95).low));
	g_assert_true(isnan(proportion_exact(1, 0, .95).low));
	g_assert_true(isnan(proportion_exact(3, 2, .95).high));
}

static void test_wilson(void)
{
	static const struct {
		guint count, of;
		double low, high;
	} rows[] = {
		{81, 263, .2553, .3662},
		{15, 148, .0624, .1605},
		{0, 20, 0, .1611},
		{1, 29, .0061, .1718},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Interval bounds = proportion_wilson(rows[i].count, rows[i].of, .95);

		same(bounds.low, rows[i].low, 4);
		same(bounds.high, rows[i].high, 4);
	}
}

static void test_fisher(void)
{
	same(fisher_exact(3, 4, 1, 4, TAIL_BOTH), .4857, 4);
	same(fisher_exact(3, 4, 1, 4, TAIL_GREATER), .2429, 4);
	same(fisher_exact(4, 4, 0, 4, TAIL_GREATER), .0143, 4);
	same(fisher_exact(2, 12, 15, 18, TAIL_BOTH), .0005367, 7);
	same(fisher_exact(2, 12, 15, 18, TAIL_LESS), .0004652, 7);
	same(fisher_exact(0, 10, 5, 10, TAIL_BOTH), .03251, 5);
	/* No difference shown is not equality: trust.md section 6. */
	same(fisher_exact(0, 59, 3, 59, TAIL_BOTH), .24, 2);
	same(fisher_exact(0, 5, 0, 5, TAIL_BOTH), 1, 9);
	g_assert_true(isnan(fisher_exact(0, 0, 0, 5, TAIL_BOTH)));
}

/* Newcombe's interval against its own two ends; the detectable share against the test itself. */
static void test_difference(void)
{
	Interval swapped = proportion_difference(5, 50, 2, 60, .95);
	Interval same_shares = proportion_difference(5, 50, 5, 50, .95);
	Interval difference = proportion_difference(2, 60, 5, 50, .95);
	double share = proportion_detectable(59, 59, 0, .95, .80);

	same(difference.low, -swapped.high, 12);
	same(difference.high, -swapped.low, 12);
	same(same_shares.low, -same_shares.high, 12);
	g_assert_cmpfloat(difference.low, <, 2 / 60. - 5 / 50.);
	g_assert_cmpfloat(difference.high, >, 2 / 60. - 5 / 50.);
	/* Six of 59 against none is the least that Fisher calls a difference (p = .027; five: .057),
	 * so that a share of 6/59 is noticed about half the time and this one more often. */
	g_assert_cmpfloat(fisher_exact(6, 59, 0, 59, TAIL_BOTH), <, .05);
	g_assert_cmpfloat(fisher_exact(5, 59, 0, 59, TAIL_BOTH), >, .05);
	g_assert_cmpfloat(share, >, 6 / 59.);
	g_assert_cmpfloat(share, <, 9 / 59.);
	/* The units for a share, and the share for those units, are the same question. */
	guint units = proportion_units(.10, 0, .975, .90);

	g_assert_cmpfloat(proportion_detectable(units, units, 0, .975, .90), <=, .1001);
	g_assert_cmpfloat(proportion_detectable(units - 20, units - 20, 0, .975, .90), >, .1001);
	g_assert_cmpuint(proportion_units(.001, 0, .95, .90), ==, 0);
	g_assert_true(isnan(proportion_detectable(3, 3, 0, .95, .80)));
}

/* Both-sided, straight from its definition. */
static double fisher_by_tables(guint a, guint a_of, guint b, guint b_of)
{
	guint bad = a + b, least = bad > b_of ? bad - b_of : 0, most = MIN(bad, a_of);
	double own = 0, all = 0, sum = 0;

	for (int pass = 0; pass < 2; pass++)
		for (guint x = least; x <= most; x++) {
			double ways = exp(lgamma(a_of + 1.) - lgamma(x + 1.) -
					  lgamma(a_of - x + 1.) + lgamma(b_of + 1.) -
					  lgamma(bad - x + 1.) - lgamma(b_of - (bad - x) + 1.));

			own = pass == 0 && x == a ? ways : own;
			all += pass == 0 ? ways : 0;
			sum += pass == 1 && ways <= own * (1 + 1e-7) ? ways : 0;
		}
	return sum / all;
}

static double chance(guint x, guint of, double share)
{
	return exp(lgamma(of + 1.) - lgamma(x + 1.) - lgamma(of - x + 1.)) * pow(share, x) *
	       pow(1 - share, of - x);
}

/* And its power, table by table. */
static double power_by_tables(guint a_of, guint b_of, double share, double b_share, double level)
{
	double power = 0;

	for (guint b = 0; b <= b_of; b++)
		for (guint a = 0; a <= a_of; a++)
			if (fisher_by_tables(a, a_of, b, b_of) <= 1 - level)
				power += chance(a, a_of, share) * chance(b, b_of, b_share);
	return power;
}

/* The fast ways against the definitions, on all small tables. */
static void test_fisher_by_tables(void)
{
	static const double b_shares[] = {0, .03, .2};

	for (guint a_of = 1; a_of <= 24; a_of++)
		for (guint b_of = 1; b_of <= 24; b_of += 1 + a_of % 3)
			for (guint a = 0; a <= a_of; a++)
				for (guint b = 0; b <= b_of; b++)
					same(fisher_exact(a, a_of, b, b_of, TAIL_BOTH),
						fisher_by_tables(a, a_of, b, b_of), 9);
	for (guint a_of = 4; a_of <= 40; a_of += 9)
		for (guint b_of = 5; b_of <= 40; b_of += 7)
			for (gsize i = 0; i < G_N_ELEMENTS(b_shares); i++) {
				double found =
					proportion_detectable(a_of, b_of, b_shares[i], .975, .9);

				if (isnan(found)) {
					g_assert_cmpfloat(power_by_tables(a_of, b_of, 1 - 1e-9,
								  b_shares[i], .975),
						<, .9);
					continue;
				}
				g_assert_cmpfloat(
					power_by_tables(a_of, b_of, found, b_shares[i], .975), >=,
					.9 - 1e-6);
				g_assert_cmpfloat(power_by_tables(a_of, b_of, found - 2e-4,
							  b_shares[i], .975),
					<, .9);
			}
}

/* Many units find small differences: near the normal approximation, and in a moment. */
static void test_detectable_of_many(void)
{
	static const struct {
		guint of;
		double b_share;
	} rows[] = {{1001, .02}, {5000, .01}, {20000, .5}, {100000, .001}, {100000, .5},
		{3000000, .02}};
	const double z = 1.959964 + 1.281552; /* level 0.95 both-sided, power 0.9 */

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 from_us = g_get_monotonic_time();
		double p = rows[i].b_share, of = MIN(rows[i].of, 100000);
		double found = proportion_detectable(rows[i].of, rows[i].of, p, .95, .9);
		double about = p + z * sqrt(2 * p * (1 - p) / of);

		g_test_message("%u units, %g: %g (about %g), %" G_GINT64_FORMAT " ms", rows[i].of,
			p, found, about, (g_get_monotonic_time() - from_us) / 1000);
		g_assert_cmpfloat(found, >, p + (about - p) * .95);
		g_assert_cmpfloat(found, <, p + (about - p) * 1.4);
	}
	/* A million of a million, as reports over everything ask. */
	same(fisher_exact(500, 1000000, 500, 1000000, TAIL_BOTH), 1, 9);
	g_assert_cmpfloat(fisher_exact(20000, 1000000, 10000, 1000000, TAIL_BOTH), <, 1e-300);
}

static void test_holm(void)
{
	double p[] = {.01, .04, .03, .005};

	holm_correct(p, G_N_ELEMENTS(p));
	same(p[0], .03, 12);
	same(p[1], .06, 12);
	same(p[2], .06, 12);
	same(p[3], .02, 12);
}

static void test_capability(void)
{
	Summary nist = {.count = 30, .mean = 16, .sd = 2};
	Capability capability = sample_capability(&nist, 8, 20, .95);
	Summary unit = {.count = 30, .mean = 0, .sd = 1};
	Capability third = sample_capability(&unit, -3.99, 3.99, .95);
	Summary none = {.count = 30, .mean = 0, .sd = 0};

	same(capability.pp, 1.0, 10);
	same(capability.ppk, .6667, 4);
	same(third.ppk, 1.33, 10);
	same(third.interval.low, .968, 3);
	same(third.interval.high, 1.692, 3);
	same(sample_capability(&nist, 8, NAN, .95).ppk, 1.3333, 4);
	g_assert_true(isnan(sample_capability(&none, -1, 1, .95).ppk));
	same(tolerance_two_sided(43, .90, .99), 2.2173, 4);
	same(tolerance_one_sided(43, .90, .99), 1.8752, 4);
}

static void test_t(void)
{
	Summary us = {.count = 249, .mean = 20.14458, .sd = 6.41470};
	Summary japan = {.count = 79, .mean = 30.48101, .sd = 6.10771};
	TTest pooled = t_test_pooled(&us, &japan, .95), welch = t_test_welch(&us, &japan, .95);

	same(pooled.t, -12.62059, 4);
	same(pooled.df, 326, 9);
	same(welch.t, -12.94627, 4);
	same(welch.df, 136.875, 3);
	g_assert_cmpfloat(pooled.p, <, 1e-20);
}

static void test_equivalence(void)
{
	Summary a = {.count = 30, .mean = .02, .sd = .05}, b = {.count = 30, .mean = 0, .sd = .05};
	Equivalence tost = equivalence_test(&a, &b, .05, .05);
	Equivalence zero = equivalence_test(&b, &b, .05, .05);

	same(tost.p, .01183, 5);
	same(tost.difference.low, -.00158, 5);
	same(tost.difference.high, .04158, 5);
	g_assert_true(tost.equivalent);
	g_assert_false(equivalence_test(&a, &b, .04, .05).equivalent);
	g_assert_true(zero.equivalent);
	g_assert_cmpfloat(zero.p, <, tost.p);
}

static void test_rank(void)
{
	static const double x[] = {.80, .83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, .73, 1.46};
	static const double y[] = {1.15, .88, .90, .74, 1.21};
	static const double tied[] = {1, 2, 2, 3, 4, 5, 5}, others[] = {2, 4, 5, 6, 7, 7, 8};
	RankTest exact = rank_test(x, G_N_ELEMENTS(x), y, G_N_ELEMENTS(y), TAIL_GREATER);
	RankTest less = rank_test(y, G_N_ELEMENTS(y), x, G_N_ELEMENTS(x), TAIL_LESS);
	RankTest normal =
		rank_test(tied, G_N_ELEMENTS(tied), others, G_N_ELEMENTS(others), TAIL_BOTH);

	same(exact.w, 35, 9);
	g_assert_true(exact.exact);
	same(exact.p, .1272, 4);
	same(less.p, .1272, 4);
	same(less.shift, -exact.shift, 12);
	g_assert_false(normal.exact);
	same(normal.w, 8.5, 9); /* counted by hand: pairs in which A is larger, ties half */
	g_assert_cmpfloat(normal.p, <, .05);
}

static void test_anova(void)
{
	/* NIST StRD SiRstv: resistivity of silicon, five instruments, five days each. */
	static const double values[] = {196.3052, 196.1240, 196.1890, 196.2569, 196.3403, 196.3042,
		196.3825, 196.1669, 196.3257, 196.0422, 196.1303, 196.2005, 196.2889, 196.0343,
		196.1811, 196.2795, 196.1748, 196.1494, 196.1485, 195.9885, 196.2119, 196.1051,
		196.1850, 196.0052, 196.2090};
	static const gsize counts[] = {5, 5, 5, 5, 5};
	static const gsize none[] = {1, 1};

	same(anova(values, counts, 5).f, 1.18046237440255, 11);
	g_assert_true(isnan(anova(values, none, 2).f));
}

/* AIAG's example: ten parts, three appraisers, three trials. */
static void test_gauge(void)
{
	static const double trial[3][3][10] = {
		{{.29, -.56, 1.34, .47, -.80, .02, .59, -.31, 2.26, -1.36},
			{.41, -.68, 1.17, .50, -.92, -.11, .75, -.20, 1.99, -1.25},
			{.64, -.58, 1.27, .64, -.84, -.21, .66, -.17, 2.01, -1.31}},
		{{.08, -.47, 1.19, .01, -.56, -.20, .47, -.63, 1.80, -1.68},
			{.25, -1.22, .94, 1.03, -1.20, .22, .55, .08, 2.12, -1.62},
			{.07, -.68, 1.34, .20, -1.28, .06, .83, -.34, 2.19, -1.50}},
		{{.04, -1.38, .88, .14, -1.46, -.29, .02, -.46, 1.77, -1.49},
			{-.11, -1.13, 1.09, .20, -1.07, -.67, .01, -.56, 1.45, -1.77},
			{-.15, -.96, .67, .11, -1.45, -.49, .21, -.49, 1.87, -2.16}},
	};
	double values[90];
	GaugeRr gauge;

	for (gsize part = 0; part < 10; part++)
		for (gsize i = 0; i < 9; i++)
			values[part * 9 + i] = trial[i / 3][i % 3][part];
	gauge = gauge_rr(values, 10, 3, 3);
	same(gauge.ev, .199933, 6);
	same(gauge.av, .226838, 6);
	/* Printed as .302373; the printed EV and AV give .302372, so do we. */
	same(gauge.grr, .302372, 6);
	same(gauge.pv, 1.042327, 6);
	same(gauge.grr_share * 100, 27.86, 2);
	same(gauge.categories, 4.86, 2);
	g_assert_true(isnan(gauge_rr(values, 1, 3, 3).ev));
}

static void test_summary(void)
{
	static const double values[] = {4, 1, 3, 2};
	g_autofree double *sorted = sample_sorted(values, 4);
	Summary summary = sample_summary(values, 4);

	same(summary.mean, 2.5, 12);
	same(summary.sd, 1.2909944487, 10);
	same(summary.median, 2.5, 12);
	same(sample_quantile(sorted, 4, .25), 1.75, 12);
	same(sample_quantile(sorted, 4, 1), 4, 12);
	g_assert_true(isnan(sample_summary(values, 0).mean));
	g_assert_true(isnan(sample_summary(values, 1).sd));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stats/success-run", test_success_run);
	g_test_add_func("/stats/exact-bounds", test_exact_bounds);
	g_test_add_func("/stats/wilson", test_wilson);
	g_test_add_func("/stats/fisher", test_fisher);
	g_test_add_func("/stats/difference", test_difference);
	g_test_add_func("/stats/fisher-by-tables", test_fisher_by_tables);
	g_test_add_func("/stats/detectable-of-many", test_detectable_of_many);
	g_test_add_func("/stats/holm", test_holm);
	g_test_add_func("/stats/capability", test_capability);
	g_test_add_func("/stats/t", test_t);
	g_test_add_func("/stats/equivalence", test_equivalence);
	g_test_add_func("/stats/rank", test_rank);
	g_test_add_func("/stats/anova", test_anova);
	g_test_add_func("/stats/gauge", test_gauge);
	g_test_add_func("/stats/summary", test_summary);
	return g_test_run();
}

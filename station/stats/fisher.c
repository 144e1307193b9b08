/* Two shares side by side: Fisher's exact test, and what it could have found. */
#include "stats/proportion.h"

#include "stats/rmath.h"

/* ---- the test ---------------------------------------------------------------------------------- */

/*
 * All tables with these sums that are no more likely than this one. Their chances rise to one peak and fall again:
 *
 *              _-^-_                   the tail on this table's side is a distribution function; where the other
 *         a _-       -_ b              one begins is found by halving, so that a million boards take no longer
 *      ___-^           ^-___           than fifty
 */
static double fisher_both(guint a, guint a_of, guint bad, guint good)
{
	guint least = a_of > good ? a_of - good : 0, most = MIN(bad, a_of);
	guint peak = (guint)((a_of + 1.0) * (bad + 1.0) / (bad + good + 2.0));
	/* Equal but for rounding is equal: as R does it. */
	double own = dhyper(a, bad, good, a_of, FALSE) * (1 + 1e-7);
	gboolean below = a < peak;
	gint64 inside, outside; /* of the other side: not in its tail; in it, or beyond the end */

	peak = CLAMP(peak, least, most);
	if (dhyper(peak, bad, good, a_of, FALSE) <= own)
		return 1;
	inside = peak;
	outside = below ? (gint64)most + 1 : (gint64)least - 1;
	while (ABS(outside - inside) > 1) {
		gint64 middle = (inside + outside) / 2;

		if (dhyper((double)middle, bad, good, a_of, FALSE) <= own)
			outside = middle;
		else
			inside = middle;
	}
	if (below)
		return MIN(1, phyper(a, bad, good, a_of, TRUE, FALSE) +
				      phyper((double)inside, bad, good, a_of, FALSE, FALSE));
	return MIN(1, phyper((double)a - 1, bad, good, a_of, FALSE, FALSE) +
			      phyper((double)outside, bad, good, a_of, TRUE, FALSE));
}

double fisher_exact(guint a, guint a_of, guint b, guint b_of, Tail tail)
{
	double bad = (double)a + b, good = (double)a_of + b_of - a - b;

	if (a > a_of || b > b_of || a_of == 0 || b_of == 0)
		return NAN;
	if (tail == TAIL_LESS)
		return phyper(a, bad, good, a_of, TRUE, FALSE);
	if (tail == TAIL_GREATER)
		return phyper((double)a - 1, bad, good, a_of, FALSE, FALSE);
	return fisher_both(a, a_of, (guint)bad, (guint)good);
}

Interval proportion_difference(guint a, guint a_of, guint b, guint b_of, double level)
{
	Interval of_a = proportion_wilson(a, a_of, level), of_b = proportion_wilson(b, b_of, level);
	double share_a = (double)a / a_of, share_b = (double)b / b_of;

	return (Interval){
		share_a - share_b - hypot(share_a - of_a.low, of_b.high - share_b),
		share_a - share_b + hypot(of_a.high - share_a, share_b - of_b.low),
	};
}

/* ---- its power --------------------------------------------------------------------------------- */

/* What the test answers for one number of bad ones in B: nothing from `low` to `high` bad ones in A, both included.
 * These are one stretch, and it has B's own share in it: tests/test_stats.c tries all small tables. */
typedef struct {
	double chance; /* of that number in B */
	guint low, high;
} Silent;

typedef struct {
	guint a_of, b_of;
	double alarm; /* 1 - level */
	GArray *all;  /* of Silent */
} Power;

/* The last number of A, from `inside` towards `outside` (not included), at which the test is silent. */
static guint last_silent(const Power *power, guint b, gint64 inside, gint64 outside)
{
	while (ABS(outside - inside) > 1) {
		gint64 middle = (inside + outside) / 2;

		if (fisher_exact((guint)middle, power->a_of, b, power->b_of, TAIL_BOTH) <=
			power->alarm)
			outside = middle;
		else
			inside = middle;
	}
	return (guint)inside;
}

static Power power_new(guint a_of, guint b_of, double b_share, double level)
{
	/* What is all but impossible is left out. */
	const double negligible = 1e-10;
	Power power = {a_of, b_of, 1 - level, g_array_new(FALSE, FALSE, sizeof(Silent))};
	guint least = (guint)qbinom(negligible, b_of, b_share, TRUE, FALSE);
	guint most = (guint)qbinom(negligible, b_of, b_share, FALSE, FALSE);

	for (guint b = least; b <= most; b++) {
		gint64 same = (gint64)round((double)b * a_of / b_of);
		Silent silent = {dbinom(b, b_of, b_share, FALSE), last_silent(&power, b, same, -1),
			last_silent(&power, b, same, (gint64)a_of + 1)};

		g_array_append_val(power.all, silent);
	}
	return power;
}

/* The chance that the test says something when A's true share is `share`. */
static double power_of(const Power *power, double share)
{
	double sum = 0;

	for (guint i = 0; i < power->all->len; i++) {
		const Silent *silent = &g_array_index(power->all, Silent, i);

		sum += silent->chance *
		       (pbinom((double)silent->low - 1, power->a_of, share, TRUE, FALSE) +
			       pbinom(silent->high, power->a_of, share, FALSE, FALSE));
	}
	return sum;
}

double proportion_detectable(guint a_of, guint b_of, double b_share, double level, double power)
{
	/* More are counted as so many, which takes a second or two at worst: what these find, more of them find too. */
	const guint most = 100000;
	double low = b_share, high = 1;
	Power test;

	if (a_of == 0 || b_of == 0 || !(b_share >= 0 && b_share < 1))
		return NAN;
	test = power_new(MIN(a_of, most), MIN(b_of, most), b_share, level);
	if (power_of(&test, 1) < power)
		high = low = NAN;
	/* To a hundredth of a percent: nobody counts finer. */
	while (high - low > 1e-4) {
		double middle = (low + high) / 2;

		if (power_of(&test, middle) < power)
			low = middle;
		else
			high = middle;
	}
	g_array_unref(test.all);
	return high;
}

static gboolean is_enough(guint units, double a_share, double b_share, double level, double power)
{
	Power test = power_new(units, units, b_share, level);
	double found = power_of(&test, a_share);

	g_array_unref(test.all);
	return found >= power;
}

guint proportion_units(double a_share, double b_share, double level, double power)
{
	const guint most = 1000;
	guint low = 1, high = 2;

	if (!(a_share > b_share && b_share >= 0 && a_share <= 1))
		return 0;
	while (high < most && !is_enough(high, a_share, b_share, level, power)) {
		low = high;
		high = MIN(high * 2, most);
	}
	if (!is_enough(high, a_share, b_share, level, power))
		return 0;
	/* Power is a saw over the number of units, each test being a whole number of them: what comes out has
	 * it; a tooth below, a few units fewer may have it too. */
	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (is_enough(middle, a_share, b_share, level, power))
			high = middle;
		else
			low = middle;
	}
	return high;
}

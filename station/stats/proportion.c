#include "stats/proportion.h"

#include "stats/rmath.h"

/* ---- one share --------------------------------------------------------------------------------- */

double proportion_exact_lower(guint count, guint of, double level)
{
	if (of == 0 || count > of)
		return NAN;
	return count == 0 ? 0 : qbeta(1 - level, count, (double)of - count + 1, TRUE, FALSE);
}

double proportion_exact_upper(guint count, guint of, double level)
{
	if (of == 0 || count > of)
		return NAN;
	return count == of ? 1 : qbeta(level, (double)count + 1, of - count, TRUE, FALSE);
}

Interval proportion_exact(guint count, guint of, double level)
{
	double side = (1 + level) / 2;

	return (Interval){
		proportion_exact_lower(count, of, side), proportion_exact_upper(count, of, side)};
}

Interval proportion_wilson(guint count, guint of, double level)
{
	double z = qnorm((1 + level) / 2, 0, 1, TRUE, FALSE), n = of, share, middle, half;

	if (of == 0 || count > of)
		return (Interval){NAN, NAN};
	share = count / n;
	middle = (share + z * z / (2 * n)) / (1 + z * z / n);
	half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
	/* What rounding leaves at the ends is not there. */
	return (Interval){
		count == 0 ? 0 : middle - half,
		count == of ? 1 : middle + half,
	};
}

guint success_run(double reliability, double confidence, guint failures)
{
	const guint most = 10000000;
	guint low = failures, high = failures + 1;

	if (!(reliability > 0 && reliability < 1 && confidence > 0 && confidence < 1))
		return 0;
	/* With n units the chance of so few failures only falls with n: doubled, then halved. */
	while (high < most &&
		pbinom(failures, high, 1 - reliability, TRUE, FALSE) > 1 - confidence) {
		low = high;
		high *= 2;
	}
	if (high >= most)
		return 0;
	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (pbinom(failures, middle, 1 - reliability, TRUE, FALSE) > 1 - confidence)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* ---- two shares -------------------------------------------------------------------------------- */

/* All tables with these sums, from the least possible `a` to the greatest. */
static double fisher_both(guint a, guint a_of, guint bad, guint good)
{
	guint least = a_of > good ? a_of - good : 0, most = MIN(bad, a_of);
	double own = dhyper(a, bad, good, a_of, FALSE), sum = 0;

	for (guint x = least; x <= most; x++) {
		double chance = dhyper(x, bad, good, a_of, FALSE);

		/* Equal but for rounding is equal: as R does it. */
		if (chance <= own * (1 + 1e-7))
			sum += chance;
	}
	return MIN(sum, 1);
}

double fisher_exact(guint a, guint a_of, guint b, guint b_of, Tail tail)
{
	guint bad = a + b, good = a_of + b_of - a - b;

	if (a > a_of || b > b_of || a_of == 0 || b_of == 0)
		return NAN;
	if (tail == TAIL_LESS)
		return phyper(a, bad, good, a_of, TRUE, FALSE);
	if (tail == TAIL_GREATER)
		return phyper((double)a - 1, bad, good, a_of, FALSE, FALSE);
	return fisher_both(a, a_of, bad, good);
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

/* The chance that Fisher's test says something when A's true share is `share`. What is all but
 * impossible is left out of the sum. */
static double fisher_power(guint a_of, guint b_of, double share, double b_share, double level)
{
	const double negligible = 1e-9;
	double power = 0;

	for (guint b = 0; b <= b_of; b++) {
		double chance_b = dbinom(b, b_of, b_share, FALSE);

		if (chance_b < negligible)
			continue;
		for (guint a = 0; a <= a_of; a++) {
			double chance = chance_b * dbinom(a, a_of, share, FALSE);

			if (chance > negligible &&
				fisher_exact(a, a_of, b, b_of, TAIL_BOTH) <= 1 - level)
				power += chance;
		}
	}
	return power;
}

double proportion_detectable(guint a_of, guint b_of, double b_share, double level, double power)
{
	double low = b_share, high = 1;

	if (a_of == 0 || b_of == 0 || !(b_share >= 0 && b_share < 1) ||
		fisher_power(a_of, b_of, 1, b_share, level) < power)
		return NAN;
	/* To a tenth of a percent: nobody counts finer. */
	while (high - low > 1e-3) {
		double middle = (low + high) / 2;

		if (fisher_power(a_of, b_of, middle, b_share, level) < power)
			low = middle;
		else
			high = middle;
	}
	return high;
}

guint proportion_units(double a_share, double b_share, double level, double power)
{
	const guint most = 1000;
	guint low = 1, high = 2;

	if (!(a_share > b_share && b_share >= 0 && a_share <= 1))
		return 0;
	while (high < most && fisher_power(high, high, a_share, b_share, level) < power) {
		low = high;
		high = MIN(high * 2, most);
	}
	if (fisher_power(high, high, a_share, b_share, level) < power)
		return 0;
	/* Power is a saw over the number of units, each test being a whole number of them: what comes out has
	 * it; a tooth below, a few units fewer may have it too. */
	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (fisher_power(middle, middle, a_share, b_share, level) < power)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* ---- many tests -------------------------------------------------------------------------------- */

typedef struct {
	double p;
	gsize at;
} Ranked;

static int by_p(const void *a, const void *b)
{
	double x = ((const Ranked *)a)->p, y = ((const Ranked *)b)->p;

	return (x > y) - (x < y);
}

void holm_correct(double *p, gsize count)
{
	g_autofree Ranked *ranked = g_new(Ranked, count + 1);
	double worst = 0;

	for (gsize i = 0; i < count; i++)
		ranked[i] = (Ranked){p[i], i};
	qsort(ranked, count, sizeof *ranked, by_p);
	for (gsize i = 0; i < count; i++) {
		worst = MAX(worst, MIN(1, ranked[i].p * (double)(count - i)));
		p[ranked[i].at] = worst;
	}
}

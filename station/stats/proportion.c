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

#include "stats/sample.h"

#include "stats/rmath.h"

#include <string.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double *sample_sorted(const double *values, gsize count)
{
	double *sorted = g_memdup2(values, count * sizeof *values);

	if (sorted)
		qsort(sorted, count, sizeof *sorted, by_value);
	return sorted;
}

double sample_quantile(const double *sorted, gsize count, double share)
{
	double at = share * (double)(count - 1);
	gsize below = (gsize)at;

	if (count == 0)
		return NAN;
	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* Two passes: the sum of squares of numbers that differ little loses its digits. */
Summary sample_summary(const double *values, gsize count)
{
	g_autofree double *sorted = sample_sorted(values, count);
	Summary summary = {.count = count, .mean = NAN, .sd = NAN};
	double sum = 0, squares = 0;

	summary.least = summary.most = summary.median = NAN;
	if (count == 0)
		return summary;
	for (gsize i = 0; i < count; i++)
		sum += values[i];
	summary.mean = sum / (double)count;
	for (gsize i = 0; i < count; i++)
		squares += (values[i] - summary.mean) * (values[i] - summary.mean);
	if (count > 1)
		summary.sd = sqrt(squares / (double)(count - 1));
	summary.least = sorted[0];
	summary.most = sorted[count - 1];
	summary.median = sample_quantile(sorted, count, 0.5);
	return summary;
}

double sample_normal_p(const double *values, gsize count)
{
	double n = (double)count, mean = 0, second = 0, third = 0, fourth = 0;

	for (gsize i = 0; i < count; i++)
		mean += values[i] / n;
	for (gsize i = 0; i < count; i++) {
		double off = values[i] - mean;

		second += off * off / n;
		third += off * off * off / n;
		fourth += off * off * off * off / n;
	}
	if (count < 8 || !(second > 0))
		return NAN;
	double skewness = third / pow(second, 1.5), excess = fourth / (second * second) - 3;
	return pchisq(n / 6 * (skewness * skewness + excess * excess / 4), 2, FALSE, FALSE);
}

/* ---- limits ------------------------------------------------------------------------------------ */

Capability sample_capability(const Summary *summary, double low, double high, double level)
{
	double n = (double)summary->count, sd = summary->sd;
	double upper = (high - summary->mean) / (3 * sd), lower = (summary->mean - low) / (3 * sd);
	Capability capability = {.pp = (high - low) / (6 * sd), .ppk = fmin(upper, lower)};
	double half = qnorm((1 + level) / 2, 0, 1, TRUE, FALSE) *
		      sqrt(1 / (9 * n) + capability.ppk * capability.ppk / (2 * (n - 1)));

	if (!(sd > 0)) {
		capability.pp = capability.ppk = half = NAN;
	}
	capability.interval = (Interval){capability.ppk - half, capability.ppk + half};
	return capability;
}

double tolerance_two_sided(gsize count, double share, double level)
{
	double n = (double)count, z = qnorm((1 + share) / 2, 0, 1, TRUE, FALSE);

	return count < 2 ? NAN
			 : z * sqrt((n - 1) * (1 + 1 / n) / qchisq(1 - level, n - 1, TRUE, FALSE));
}

double tolerance_one_sided(gsize count, double share, double level)
{
	double n = (double)count;
	double z = qnorm(share, 0, 1, TRUE, FALSE), g = qnorm(level, 0, 1, TRUE, FALSE);
	double a = 1 - g * g / (2 * (n - 1)), b = z * z - g * g / n;

	return count < 2 ? NAN : (z + sqrt(z * z - a * b)) / a;
}

/* ---- two samples ------------------------------------------------------------------------------- */

static TTest t_test(double difference, double error, double df, double level)
{
	double half = qt((1 + level) / 2, df, TRUE, FALSE) * error;

	return (TTest){
		.t = difference / error,
		.df = df,
		.p = 2 * pt(-fabs(difference / error), df, TRUE, FALSE),
		.difference = {difference - half, difference + half},
	};
}

TTest t_test_welch(const Summary *a, const Summary *b, double level)
{
	double va = a->sd * a->sd / (double)a->count, vb = b->sd * b->sd / (double)b->count;
	double df = (va + vb) * (va + vb) /
		    (va * va / (double)(a->count - 1) + vb * vb / (double)(b->count - 1));

	return t_test(a->mean - b->mean, sqrt(va + vb), df, level);
}

TTest t_test_pooled(const Summary *a, const Summary *b, double level)
{
	double na = (double)a->count, nb = (double)b->count, df = na + nb - 2;
	double variance = ((na - 1) * a->sd * a->sd + (nb - 1) * b->sd * b->sd) / df;

	return t_test(a->mean - b->mean, sqrt(variance * (1 / na + 1 / nb)), df, level);
}

Equivalence equivalence_test(const Summary *a, const Summary *b, double margin, double alpha)
{
	TTest test = t_test_welch(a, b, 1 - 2 * alpha);
	double difference = a->mean - b->mean;
	double error = (test.difference.high - difference) / qt(1 - alpha, test.df, TRUE, FALSE);
	Equivalence equivalence = {.difference = test.difference};

	equivalence.p = fmax(pt((difference + margin) / error, test.df, FALSE, FALSE),
		pt((difference - margin) / error, test.df, TRUE, FALSE));
	equivalence.equivalent = equivalence.p <= alpha;
	return equivalence;
}

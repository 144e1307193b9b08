#include "stats/gauge.h"

#include "stats/rmath.h"

static double mean_of(const double *values, gsize count, gsize stride)
{
	double sum = 0;

	for (gsize i = 0; i < count; i++)
		sum += values[i * stride];
	return sum / (double)count;
}

/* The means first: values that differ in their last digits only keep them so. */
Anova anova(const double *values, const gsize *counts, gsize groups)
{
	double between = 0, within = 0, mean, df_between, df_within;
	gsize all = 0, first = 0;

	for (gsize g = 0; g < groups; g++)
		all += counts[g];
	if (groups < 2 || all <= groups)
		return (Anova){NAN, NAN, NAN};
	mean = mean_of(values, all, 1);
	for (gsize g = 0; g < groups; first += counts[g++]) {
		double own = mean_of(values + first, counts[g], 1);

		if (counts[g] == 0)
			return (Anova){NAN, NAN, NAN};
		between += (double)counts[g] * (own - mean) * (own - mean);
		for (gsize i = 0; i < counts[g]; i++)
			within += (values[first + i] - own) * (values[first + i] - own);
	}
	df_between = (double)(groups - 1);
	df_within = (double)(all - groups);
	double f = between / df_between / (within / df_within);
	return (Anova){f, pf(f, df_between, df_within, FALSE, FALSE), sqrt(within / df_within)};
}

static double square(double x)
{
	return x * x;
}

GaugeRr gauge_rr(const double *values, gsize parts, gsize appraisers, gsize trials)
{
	gsize each = appraisers * trials, all = parts * each;
	double p = (double)parts, a = (double)appraisers, t = (double)trials;
	double mean, total = 0, of_parts = 0, of_appraisers = 0;

	if (parts < 2 || appraisers < 2 || trials < 2)
		return (GaugeRr){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	mean = mean_of(values, all, 1);
	for (gsize i = 0; i < all; i++)
		total += square(values[i] - mean);
	for (gsize i = 0; i < parts; i++)
		of_parts += a * t * square(mean_of(values + i * each, each, 1) - mean);
	for (gsize j = 0; j < appraisers; j++) {
		double own = 0;

		for (gsize i = 0; i < parts; i++)
			own += mean_of(values + i * each + j * trials, trials, 1) / p;
		of_appraisers += p * t * square(own - mean);
	}
	/* A variance below nothing is nothing. */
	double ev2 = (total - of_parts - of_appraisers) / (p * a * t - p - a + 1);
	double av2 = fmax(0, (of_appraisers / (a - 1) - ev2) / (p * t));
	double pv2 = fmax(0, (of_parts / (p - 1) - ev2) / (a * t));
	GaugeRr gauge = {.ev = sqrt(ev2), .av = sqrt(av2), .pv = sqrt(pv2)};

	gauge.grr = sqrt(ev2 + av2);
	gauge.tv = sqrt(ev2 + av2 + pv2);
	gauge.grr_share = gauge.grr / gauge.tv;
	gauge.categories = 1.41 * gauge.pv / gauge.grr;
	return gauge;
}

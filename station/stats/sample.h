/*
 * Measured values judged: one sample, two samples, limits. Values are in whatever unit they were
 * measured in; the results too. Definitions and reference values: trust.md section 6. Where an answer
 * does not exist (too few values, no spread) it is NAN.
 */
#pragma once

#include "stats/proportion.h"

typedef struct {
	gsize count;
	double mean, sd; /* of the sample: n - 1 */
	double least, most, median;
} Summary;

/* Values need not be sorted and are not changed. */
Summary sample_summary(const double *values, gsize count);

/* Jarque and Bera's test: how likely a normal distribution gives skewness and kurtosis as far from its own;
 * by chi-square with two degrees, which wants some hundred values. NAN below 8, or without spread. */
double sample_normal_p(const double *values, gsize count);

/* The value below which a share of them lies, interpolated as R's default (type 7). `sorted` is. */
double sample_quantile(const double *sorted, gsize count, double share);
/* A sorted copy, newly allocated. */
double *sample_sorted(const double *values, gsize count);

/* ---- limits ---- */
/* NAN for a limit that is not there. Overall capability (Ppk; Cpk where the sample is one subgroup),
 * with the interval at `level`. Below 30 values it says little: trust.md section 6. */
typedef struct {
	double pp, ppk;
	Interval interval; /* of ppk */
} Capability;
Capability sample_capability(const Summary *summary, double low, double high, double level);

/* k of mean +- k sd that holds at least `share` of all units with this confidence: Howe's for two
 * limits, the normal approximation for one. */
double tolerance_two_sided(gsize count, double share, double level);
double tolerance_one_sided(gsize count, double share, double level);

/* ---- two samples ---- */
typedef struct {
	double t, df, p;     /* both-sided */
	Interval difference; /* of the means, A - B */
} TTest;
TTest t_test_welch(const Summary *a, const Summary *b, double level);
TTest t_test_pooled(const Summary *a, const Summary *b, double level);

/*
 * Two one-sided tests: are A and B equivalent within +- `margin`? The larger p of both; equivalent at
 * `alpha` if p <= alpha, which is when the interval at 1 - 2 alpha lies within the margin.
 */
typedef struct {
	double p;
	Interval difference; /* at 1 - 2 alpha */
	gboolean equivalent;
} Equivalence;
Equivalence equivalence_test(const Summary *a, const Summary *b, double margin, double alpha);

/*
 * Mann-Whitney: does A tend to be larger than B? Exact without ties while both have fewer than 50
 * values, else normal with continuity and ties corrected. `shift` is Hodges-Lehmann's: the median of all
 * differences.
 */
typedef struct {
	double w; /* of A, as R counts it */
	double p;
	gboolean exact;
	double shift;
} RankTest;
RankTest rank_test(const double *a, gsize a_count, const double *b, gsize b_count, Tail tail);

/*
 * Where spread comes from: analyses of variance. A fixture's slots are its appraisers: boards are the
 * parts, each measured several times in several slots.
 */
#pragma once

#include <glib.h>

/* One-way: do groups differ? `values` holds the groups one behind the other. NAN where the groups have
 * no value more than there are groups. */
typedef struct {
	double f, p;
	double within; /* standard deviation inside groups: repeatability */
} Anova;
Anova anova(const double *values, const gsize *counts, gsize groups);

/*
 * Gauge R&R by analysis of variance, interaction pooled into repeatability (AIAG MSA; trust.md section
 * 6). `values[part][appraiser][trial]`, complete: parts * appraisers * trials of them.
 */
typedef struct {
	double ev, av, grr, pv, tv; /* standard deviations: repeatability, reproducibility, both,
				     * part to part, total */
	double grr_share;           /* grr / tv, fraction; < 0.10 good, 0.10-0.30 conditional */
	double categories;          /* ndc, 1.41 pv / grr: how many classes it can tell apart */
} GaugeRr;
GaugeRr gauge_rr(const double *values, gsize parts, gsize appraisers, gsize trials);

/*
 * Counts judged: so many boards of so many. Every bound is exact where there is an exact one
 * (r-mathlib's beta and hypergeometric distributions); definitions and reference values are those of
 * trust.md section 6. Levels are fractions: 0.95. Where an answer does not exist it is NAN.
 */
#pragma once

#include <glib.h>

typedef struct {
	double low, high;
} Interval;

/* The share of `count` in `of`, between 0 and 1. Clopper-Pearson: holds at least at this level,
 * always. */
Interval proportion_exact(guint count, guint of, double level);
/* One-sided: with this confidence the true share is at most, or at least, so much. */
double proportion_exact_upper(guint count, guint of, double level);
double proportion_exact_lower(guint count, guint of, double level);
/* Wilson: closer, holds on average. */
Interval proportion_wilson(guint count, guint of, double level);

/*
 * Success run: how many units must be tested, of which at most `failures` may fail, to claim a
 * reliability of at least `reliability` with `confidence` (the classical, not the Bayesian form, which
 * needs one unit less). 0 where no number below ten million does it.
 */
guint success_run(double reliability, double confidence, guint failures);

/*
 * Two groups, `a` bad of `a_of` and `b` bad of `b_of`.
 *
 *              bad      good
 *     group A   a    a_of - a
 *     group B   b    b_of - b
 */
typedef enum { TAIL_BOTH, TAIL_LESS, TAIL_GREATER } Tail; /* of A's share against B's */

/* Fisher's exact test; both-sided as the sum of all tables no more likely than this one. */
double fisher_exact(guint a, guint a_of, guint b, guint b_of, Tail tail);

/* Share of A minus share of B, by Newcombe's hybrid of two Wilson intervals. */
Interval proportion_difference(guint a, guint a_of, guint b, guint b_of, double level);

/* The smallest share of bad units in A, given B's share, that Fisher's test at 1 - `level` would notice
 * with probability `power` at these numbers of units: what could have been seen. NAN when none. */
double proportion_detectable(guint a_of, guint b_of, double b_share, double level, double power);

/* Units of each group, so that Fisher's test at 1 - `level` notices a share of `a_share` bad units against
 * `b_share` with probability `power`. 0 where a thousand do not. */
guint proportion_units(double a_share, double b_share, double level, double power);

/* Holm's correction of `count` p-values, in place. */
void holm_correct(double *p, gsize count);

/*
 * A scale with round numbers: where a value stands between the ends of a drawing, and what is written
 * beside it.
 *
 *   low                              high
 *    |-------+-------+-------+-------|         `steps` of `step`
 *   0.90    0.92    0.94    0.96    0.98
 */
#pragma once

#include "report/report.h"

typedef struct {
	double low, high, step;
	guint steps;
	ColumnKind kind; /* how its values are written */
} Axis;

/*
 * Round limits around `low` and `high`, in about `wanted` steps; a percentage does not leave 0 to 1, a count
 * has whole steps. Whatever comes in (no range, NAN, 1e308), the result can be drawn: low < high, and not
 * more than 2 * wanted + 2 steps.
 */
Axis axis_make(double low, double high, guint wanted, ColumnKind kind);

/* 0 at the low end, 1 at the high one; what is beyond stands at the end, NAN at 0. */
double axis_at(const Axis *axis, double value);

/* The value at step `i`, and a value as it stands at the axis: with the decimals of a step. */
double axis_tick(const Axis *axis, guint i);
char *axis_label(const Axis *axis, double value);

/* Grows a range that begins as {INFINITY, -INFINITY}; what is not finite changes nothing. */
typedef struct {
	double low, high;
} Range;
void range_add(Range *range, double value);

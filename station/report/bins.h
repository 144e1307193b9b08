/* Values counted in bins of one width, for a histogram. */
#pragma once

#include <glib.h>

enum { BINS_MOST = 40 };

typedef struct {
	double low, width; /* where the first begins */
	guint count;       /* bins; 0: no values */
	guint values[BINS_MOST];
	guint tallest; /* values in the fullest bin */
} Bins;

/*
 * Freedman and Diaconis' width (twice the middle half's range by the cube root of the count), rounded to 1, 2
 * or 5 times a power of ten; at most BINS_MOST bins. Equal values are one bin. `values` are finite.
 */
Bins bins_make(const double *values, gsize count);
/* The bin in which a value is counted. */
guint bins_index(const Bins *bins, double value);

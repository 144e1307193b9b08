#include "report/bins.h"

#include "report/axis.h"
#include "stats/sample.h"

#include <math.h>

guint bins_index(const Bins *bins, double value)
{
	double at = floor(value / bins->width - bins->low / bins->width + 1e-9);

	return (guint)CLAMP(at, 0, bins->count - 1.0);
}

/* Where bins of this width would begin and end: at round numbers. */
static Axis place(double low, double high, double width)
{
	double bins = width > 0 ? ceil((high - low) / width) : 10;

	/* Somewhat more, for a step is rounded up. */
	return axis_make(low, high, (guint)CLAMP(bins * 1.25, 1, BINS_MOST - 3), COLUMN_NUMBER);
}

Bins bins_make(const double *values, gsize count)
{
	g_autofree double *sorted = sample_sorted(values, count);
	Bins bins = {0};

	if (count == 0)
		return bins;
	double middle = sample_quantile(sorted, count, 0.75) - sample_quantile(sorted, count, 0.25);
	Axis axis = place(sorted[0], sorted[count - 1], 2 * middle / cbrt((double)count));

	bins.low = axis.low;
	bins.width = axis.step;
	/* One more where the largest value stands at the end of the last. */
	bins.count = MIN(
		axis.steps + (axis_tick(&axis, axis.steps) <= sorted[count - 1]), (guint)BINS_MOST);
	for (gsize i = 0; i < count; i++) {
		guint *bin = &bins.values[bins_index(&bins, values[i])];

		++*bin;
		bins.tallest = MAX(bins.tallest, *bin);
	}
	return bins;
}

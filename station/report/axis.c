#include "report/axis.h"

#include <math.h>

/* Beyond this, differences and sums overflow. */
#define MOST 1e300

void range_add(Range *range, double value)
{
	if (!isfinite(value))
		return;
	range->low = fmin(range->low, value);
	range->high = fmax(range->high, value);
}

static double tame(double value, double otherwise)
{
	return isfinite(value) ? CLAMP(value, -MOST, MOST) : otherwise;
}

/* 1, 2 or 5 times a power of ten, at least as large. */
static double round_step(double raw)
{
	double power = pow(10, floor(log10(raw))), times = raw / power;

	return power * (times <= 1.000001 ? 1 : times <= 2.000001 ? 2 : times <= 5.000001 ? 5 : 10);
}

/* A single value gets room on both sides, a 0 gets it above. */
static void widen(double *low, double *high, ColumnKind kind)
{
	double own = kind == COLUMN_INT ? 1 : kind == COLUMN_PERCENT ? 0.05 : 0;
	double room = fmax(own, fabs(*high) * (own > 0 ? 1e-6 : 0.05));

	/* Numbers too close to be told apart by their decimals are one value. */
	if (*high - *low > 1e-9 * fmax(fabs(*low), fabs(*high)))
		return;
	*high += room > 0 ? room : 1;
	if (*low != 0)
		*low -= room;
}

Axis axis_make(double low, double high, guint wanted, ColumnKind kind)
{
	double one = tame(low, 0), other = tame(high, 1);
	double least = fmin(one, other), most = fmax(one, other);
	Axis axis = {.kind = kind};

	wanted = MAX(wanted, 1);
	widen(&least, &most, kind);
	axis.step = round_step((most - least) / wanted);
	if (kind == COLUMN_INT)
		axis.step = fmax(axis.step, 1);
	axis.low = floor(least / axis.step + 1e-9) * axis.step;
	axis.high = ceil(most / axis.step - 1e-9) * axis.step;
	if (!(axis.high > axis.low))
		axis.high = axis.low + axis.step;
	if (kind == COLUMN_PERCENT) {
		axis.low = least >= 0 ? fmax(axis.low, 0) : axis.low;
		axis.high = most <= 1 ? fmin(axis.high, 1) : axis.high;
	}
	axis.steps =
		(guint)CLAMP(floor((axis.high - axis.low) / axis.step + 1e-6), 1, 2.0 * wanted + 2);
	return axis;
}

double axis_at(const Axis *axis, double value)
{
	/* Halves: the difference of two large numbers may be too large for one. */
	double at = (value / 2 - axis->low / 2) / (axis->high / 2 - axis->low / 2);

	return isnan(at) ? 0 : CLAMP(at, 0, 1);
}

double axis_tick(const Axis *axis, guint i)
{
	double value = axis->low + i * axis->step;

	/* 0.30000000000000004 - 0.3 */
	return fabs(value) < axis->step * 1e-9 ? 0 : value;
}

char *axis_label(const Axis *axis, double value)
{
	gboolean percent = axis->kind == COLUMN_PERCENT;
	double step = axis->step * (percent ? 100 : 1), shown = value * (percent ? 100 : 1);
	double decimals = -floor(log10(step) + 1e-9);
	char format[8], digits[G_ASCII_DTOSTR_BUF_SIZE];

	if (fabs(shown) >= 1e7 || decimals > 6)
		return g_strdup(g_ascii_formatd(digits, sizeof digits, "%.3g", shown));
	g_snprintf(format, sizeof format, "%%.%df", (int)fmax(decimals, 0));
	g_ascii_formatd(digits, sizeof digits, format, shown);
	return g_strconcat(digits, percent ? " %" : axis->kind == COLUMN_SECONDS ? " s" : "", NULL);
}

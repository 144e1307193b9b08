/* A qualification of revision C against B, made from a seed: boards with a drive fault, and values that scatter. */
#pragma once

#include <glib.h>

typedef struct {
	guint64 seed;
	guint units, cycles;   /* of each revision */
	double fault, b_fault; /* share of C's, and of B's, units whose drive fails now and then */
	double shift;          /* of C's supply current, in standard deviations */
} TrialMade;

/* Into a new journal. */
void trial_made(const char *path, const TrialMade *trial);

/* R's distributions, as r-mathlib has them. Used inside stats/ only. */
#pragma once

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include <math.h>
#include <stdlib.h>

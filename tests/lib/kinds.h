/* A small table of step kinds for tests of the recipe reader; they cannot be run. */
#pragma once

#include "core/step.h"

const StepKind *const *test_kinds(void);

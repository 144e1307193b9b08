/* All step kinds, one explicit table: a new kind is a new file and a new line in steps.c. */
#pragma once

#include "core/step.h"

/* NULL-terminated, by name. */
const StepKind *const *step_kinds(void);

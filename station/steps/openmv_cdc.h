/*
 * What `openmv.cdc-download` shares between doing it and checking it beforehand.
 */
#pragma once

#include "link/cdcboot.h"
#include "steps/image_use.h"
#include "steps/job.h"

/* The step's images by where they go: its arguments `image` and `qspi`. */
extern const char *const openmv_cdc_keys[CDCBOOT_MEMORIES];

/* For StepKind.check. */
void openmv_cdc_check(const Step *step, const Recipe *recipe, Problems *problems);

/* A job of a test's own, in front of a stand-in for OpenOCD (tests/bin/openocd): the steps that use SWD. */
#pragma once

#include "core/failure.h"
#include "steps/job.h"

typedef struct {
	char *dir;
	Recipe recipe;
	Fixture fixture;
	Slot slot;
	Job job;
	GString *values;    /* "name=text\n" */
	char *asked;        /* the UID that the step asked about */
	gboolean forbidden; /* the answer is no */
} StepsBench;

/* Puts the stand-in in front of PATH; `make check` runs tests from the top of the tree. */
void steps_bench_path(void);

/* A slot with a probe, an H7 in the recipe; `memory` as the stand-in reads it. */
void steps_bench_make(StepsBench *bench, const char *memory);
void steps_bench_clear(StepsBench *bench);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StepsBench, steps_bench_clear)

/* Runs one step with these arguments, written as in a recipe. */
gboolean steps_run(StepsBench *bench, const StepKind *kind, const char *args, GError **error);
void steps_assert_failed(const GError *error, FailureCode code, const char *text);

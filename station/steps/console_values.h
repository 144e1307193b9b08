/*
 * What a script on the board's console has printed, judged by what the recipe wants of it:
 *
 *   values: [{name: supply, unit: mV, low: 3200, high: 3400}]        supply=3301.5 mV
 *           [{name: sensor, pattern: "OV7725|OV5640"}]               sensor=OV7725
 *   expect: "selftest: .* ok"                                        selftest: 12 tests ok
 *
 * One line each, as a whole; other lines are only noted.
 */
#pragma once

#include "steps/job.h"

extern const Field console_value_fields[];

/* "\r\n" or "\n" between; cleaned; without empty lines at the end. */
char **console_lines(const char *out);

/* A line for people, for each of the first of them. */
void console_note(Job *job, char **lines);

/*
 * Records every value that is there. Then FAILURE_VALUE_OUT_OF_LIMITS for the first that proves the board
 * bad; else FAILURE_VALUE_UNCLEAR for the first that is missing, there twice, no number or in another unit:
 * that proves nothing.
 */
gboolean console_check_values(
	Job *job, const Node *values, char **lines, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FAILURE_CONSOLE_NO_MATCH when no line fits `pattern` as a whole. */
gboolean console_check_match(
	const char *pattern, char **lines, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a text fits a recipe's pattern as a whole. */
gboolean console_fits(const char *pattern, const char *text);

/* For StepKind.check: regular expressions that are some, limits in order, names that are not taken. */
void console_check_fields(const Step *step, Problems *problems);

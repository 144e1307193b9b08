/*
 * A current monitor INA219 (TI SBOS448G) or INA226 (SBOS547A) in a board's supply. Its calibration register
 * holds what makes its current register count in steps of our choice:
 *
 *   INA219:  0.04096 / (step * shunt)          INA226:  0.00512 / (step * shunt)
 */
#pragma once

#include "core/fixture.h"
#include "link/i2c.h"

typedef struct Ina Ina;

typedef struct {
	double milliampere, millivolt; /* through the shunt; behind it */
} InaFlow;

/* Resets it and sets it up for its shunt. The bus stays the caller's, and open. FAILURE_MONITOR_LOST. */
Ina *ina_open(const Monitor *monitor, I2c *i2c, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ina_close(Ina *ina);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ina, ina_close)

/* What it measured last. FAILURE_MONITOR_LOST where it does not answer, or is not set up any more. */
gboolean ina_read(Ina *ina, InaFlow *flow, GError **error) G_GNUC_WARN_UNUSED_RESULT;

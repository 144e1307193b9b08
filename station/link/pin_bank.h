/*
 * The pins of one controller, whatever kind of thing that is. One process (the keeper, line/keeper.h)
 * has a bank open for as long as the fixture is in use.
 */
#pragma once

#include "core/fixture.h"

typedef struct PinBank PinBank;

/* Which of its pins a fixture names, one bit a pin. */
typedef struct {
	guint32 outputs, inputs;
	guint32 safe; /* the levels at which its outputs are inactive */
} PinsUsed;

typedef struct {
	/* Drives these outputs, one bit a pin, together where the controller can, and returns when they have
	 * these levels: FAILURE_PINS_LOST when one did not take. */
	gboolean (*set)(PinBank *bank, guint32 pins, guint32 levels, GError **error);
	/* The levels of its inputs, one bit a pin. */
	gboolean (*read)(PinBank *bank, guint32 *levels, GError **error);
	/* Closing changes no pin. */
	void (*close)(PinBank *bank);
} PinBankOps;

/* The first member of what each kind opens. */
struct PinBank {
	const PinBankOps *ops;
};

static inline void pin_bank_close(PinBank *bank)
{
	if (bank)
		bank->ops->close(bank);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PinBank, pin_bank_close)

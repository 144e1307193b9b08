/* What link/ftdi*.c share: one of a chip's channels, open. */
#pragma once

#include "core/fixture.h"

struct ftdi_context;

/* Opens the one chip with this controller's serial; closed by ftdi_free(). What it waits for is bounded. */
struct ftdi_context *ftdi_open_channel(
	const Controller *controller, guint channel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A serial that two controllers share says nothing (trust.md section 4, fault 3). */
gboolean ftdi_check_there(const Controller *controller, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * SIGINT and SIGTERM, as they end a line or a batch: told through the main context while it is at work, and without any effect from
 * then on. Whoever ends it may tell it twice (timeout(1) tells its child and its group, systemd all of a unit): one that came while
 * slots are made safe and the journal is closed would end that, and the exit status with it.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint interrupt, terminate; /* sources */
} EndSignals;

EndSignals end_signals_take(GSourceFunc interrupt, GSourceFunc terminate, gpointer data);
/* For the rest of the process. */
void end_signals_ignore(const EndSignals *signals);

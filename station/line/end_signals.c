#include "line/end_signals.h"

#include <glib-unix.h>
#include <signal.h>

EndSignals end_signals_take(GSourceFunc interrupt, GSourceFunc terminate, gpointer data)
{
	return (EndSignals){g_unix_signal_add(SIGINT, interrupt, data),
		g_unix_signal_add(SIGTERM, terminate, data)};
}

/* GLib gives them back their deadly meaning: not before they are held off. */
void end_signals_ignore(const EndSignals *signals)
{
	sigset_t held, before;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &before);
	g_source_remove(signals->interrupt);
	g_source_remove(signals->terminate);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

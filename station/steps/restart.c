#include "steps/restart.h"

#include "steps/power.h"
#include "steps/swd.h"

static gboolean has_wire(const Job *job, Signal signal)
{
	return job->pins && job->slot->pins[signal].controller;
}

static gboolean by_probe(Job *job, GError **error)
{
	return swd_halt(job, error) && swd_run(job, error);
}

const char *restart_way(const Job *job)
{
	if (has_wire(job, SIGNAL_NRST))
		return "its NRST wire";
	if (job->slot->probe)
		return "its probe";
	return has_wire(job, SIGNAL_POWER) ? "its power" : NULL;
}

gboolean restart(Job *job, GError **error)
{
	job_close_device(job);
	if (has_wire(job, SIGNAL_NRST))
		return power_reset(job, error);
	return job->slot->probe ? by_probe(job, error) : power_restart(job, error);
}

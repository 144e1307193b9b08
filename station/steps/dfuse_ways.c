#include "steps/dfuse_ways.h"

#include "core/failure.h"
#include "core/rom.h"

#include <math.h>
#include <string.h>

#define BANK2 0x08100000u /* boards.md section 4.6 */

typedef struct {
	Job *job;
	const Step *step;
	DfuseDevice *device;
	const DfuseSector *sectors;
	guint count;
	guint done;            /* the first so many are erased */
	guint recovered;       /* of them, by clear-status */
	gboolean clear_status; /* may be tried, on any sector */
	GString *by;           /* the ways that did something: for the journal */
} Erase;

static Dfuse *engine_of(const Erase *erase)
{
	return &erase->device->engine;
}

static void by(Erase *erase, const char *way)
{
	if (!strstr(erase->by->str, way))
		g_string_append_printf(erase->by, "%s%s", erase->by->len ? ", " : "", way);
}

/* ---- one sector ------------------------------------------------------------------------------ */

/* In a ROM whose erase is known to stall here, and which the recipe allows all the same. */
static gboolean is_known(const Erase *erase, const DfuseSector *sector)
{
	return erase->device->rom->faults & ROM_BANK2_ERASE && sector->address >= BANK2;
}

/* After the sector's worst case, which dfuse_erase_sector() has waited. */
static gboolean clear_status(Erase *erase, const DfuseSector *sector, GError **error)
{
	Dfuse *engine = engine_of(erase);

	if (!dfuse_recover(engine, error) ||
		!dfuse_blank(engine, sector->address, sector->size, error))
		return FALSE;
	erase->recovered++;
	by(erase, "clear-status");
	return TRUE;
}

static gboolean erase_sector(Erase *erase, const DfuseSector *sector, GError **error)
{
	g_autoptr(GError) failure = NULL;

	by(erase, "page-erase");
	if (dfuse_erase_sector(engine_of(erase), sector->address, &failure))
		return TRUE;
	if (g_error_matches(failure, FAILURE, FAILURE_DFU_ERASE_STALL) &&
		(erase->clear_status || is_known(erase, sector))) {
		job_note(erase->job, "%s; clear-status", failure->message);
		g_clear_error(&failure);
		if (clear_status(erase, sector, &failure))
			return TRUE;
		g_prefix_error(&failure, "clear-status at 0x%08X: ", sector->address);
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* ---- the ways -------------------------------------------------------------------------------- */

static gboolean page_erase(Erase *erase, GError **error)
{
	while (erase->done < erase->count) {
		if (!erase_sector(erase, &erase->sectors[erase->done], error))
			return FALSE;
		erase->done++;
		watch_progress(&erase->job->watch, "erase", erase->done, erase->count);
	}
	return TRUE;
}

/* The sector that stalled, and from then on all that do. */
static gboolean stalled_erase(Erase *erase, GError **error)
{
	erase->clear_status = TRUE;
	if (!clear_status(erase, &erase->sectors[erase->done], error))
		return FALSE;
	erase->done++;
	return page_erase(erase, error);
}

static gboolean blank_all(Erase *erase, GError **error)
{
	for (guint i = 0; i < erase->count; i++)
		if (!dfuse_blank(engine_of(erase), erase->sectors[i].address,
			    erase->sectors[i].size, error))
			return FALSE;
	return TRUE;
}

static gboolean mass_erase(Erase *erase, GError **error)
{
	const Step *writer = dfuse_ways_writer(erase->step, erase->job->recipe);

	/* flashline check says so too: this is for the day on which it does not. */
	if (writer) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"a mass erase would take what step '%s' has written", writer->id);
		return FALSE;
	}
	if (erase->device->rom->faults & ROM_MASS_ERASE) {
		g_set_error(error, FAILURE, FAILURE_FLASH_ERASE,
			"mass erase is not tried with ROM bootloader %s: %s",
			erase->device->rom->name, erase->device->rom->advice);
		return FALSE;
	}
	by(erase, "mass-erase");
	/* Saying OK is no proof: V13.3 does nothing (boards.md section 4.2). */
	if (!dfuse_erase_all(engine_of(erase), error) || !blank_all(erase, error))
		return FALSE;
	erase->done = erase->count;
	return TRUE;
}

/* The flash is at rest by now, the bootloader may yet be busy for ever. */
static gboolean mass_erase_after(Erase *erase, GError **error)
{
	return dfuse_recover(engine_of(erase), error) && mass_erase(erase, error);
}

static gboolean try_way(Erase *erase, const char *way, guint index, GError **error)
{
	if (strcmp(way, "page-erase") == 0)
		return page_erase(erase, error);
	if (strcmp(way, "clear-status") == 0)
		return stalled_erase(erase, error);
	return index ? mass_erase_after(erase, error) : mass_erase(erase, error);
}

gboolean dfuse_ways_may_help(const GError *error)
{
	return g_error_matches(error, FAILURE, FAILURE_DFU_ERASE_STALL) ||
	       g_error_matches(error, FAILURE, FAILURE_FLASH_ERASE);
}

/* ---- one after the other --------------------------------------------------------------------- */

static Erase begin(
	Job *job, const Step *step, DfuseDevice *device, const DfuseSector *sectors, guint count)
{
	watch_progress(&job->watch, "erase", 0, count);
	return (Erase){.job = job,
		.step = step,
		.device = device,
		.sectors = sectors,
		.count = count,
		.by = g_string_new(NULL)};
}

static void end(Erase *erase, gint64 begin_us)
{
	Job *job = erase->job;

	job_value(job, "dfu.erase_ms", (g_get_monotonic_time() - begin_us) / 1e3, "ms", NAN, NAN);
	job_value(job, "dfu.erased", erase->done, "sectors", NAN, NAN);
	if (erase->recovered)
		job_value(job, "dfu.recovered", erase->recovered, "sectors", NAN, NAN);
	job_text(job, "dfu.erase_by", erase->by->str);
	g_string_free(erase->by, TRUE);
}

const char *dfuse_way(const Step *step, guint index)
{
	const Node *ways = node_get(step->args, "erase");

	if (!ways)
		return index ? NULL : "page-erase";
	return index < ways->items->len ? ((const Node *)ways->items->pdata[index])->text : NULL;
}

gboolean dfuse_ways_has(const Step *step, const char *way)
{
	const char *at;

	for (guint i = 0; (at = dfuse_way(step, i)); i++)
		if (strcmp(at, way) == 0)
			return TRUE;
	return FALSE;
}

gboolean dfuse_ways_erase(Job *job, const Step *step, DfuseDevice *device,
	const DfuseSector *sectors, guint count, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	Erase erase = begin(job, step, device, sectors, count);
	g_autoptr(GError) failure = NULL;
	const char *way;

	for (guint i = 0; (way = dfuse_way(step, i)) && strcmp(way, "swd"); i++) {
		if (failure) {
			job_note(job, "%s; next: %s", failure->message, way);
			g_clear_error(&failure);
		}
		if (try_way(&erase, way, i, &failure) || !dfuse_ways_may_help(failure))
			break;
	}
	end(&erase, begin_us);
	if (!failure && erase.done == count)
		return TRUE;
	if (!failure)
		g_set_error(&failure, FAILURE, FAILURE_STATION_INTERNAL, "no way of erasing");
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean dfuse_ways_erase_all(Job *job, const Step *step, DfuseDevice *device,
	const DfuseSector *sectors, guint count, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	Erase erase = begin(job, step, device, sectors, count);
	gboolean done = mass_erase(&erase, error);

	end(&erase, begin_us);
	return done;
}

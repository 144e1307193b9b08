/*
 * Whether a station and its fixture are fit for a shift: `flashline preflight`. Every finding is a line:
 * OK, WARN (works, but look at it) or FAIL (do not begin), and then what to do.
 *
 *   devices   probes and controllers there, each once, of the right kind, free to be opened
 *   bus       depth of hubs, devices and endpoints a host controller has to bear, usbfs memory
 *   power     each slot's power pin really cuts: its board vanishes from its port
 *   machine   disk, clock, journal, SQLite, OpenOCD, mtools, fsck.fat
 */
#pragma once

#include "core/fixture.h"
#include "link/usb_list.h"
#include <jansson.h>

typedef enum { GRADE_OK, GRADE_WARN, GRADE_FAIL } Grade;
const char *grade_word(Grade grade); /* "OK", "WARN", "FAIL" */

typedef struct {
	Grade grade;
	const char *code; /* what was looked at or is wrong, for programs: "probe-missing" */
	char *seen;
	const char *advice; /* what to do; NULL where it is OK */
} Finding;

typedef struct {
	const Fixture *fixture;
	const char *journal;
	Usb *usb;
	GPtrArray *list;     /* of UsbEntry*: as it was at the start */
	gint64 now_us;       /* the wall clock, since 1970 */
	GPtrArray *findings; /* of Finding* */
	const volatile gint *stop;
} Preflight;

Preflight *preflight_new(const Fixture *fixture, const char *journal, Usb *usb);
void preflight_free(Preflight *preflight);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Preflight, preflight_free)

/* All of it. Switches the power of every slot on and off: no board may be at work. */
void preflight_run(Preflight *preflight);
Grade preflight_worst(const Preflight *preflight);

/* Newly allocated. */
char *preflight_text(const Preflight *preflight, gboolean colour);
json_t *preflight_json(const Preflight *preflight); /* [{"grade", "check", "seen", "do"}] */

/* ---- its parts, each for itself ---- */
void preflight_devices(Preflight *preflight);
void preflight_bus(Preflight *preflight);
void preflight_power(Preflight *preflight);
void preflight_disk(Preflight *preflight);
void preflight_clock(Preflight *preflight);
void preflight_tools(Preflight *preflight);

/* Adds a finding; `advice` is a constant text. */
void preflight_find(Preflight *preflight, Grade grade, const char *code, const char *advice,
	const char *format, ...) G_GNUC_PRINTF(5, 6);

/*
 * One attempt on one board, as the steps see it: what to do it with, and whom to tell.
 * Straight-line code in a process of its own; the controller watches from outside.
 */
#pragma once

#include "core/event.h"
#include "core/failure.h"
#include "core/fixture.h"
#include "core/recipe.h"
#include "core/watch.h"
#include "link/openocd.h"
#include "link/pins.h"
#include "link/usb.h"

/* What a person is asked. `answers`: "YES NO", one of which comes back. */
typedef struct {
	const char *text, *picture, *answers; /* picture: a file; NULL: none */
} JobQuestion;

struct Job {
	const Recipe *recipe;
	const Fixture *fixture;
	const Slot *slot;
	const char *serial;
	const char *work_dir; /* private to this job, removed after it; for OpenOCD's chunk files */

	const Step *step;  /* that runs now; NULL: none of the recipe's */
	Watch watch;       /* its own */
	gint64 started_us; /* monotonic: when a step last let the chip start; 0: none has */
	UsbId left; /* the bootloader that was told to boot, and has left the bus since: job_await_left() */
	gint64 left_us; /* monotonic: when; what starts the chip later is in started_us */
	guint rom;      /* version of the ROM bootloader, as swd.identify saw it; 0: not seen yet */
	gint64 dark_us; /* monotonic: since when the board's power is off by our doing; 0: it is not */
	gboolean halted; /* a step of this run has halted the chip */
	char uid[25];    /* the chip's unique id, as swd.identify saw it; "": not seen yet */

	Pins *pins;        /* the fixture's pins, through their keeper */
	Usb *usb;          /* opened at the first use: job_usb() */
	Openocd *openocd;  /* opened at the first use: job_openocd() */
	UsbDevice *device; /* the board's device that a step left open for the next one; or NULL */
	const Image *holds[CHIP_SECTORS]; /* what a flash sector is known to hold: swd.h */
	struct DriveState *drive; /* what is on the drive, once a step has to know: drive_state.h */
	GHashTable *measured; /* name -> text: what steps have recorded; made at the first value */

	void (*emit)(const Event *event, gpointer data);
	/* Asks whether this chip may be this serial. FALSE with FAILURE_SERIAL_BOUND and the like. */
	gboolean (*identify)(const char *uid, gpointer data, GError **error);
	/* What the operator answered, newly allocated; NULL with FAILURE_OPERATOR_SILENT and the like. */
	char *(*ask)(const JobQuestion *question, Watch *watch, gpointer data, GError **error);
	gpointer data;
};

/* Opened when first needed, kept for the steps after, closed by job_close_*() or the job's end. */
Usb *job_usb(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
Openocd *job_openocd(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The device that a step before left open, or else whatever is on the slot's port. */
gboolean job_open_device(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The device that a step before this one left open. FAILURE_STATION_INTERNAL when there is none: a recipe
 * that was checked has a usb.await there. */
UsbDevice *job_opened(const Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void job_close_openocd(Job *job); /* the probe is let go; the target stays as it is */
void job_close_device(Job *job);
/* After its power was cut: waits until it has left, for half a second, and closes it. Before the cut would be too early: the
 * kernel's drivers would get it back just to see it die (usb_close_dead()). */
void job_drop_device(Job *job);
/* For StepKind.closes: it is closed whatever the step's arguments are. */
gboolean job_closes_device(const Step *step);

/* Waits until the open device has left, which it does within so many ms, and closes it. A device that stays and still
 * answers is `stays`; one that is silent has as long as the step has, and then it is what the step's watch says. */
gboolean job_await_left(
	Job *job, guint most_ms, FailureCode stays, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The device that is open tells this serial (NULL: none): can it belong to the chip that was identified?
 * FAILURE_BOARD_SWAPPED. */
gboolean job_check_chip(
	const Job *job, const char *serial, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Recorded where a run has halted firmware that the board came with: how long that may have run, in ms. */
#define JOB_FIRMWARE_STOPPED "firmware.stopped_after"

/* Into the journal: a text (an identity, a version), or a number with its limits. A number outside
 * its limits is recorded as such; failing the step for it is the caller's decision.
 * `unit` as SI writes it ("ms", "mA"); NAN: no limit. */
void job_text(Job *job, const char *name, const char *text);
void job_value(Job *job, const char *name, double value, const char *unit, double low, double high);
void job_note(Job *job, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What was last recorded under this name in this run, a number without its unit ("3301.5"); NULL: nothing
 * was. Valid until the name is recorded again. */
const char *job_measured(const Job *job, const char *name);
void job_forget_measured(Job *job);
/* What it remembers of the drive. */
void job_forget_drive(Job *job);

/*
 * The record of every attempt, in SQLite; the only place that knows it.
 *
 * One writer: journal_open() for writing takes a lock file (Debian 12's SQLite 3.40.1 can corrupt a
 * WAL that two connections write: facts/libraries.md section 5). WAL, synchronous=FULL: when a call
 * below returns TRUE, what it wrote survives a power cut; but for steps and values, which survive a crash, and a power
 * cut with the next of the others: a run that has no end yet may lose its last ones. No call here is made from two threads.
 * Errors are FAILURE_JOURNAL_WRITE, from the readers too.
 */
#pragma once

#include "core/verdict.h"
#include <jansson.h>

typedef struct Journal Journal;

/* $FLASHLINE_JOURNAL, else flashline/journal.db in the user's state folder ($XDG_STATE_HOME);
 * newly allocated. journal_open() makes the latter's folder (0700) where it is missing. */
char *journal_default_path(void);

/* For the controller. Creates it (0600) where there is none; a file that is empty, damaged, another
 * program's or a newer flashline's is refused and left as it is. A run that is found open was cut
 * off: journal_abort_open() closes those. */
Journal *journal_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For everybody else: read-only, never creates, never locks the writer out. */
Journal *journal_open_reader(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void journal_close(Journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_close)

/* Of the library that this program uses: "3.40.1". */
const char *journal_sqlite_version(void);

/* Marks every open run ABORTED, code "stopped"; returns how many, -1 on error. */
gint journal_abort_open(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
	const char *name, *sha256;
	guint64 size;
} JournalImage;

/* What a run is for: only production counts in yields. */
typedef enum { PURPOSE_PRODUCTION, PURPOSE_SELFTEST, PURPOSE_QUALIFICATION, PURPOSE_COUNT } Purpose;
const char *purpose_word(Purpose purpose); /* "production" */

typedef struct {
	const char *serial;
	guint slot;
	Purpose purpose;
	const char *recipe, *revision, *product, *recipe_text, *recipe_sha256;
	const char *fixture, *fixture_text, *fixture_sha256;
	const char *station, *operator;
	const char *lot; /* of production; NULL: not told */
	const char *flashline_version, *openocd_version;
	const JournalImage *images;
	gsize image_count;
} JournalRun;

/* Commits a new run, RUNNING, and the unit of its serial; returns its id (1...), 0 on error. The
 * SHA-256 of recipe and fixture must be those of their texts; the serial must be UTF-8. */
gint64 journal_begin(
	Journal *journal, const JournalRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Binds the run's serial to this chip (24 hexadecimal digits), and commits. FALSE with
 * FAILURE_SERIAL_BOUND or FAILURE_CHIP_BOUND when either belongs to another already: the message
 * names the other, and since when. What is no UID (a probe that reads nothing reads all 0 or F)
 * is FAILURE_STATION_INTERNAL. The run keeps the UID that it saw in each of these cases but that.
 */
gboolean journal_bind(
	Journal *journal, gint64 run, const char *uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The serial that this chip is bound to, newly allocated; NULL: none yet, or with `error`. */
char *journal_serial_of(
	Journal *journal, const char *uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The run in which this chip's board passed this recipe, nothing having been done to it since; 0: none; -1
 * with `error`. Runs that are open do not count. */
gint64 journal_passed(Journal *journal, const char *uid, const char *recipe_sha256,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the newest run of this chip before `run`, of those that did something to it, ended as neither PASS nor FAIL:
 * 1, 0, or -1 with `error`. `uid` is NULL where no step has read it: then it is the newest of this run's serial. */
gint journal_cut_off(
	Journal *journal, const char *uid, gint64 run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether an earlier run than this has seen this chip: 1, 0, or -1 with `error`. */
gint journal_chip_known(
	Journal *journal, const char *uid, gint64 run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether this serial was given out: 1, 0, or -1 with `error`. `writing`: the step kinds, NULL-terminated, after which
 * something of a number is on a board. */
gint journal_serial_used(Journal *journal, const char *serial, const char *const *writing,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Its name, a UUID made with it; newly allocated. */
char *journal_id(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the slots of a fixture have been through: an array of these, by slot; NULL with `error`. */
typedef struct {
	guint slot;
	guint64 contacts; /* runs: each pressed a board onto the pins */
	guint64 boards;   /* serials; contacts beyond them are retries */
} JournalWear;
GArray *journal_wear(
	Journal *journal, const char *fixture, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
	guint index; /* 0... */
	const char *id, *kind;
	gint64 offset_ms, ms; /* since the run began; how long. Monotonic. */
	Verdict verdict;
	const char *code, *seen; /* NULL when PASS */
} JournalStep;
gboolean journal_step(Journal *journal, gint64 run, const JournalStep *step,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A text or a number of a step; the step need not have ended. Limits: NAN is none. */
typedef struct {
	guint step;
	const char *name, *text; /* text NULL: a number */
	double value, low, high;
	const char *unit;
} JournalValue;
gboolean journal_value(Journal *journal, gint64 run, const JournalValue *value,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
	Verdict verdict;
	Blame blame;
	const char *code, *step, *seen, *advice; /* NULL when PASS */
	const char *log;                         /* tail of the job's diagnostics; may be NULL */
	gint64 ms;
} JournalEnd;
/* Commits the outcome. A run ends once: a second end is an error, and so is PASS for a run with a
 * step that did not. Of `log` the last 64 KiB are kept. PASS may be shown after this. */
gboolean journal_end(Journal *journal, gint64 run, const JournalEnd *end,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A word on a run that has ended, by somebody who answers for it: what was written stays as it is.
 * `changes`: reports are to count `verdict` instead. Commits. */
typedef struct {
	gint64 run;
	const char *who, *why; /* not empty */
	gboolean changes;
	Verdict verdict; /* not RUNNING */
} JournalCorrection;
gboolean journal_correct(Journal *journal, const JournalCorrection *correction,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * One unit's whole history as a JSON object; NULL with `error` unset when the serial is unknown.
 *
 *   {"serial", "since", "uid", "bound", "bound_by", "runs": [
 *     {"run", "serial", "slot", "began", "ended", "ms", "verdict", "blame", "code", "step", "seen", "advice",
 *      "uid", "operator", "lot", "purpose", "station", "recipe", "product", "revision", "recipe_sha256", "fixture",
 *      "fixture_sha256", "flashline", "openocd", "sqlite", "system", "log",
 *      "images": [{"name", "sha256", "size"}],
 *      "corrections": [{"at", "who", "why", "verdict"}],
 *      "steps":  [{"index", "id", "kind", "offset_ms", "ms", "verdict", "code", "seen"}],
 *      "values": [{"step", "name", "text", "value", "low", "high", "unit"}]}]}   oldest run first
 *
 * Every key is always there; what is not known is null. Times are UTC, as ISO 8601 texts.
 */
json_t *journal_unit(
	Journal *journal, const char *serial, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One run as an object of the kind above; NULL with `error`. */
json_t *journal_run(Journal *journal, gint64 run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last `count` runs, newest first, as a JSON array of {"run", "began", "ended", "serial",
 * "uid", "slot", "purpose", "recipe", "revision", "station", "verdict", "blame", "code", "step", "ms"}. */
json_t *journal_runs(Journal *journal, guint count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What to tell who starts a run when the clock is behind the last one's beginning, newly allocated; NULL: it is not. */
char *journal_clock_note(Journal *journal);

/* Serials in the journal that begin most like this one (half of it at least), as a JSON array of
 * texts; perhaps empty. */
json_t *journal_similar(
	Journal *journal, const char *serial, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whose chip it is: a serial and a chip UID belong together for good, one to one.
 *
 *     serial A ---- chip 1        serial A with chip 2: FAILURE_SERIAL_BOUND
 *     serial B ---- chip 2        serial C with chip 1: FAILURE_CHIP_BOUND
 *
 * A run that ends badly binds all the same: the label is on the board by then.
 */
#include "journal/database.h"

#include "core/failure.h"
#include "core/text.h"
#include <string.h>

#define UID_DIGITS 24 /* 96 bits */

/* The UID as it is stored, or NULL where it is none: a probe that reads nothing reads all zeros or
 * all ones, and no two boards may share those. */
static char *uid_normal(const char *uid)
{
	gsize digits = uid ? strspn(uid, "0123456789abcdefABCDEF") : 0;
	if (digits != UID_DIGITS || uid[digits])
		return NULL;
	g_autofree char *normal = g_ascii_strup(uid, -1);
	if (strspn(normal, "0") == digits || strspn(normal, "F") == digits)
		return NULL;
	return g_steal_pointer(&normal);
}

/* One row of `unit`: who has a serial or a chip already. */
typedef struct {
	gint64 id, bound_by;
	char *serial, *uid, *bound;
} Owner;

static void owner_clear(Owner *owner)
{
	g_free(owner->serial);
	g_free(owner->uid);
	g_free(owner->bound);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Owner, owner_clear)

/* The unit that `where` names; id 0 where there is none. */
static gboolean find_owner(Statement *query, Owner *owner, GError **error)
{
	gint rows = statement_next(query, error);
	if (rows <= 0)
		return rows == 0;
	owner->id = statement_int(query, 0);
	owner->serial = statement_text(query, 1);
	owner->uid = statement_text(query, 2);
	owner->bound = statement_text(query, 3);
	owner->bound_by = statement_int(query, 4);
	return TRUE;
}

static gboolean owner_of_run(Journal *journal, gint64 run, Owner *owner, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "find the run's unit",
		"SELECT unit.id, serial, unit.uid, bound, bound_by FROM run"
		" JOIN unit ON unit.id = run.unit WHERE run.id = :run AND verdict = 'RUNNING'");
	statement_put_int(query, ":run", run);
	if (!find_owner(query, owner, error))
		return FALSE;
	return owner->id != 0 ||
	       database_refuse(error, "run %" G_GINT64_FORMAT " is not open", run);
}

static gboolean owner_of_chip(Journal *journal, const char *uid, Owner *owner, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "find the chip's unit",
		"SELECT id, serial, uid, bound, bound_by FROM unit WHERE uid = :uid");
	statement_put_text(query, ":uid", uid);
	return find_owner(query, owner, error);
}

/* The run says which chip it saw, bound or not; the first one, if there are several. */
static gboolean note_chip(Journal *journal, gint64 run, const char *uid, GError **error)
{
	g_autoptr(Statement) update = statement_new(journal, "write the run's chip",
		"UPDATE run SET uid = :uid WHERE id = :run AND uid IS NULL");
	statement_put_text(update, ":uid", uid);
	statement_put_int(update, ":run", run);
	return statement_run(update, error);
}

static gboolean bind(Journal *journal, gint64 run, gint64 unit, const char *uid, GError **error)
{
	g_autofree char *now = database_now();
	g_autoptr(Statement) update = statement_new(journal, "bind the serial to its chip",
		"UPDATE unit SET uid = :uid, bound = :now, bound_by = :run WHERE id = :unit");
	statement_put_text(update, ":uid", uid);
	statement_put_text(update, ":now", now);
	statement_put_int(update, ":run", run);
	statement_put_int(update, ":unit", unit);
	return statement_run(update, error);
}

/* What speaks against the binding, or NULL. */
static GError *conflict(const Owner *unit, const Owner *chip, const char *uid)
{
	if (unit->uid && strcmp(unit->uid, uid) != 0)
		return g_error_new(FAILURE, FAILURE_SERIAL_BOUND,
			"serial %s belongs to chip %s since %s (run %" G_GINT64_FORMAT
			"); this board's chip is %s",
			unit->serial, unit->uid, unit->bound, unit->bound_by, uid);
	if (chip->id && chip->id != unit->id)
		return g_error_new(FAILURE, FAILURE_CHIP_BOUND,
			"chip %s belongs to serial %s since %s (run %" G_GINT64_FORMAT
			"); this board was given as %s",
			uid, chip->serial, chip->bound, chip->bound_by, unit->serial);
	return NULL;
}

gboolean journal_bind(Journal *journal, gint64 run, const char *uid, GError **error)
{
	g_autofree char *normal = uid_normal(uid);
	if (!normal) {
		g_autofree char *shown = text_clean(uid, -1);
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"\"%s\" is not the UID of a chip: 24 hexadecimal digits, not all 0 or F",
			shown);
		return FALSE;
	}
	g_auto(Owner) unit = {0}, chip = {0};
	g_autoptr(Transaction) transaction = transaction_begin(journal, error);
	if (!transaction || !owner_of_run(journal, run, &unit, error) ||
		!owner_of_chip(journal, normal, &chip, error) ||
		!note_chip(journal, run, normal, error))
		return FALSE;
	g_autoptr(GError) against = conflict(&unit, &chip, normal);
	if (!against && !unit.uid && !bind(journal, run, unit.id, normal, error))
		return FALSE;
	if (!transaction_commit(transaction, error))
		return FALSE;
	if (!against)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&against));
	return FALSE;
}

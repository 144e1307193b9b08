/* Two shares set side by side, and how many units that takes, as SQL functions: query.h lists them. */
#include "journal/functions.h"
#include "stats/proportion.h"

#include <math.h>

#define LEVEL 0.95

static void difference(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	gboolean high = sqlite3_user_data(context) != NULL;
	double level = arguments > 4 ? sqlite3_value_double(values[4]) : LEVEL;
	guint count[4];
	Interval interval;

	for (int i = 0; i < 4; i++)
		if (!functions_count(values[i], &count[i]))
			return;
	if (!count[1] || !count[3] || count[0] > count[1] || count[2] > count[3] || level <= 0 ||
		level >= 1)
		return;
	interval = proportion_difference(count[0], count[1], count[2], count[3], level);
	functions_answer(context, high ? interval.high : interval.low);
}

static void detectable(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	guint a_of, b_of;

	if (functions_count(values[0], &a_of) && functions_count(values[1], &b_of) &&
		functions_is_number(values[2]))
		functions_answer(context,
			proportion_detectable(a_of, b_of, sqlite3_value_double(values[2]),
				sqlite3_value_double(values[3]), sqlite3_value_double(values[4])));
}

static void units_for(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	double reliability = sqlite3_value_double(values[0]);
	double confidence = sqlite3_value_double(values[1]);
	guint failures, units = 0;

	if (functions_count(values[2], &failures) && reliability > 0 && reliability < 1 &&
		confidence > 0 && confidence < 1)
		units = success_run(reliability, confidence, failures);
	functions_answer(context, units ? units : NAN);
}

void functions_register_plans(Journal *journal)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	for (int arguments = 4; arguments <= 5; arguments++) {
		sqlite3_create_function(
			journal->db, "diff_low", arguments, flags, NULL, difference, NULL, NULL);
		sqlite3_create_function(journal->db, "diff_high", arguments, flags,
			GSIZE_TO_POINTER(1), difference, NULL, NULL);
	}
	sqlite3_create_function(journal->db, "detectable", 5, flags, NULL, detectable, NULL, NULL);
	sqlite3_create_function(journal->db, "success_run", 3, flags, NULL, units_for, NULL, NULL);
}

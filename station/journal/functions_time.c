/*
 * local_day(time), a SQL function (query.h lists it): on which day of the reader's zone a moment of the journal was, in
 * days since 1970-01-01.
 *
 * A report over everything asks for a million days. Zones differ from UTC by whole quarters of an hour and change at
 * such ones, so the day is looked up once a quarter, and runs come in the order of time.
 */
#include "journal/functions.h"

#include <string.h>
#include <time.h>

enum { QUARTER_S = 15 * 60, DAY_S = 24 * 60 * 60, QUARTERS_A_DAY = DAY_S / QUARTER_S };
/* g_date_get_julian() of 1970-01-01. */
enum { JULIAN_1970 = 719163 };

/* The last answer; -1: none yet. */
typedef struct {
	gint64 quarter; /* since 1970, UTC */
	gint64 day;
} LastDay;

/* So many decimal digits, or -1. */
static int digits(const char *text, int count)
{
	int number = 0;

	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit(text[i]))
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

/* Of "2026-11-22T13:38:00.123Z", or -1. Texts from before 1970 are none of a journal's. */
static gint64 quarter_of(const char *text)
{
	int year, month, day, hour, minute;
	GDate date;

	if (!text || strlen(text) < strlen("2026-11-22T13:38") || text[10] != 'T')
		return -1;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	if (year < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || month < 1 ||
		month > 12 || day < 1 ||
		!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return -1;
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	return ((gint64)g_date_get_julian(&date) - JULIAN_1970) * QUARTERS_A_DAY +
	       (hour * 60 + minute) / 15;
}

static gint64 day_of(gint64 quarter)
{
	time_t moment = (time_t)(quarter * QUARTER_S);
	struct tm local;

	if (!localtime_r(&moment, &local))
		return quarter / QUARTERS_A_DAY;
	/* A day west of Greenwich may be the one before 1970. */
	return (moment + local.tm_gmtoff + DAY_S) / DAY_S - 1;
}

static void local_day(sqlite3_context *context, int arguments, sqlite3_value **values)
{
	LastDay *last = sqlite3_user_data(context);
	gint64 quarter = quarter_of((const char *)sqlite3_value_text(values[0]));

	if (quarter < 0)
		return;
	if (quarter != last->quarter)
		*last = (LastDay){quarter, day_of(quarter)};
	sqlite3_result_int64(context, last->day);
}

void functions_register_time(Journal *journal)
{
	LastDay *last = g_new0(LastDay, 1);

	last->quarter = -1;
	sqlite3_create_function_v2(journal->db, "local_day", 1,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, last, local_day, NULL, NULL,
		g_free);
}

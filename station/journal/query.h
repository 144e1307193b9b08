/*
 * One SELECT over a journal, for reports. It may read the journal and nothing else: no file is attached,
 * nothing is written, and it is stopped when it takes too long.
 *
 * SQLite's functions and these, most from stats/ (levels are 0.95 where they are not given):
 *
 *   cp_low(count, of [, level])  cp_high(...)      Clopper-Pearson, both-sided
 *   cp_upper(count, of [, level])                  one-sided: at most so much
 *   wilson_low(count, of [, level])  wilson_high(...)
 *   fisher(bad_a, all_a, bad_b, all_b)             p, both-sided
 *   holm(p, all)                                   p corrected; `all` is a JSON array with every p:
 *                                                  json_group_array(p) OVER ()
 *   median(x)  quantile(x, share)  stdev(x)        aggregates
 *   normal_p(x)                                    Jarque and Bera: p that it is normal
 *   ppk(x, low, high)  ppk_low(...)  ppk_high(...)  the same; a limit may be NULL
 *   rank_p(x, is_a)  rank_shift(x, is_a)           Mann-Whitney: p, and how much larger A is
 *   tost_p(x, is_a, margin)  tost_low  tost_high   equivalence of means within +- margin: p, and the 90 %
 *                                                  interval of A - B that decides it
 *   diff_low(bad_a, all_a, bad_b, all_b [, level])  diff_high(...)   share of A minus share of B (Newcombe)
 *   detectable(all_a, all_b, share_b, level, power)  the least share in A that Fisher's test would find; NULL: none
 *   success_run(reliability, confidence, failures)  units that prove it
 *   repeatability(x, part)                         standard deviation within parts
 *   gauge_ev(x, part, place)  gauge_av  gauge_pv   gauge R&R: repeatability, places, parts (standard deviations),
 *   gauge_share(...)  gauge_classes(...)           R&R of the total, classes it can tell apart; NULL unless every
 *                                                  part was measured in every place twice
 *   local_day(time)                                the reader's day of a time of the journal, in days since
 *                                                  1970-01-01: date(86400 * local_day(began), 'unixepoch')
 */
#pragma once

#include "core/table.h"
#include "journal/journal.h"

typedef struct {
	const char *name; /* ":since" */
	const char *text; /* NULL: NULL */
} QueryParameter;

/* `sql` is one statement; parameters that it has and `parameters` lacks are NULL, others are ignored.
 * NULL with FAILURE_JOURNAL_WRITE and SQLite's own words for what is wrong with it. */
Table *journal_query(Journal *journal, const char *sql, const QueryParameter *parameters,
	gsize count, guint deadline_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, its answer kept as a temporary table of this name (letters only) for the queries of this moment: it is gone
 * with it. */
gboolean journal_query_keep(Journal *journal, const char *name, const char *sql,
	const QueryParameter *parameters, gsize count, guint deadline_ms,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* While it lives, every query sees the journal as it was at one moment. */
typedef Journal JournalMoment;
JournalMoment *journal_moment_begin(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void journal_moment_end(JournalMoment *moment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalMoment, journal_moment_end)

/* Makes the functions above known to a connection: journal_query() does it itself. */
void functions_register(Journal *journal);

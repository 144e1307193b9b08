/*
 * The verbs of `flashline`. A row of the table in main.c is the only place where a verb's name,
 * arguments and purpose stand: help and dispatch both come from it.
 */
#pragma once

#include "core/fixture.h"
#include "core/problems.h"

#include <jansson.h>

/* How every verb ends. */
enum {
	CMD_PASS = 0,    /* done; all boards PASS */
	CMD_FAIL = 1,    /* at least one board FAIL */
	CMD_USAGE = 2,   /* wrong usage, or a mistake in a recipe or fixture */
	CMD_STATION = 3, /* the station is at fault: at least one ERROR */
};

typedef struct {
	const char *name;
	const char *args;                   /* as help shows them */
	const char *help;                   /* one sentence */
	int (*func)(int argc, char **argv); /* argv[0] is the verb; returns one of the above */
	gboolean hidden;                    /* not for people: left out of help */
} Verb;

/* NULL where there is none. */
const Verb *verb_find(const char *name);

/*
 * Reads a verb's options; argv is left with argv[0] and what is no option, `least` to `most` of
 * them. FALSE: wrong usage, and stderr says why. --help is answered here.
 */
gboolean cmd_options(int *argc, char ***argv, const GOptionEntry *entries, int least,
	int most) G_GNUC_WARN_UNUSED_RESULT;

/* The option --journal FILE, into a char * that is NULL before. */
#define CMD_JOURNAL_OPTION(given)                                                                  \
	{                                                                                          \
		"journal", 'j', 0, G_OPTION_ARG_FILENAME, given,                                   \
			"The record (default: $FLASHLINE_JOURNAL, or in your state folder)",       \
			"FILE"                                                                     \
	}

/* Says on stderr what went wrong, cleaned, with the verb in front; returns `status`. */
int cmd_refuse(const char *verb, int status, const GError *error);

/* Says on stderr every mistake in the files that were read. TRUE: there are some. */
gboolean cmd_problems(const Problems *problems);

/* For programs, on stdout. ASCII: a terminal that shows it must not obey a control character of 8 bits. */
void cmd_print_json(const json_t *json);

/* Reads a fixture; NULL when anything is wrong with it, which stderr has been told. */
Fixture *cmd_fixture(const char *path);

int cmd_anchor(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_correct(int argc, char **argv);
int cmd_devices(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_image(int argc, char **argv);
int cmd_preflight(int argc, char **argv);
int cmd_journal(int argc, char **argv);
int cmd_qualify(int argc, char **argv);
int cmd_label(int argc, char **argv);
int cmd_recipe(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_steps(int argc, char **argv);
int cmd_selftest(int argc, char **argv);
int cmd_teach(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_version(int argc, char **argv);

int cmd_line(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_job(int argc, char **argv);
int cmd_keeper(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_runs(int argc, char **argv);

/*
 * kill -9 of a writer at seeded moments. It tells what it is about to do, and what it did, over a
 * pipe; the journal that it leaves must hold all that it had been told was committed, and no PASS
 * that it had not asked for.
 *
 *   writer   -- B id: begun -- E id: about to end it as PASS -- D id: done -->  this test
 */
#include "journal/journal.h"
#include "lib/scratch.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 20

typedef struct {
	char what; /* 'B', 'E', 'D' */
	gint64 run;
} Note;

static void say(int to, char what, gint64 run)
{
	const Note note = {.what = what, .run = run};
	if (write(to, &note, sizeof note) != (ssize_t)sizeof note)
		_exit(2);
}

static char *chip_of(gint64 run)
{
	return g_strdup_printf("%024" G_GINT64_MODIFIER "X", run);
}

/* Why a writer gave up by itself: that is no part of the plan. */
static gboolean gave_up(const GError *error)
{
	g_printerr("# the writer gave up: %s\n", error ? error->message : "?");
	return FALSE;
}

/* One attempt as the controller writes it. Every third stays open. */
static gboolean attempt(Journal *journal, int to)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *serial =
		g_strdup_printf("S%d-%" G_GINT64_FORMAT, getpid(), g_get_monotonic_time());
	JournalRun run = scratch_run(serial);
	const JournalValue value = {
		.name = "boot", .value = 412, .low = 0, .high = 900, .unit = "ms"};
	const JournalStep step = {.id = "boot", .kind = "usb.await", .verdict = VERDICT_PASS};
	gint64 id = journal_begin(journal, &run, &error);
	if (!id)
		return gave_up(error);
	say(to, 'B', id);
	g_autofree char *uid = chip_of(id);
	if (!journal_bind(journal, id, uid, &error) ||
		!journal_value(journal, id, &value, &error) ||
		!journal_step(journal, id, &step, &error))
		return gave_up(error);
	if (id % 3 == 0)
		return TRUE;
	say(to, 'E', id);
	if (!scratch_end(journal, id, VERDICT_PASS, &error))
		return gave_up(error);
	say(to, 'D', id);
	return TRUE;
}

static G_GNUC_NORETURN void writer(const char *path, int to)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(60);
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open(path, &error);
	gint open = journal ? journal_abort_open(journal, &error) : -1;
	if (open < 0) {
		gave_up(error);
		_exit(3);
	}
	while (attempt(journal, to))
		;
	_exit(4);
}

/* Run -> the last note about it, over all rounds. */
static void hear(GHashTable *notes, const Note *note)
{
	g_hash_table_insert(
		notes, GINT_TO_POINTER((gint)note->run), GINT_TO_POINTER((gint)note->what));
}

/* Lets a writer work for `count` notes and then `spins` more, kills it, and hears the rest. */
static void round_of(const Scratch *scratch, GHashTable *notes, gint count, gint spins)
{
	int ends[2], status;
	Note note;
	g_assert_cmpint(pipe(ends), ==, 0);
	pid_t child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		close(ends[0]);
		writer(scratch->path, ends[1]);
	}
	close(ends[1]);
	for (gint i = 0; i < count && read(ends[0], &note, sizeof note) == (ssize_t)sizeof note;
		i++)
		hear(notes, &note);
	for (volatile gint i = 0; i < spins; i++)
		;
	kill(child, SIGKILL);
	while (read(ends[0], &note, sizeof note) == (ssize_t)sizeof note)
		hear(notes, &note);
	close(ends[0]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Verdicts by run, as a reader finds them. */
static GHashTable *verdicts_of(const Scratch *scratch)
{
	g_autoptr(GError) error = NULL;
	GHashTable *verdicts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_autoptr(Journal) reader = journal_open_reader(scratch->path, &error);
	g_assert_no_error(error);
	json_t *runs = journal_runs(reader, G_MAXINT, &error), *run;
	g_assert_no_error(error);
	size_t i;
	json_array_foreach(runs, i, run)
	{
		gint64 id = json_integer_value(json_object_get(run, "run"));
		const char *word = json_string_value(json_object_get(run, "verdict"));
		g_hash_table_insert(verdicts, GINT_TO_POINTER((gint)id), g_strdup(word));
	}
	json_decref(runs);
	return verdicts;
}

static void compare(const Scratch *scratch, GHashTable *notes)
{
	GHashTableIter iter;
	gpointer run, told;
	g_autoptr(GHashTable) verdicts = verdicts_of(scratch);
	g_hash_table_iter_init(&iter, notes);
	while (g_hash_table_iter_next(&iter, &run, &told)) {
		const char *word = g_hash_table_lookup(verdicts, run);
		g_assert_nonnull(word); /* begun: it is there */
		if (GPOINTER_TO_INT(told) == 'D')
			g_assert_cmpstr(word, ==, "PASS");
	}
	g_hash_table_iter_init(&iter, verdicts);
	while (g_hash_table_iter_next(&iter, &run, &told)) {
		gint note = GPOINTER_TO_INT(g_hash_table_lookup(notes, run));
		if (!strcmp(told, "PASS"))
			g_assert_true(note == 'E' || note == 'D');
	}
}

static void test_kill(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(GHashTable) notes = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < ROUNDS; i++) {
		gint wait = g_test_rand_int_range(1, 60), spins = g_test_rand_int_range(0, 2000000);
		round_of(&scratch, notes, wait, spins);
		g_test_message("round %u: killed after %d notes and %d spins, %u runs so far", i,
			wait, spins, g_hash_table_size(notes));
		compare(&scratch, notes);
	}
	/* Nothing but what a writer was cut off in is left open, and that is closed now. */
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = scratch_open(&scratch);
	g_assert_cmpint(journal_abort_open(journal, &error), >=, 0);
	g_assert_no_error(error);
	g_clear_pointer(&journal, journal_close);
	g_autoptr(GHashTable) verdicts = verdicts_of(&scratch);
	GHashTableIter iter;
	gpointer run, word;
	g_hash_table_iter_init(&iter, verdicts);
	while (g_hash_table_iter_next(&iter, &run, &word))
		g_assert_true(!strcmp(word, "PASS") || !strcmp(word, "ABORTED"));
	compare(&scratch, notes);
}

/* Cut off while it makes its file: the next one opens it, or makes it anew. */
static void test_kill_while_creating(void)
{
	for (guint i = 0; i < ROUNDS; i++) {
		g_auto(Scratch) scratch = {0};
		scratch_make(&scratch);
		g_autoptr(GHashTable) notes = g_hash_table_new(NULL, NULL);
		gint spins = g_test_rand_int_range(0, 8000000);
		g_test_message("round %u: killed after %d spins", i, spins);
		round_of(&scratch, notes, 0, spins);
		g_autoptr(Journal) journal = scratch_open(&scratch);
		g_assert_nonnull(journal);
		compare(&scratch, notes);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/kill", test_kill);
	g_test_add_func("/journal/kill-while-creating", test_kill_while_creating);
	return g_test_run();
}

/* Serial numbers that a station gives out: each once, over refusals, restarts, other journals and kill -9. */
#include "lib/folder.h"
#include "lib/scratch.h"
#include "line/lease.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
	Scratch scratch;
	char *file;
	Recipe recipe;
} Bench;

static void bench_make(Bench *bench, const char *text)
{
	*bench = (Bench){0};
	scratch_make(&bench->scratch);
	bench->file = folder_write(bench->scratch.folder, "lease.txt", text);
	bench->recipe.steps = g_ptr_array_new();
}

static void bench_clear(Bench *bench)
{
	scratch_clear(&bench->scratch);
	g_free(bench->file);
	g_ptr_array_unref(bench->recipe.steps);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static Lease *bench_open(Bench *bench, Journal *journal)
{
	g_autoptr(Problems) problems = problems_new();
	Lease *lease = lease_open(bench->file, &bench->recipe, journal, problems);
	g_autofree char *text = problems_text(problems);

	g_assert_cmpstr(text, ==, "");
	g_assert_nonnull(lease);
	return lease;
}

static void assert_next(Lease *lease, const char *serial)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *next = lease_reserve(lease, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(next, ==, serial);
}

/* A run under this serial; `chip` 0: it saw none. */
static void record(Journal *journal, const char *serial, guint chip, Verdict verdict)
{
	g_autoptr(GError) error = NULL;
	gint64 run = scratch_begin(journal, serial);
	g_autofree char *uid = g_strdup_printf("%024X", chip);

	g_assert_true(!chip || journal_bind(journal, run, uid, &error));
	g_assert_no_error(error);
	g_assert_true(scratch_end(journal, run, verdict, &error));
}

static void test_order(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(Journal) journal = NULL;
	g_autoptr(Lease) lease = NULL;
	guint all;

	bench_make(&bench, "# shift 7\nOMV098..OMV100\n\nX-1\r\n");
	journal = scratch_open(&bench.scratch);
	lease = bench_open(&bench, journal);
	assert_next(lease, "OMV098");
	assert_next(lease, "OMV099");
	g_assert_cmpint(lease_left(lease, &all, NULL), ==, 2);
	g_assert_cmpuint(all, ==, 4);
	/* Its slot was empty: nobody has it, and it is the next. */
	record(journal, "OMV098", 0, VERDICT_ERROR);
	lease_settle(lease, "OMV098");
	assert_next(lease, "OMV098");
	/* A chip has it, though there was an error. */
	record(journal, "OMV098", 1, VERDICT_ERROR);
	lease_settle(lease, "OMV098");
	/* No chip was ever read, and it passed. */
	record(journal, "OMV099", 0, VERDICT_PASS);
	lease_settle(lease, "OMV099");
	assert_next(lease, "OMV100");
	assert_next(lease, "X-1");
	assert_next(lease, NULL);
	lease_settle(lease, "OMV100"); /* never begun */
	assert_next(lease, "OMV100");
	/* A chip that is not allowed: its failure is counted by the number, which is not the next board's. */
	record(journal, "OMV100", 0, VERDICT_FAIL);
	lease_settle(lease, "OMV100");
	assert_next(lease, NULL);
}

/* What was scanned or typed before is not given out again, nor is what a killed station had open. */
static void test_restart(void)
{
	g_auto(Bench) bench = {0};

	bench_make(&bench, "OMV1..OMV5\n");
	for (guint round = 0; round < 2; round++) {
		g_autoptr(Journal) journal = scratch_open(&bench.scratch);
		g_autoptr(Lease) lease = NULL;

		g_assert_cmpint(journal_abort_open(journal, NULL), >=, 0);
		lease = bench_open(&bench, journal);
		if (round == 0) {
			assert_next(lease, "OMV1");
			g_assert_cmpint(scratch_begin(journal, "OMV1"), >, 0);
			record(journal, "OMV3", 3, VERDICT_PASS);
			assert_next(lease, "OMV2"); /* and killed here */
			continue;
		}
		assert_next(lease, "OMV2");
		assert_next(lease, "OMV4");
	}
}

static void test_writing(void)
{
	static const StepKind writes = {.name = "bootloader", .destructive = TRUE};
	static const StepKind looks = {.name = "usb.await"};
	const StepKind *const kinds[] = {&writes, &looks};
	static const char *const next[] = {"OMV2", "OMV1"};

	for (guint i = 0; i < 2; i++) {
		g_auto(Bench) bench = {0};
		g_autoptr(Journal) journal = NULL;
		g_autoptr(Lease) lease = NULL;
		const JournalStep step = {.id = "one",
			.kind = kinds[i]->name,
			.verdict = VERDICT_ERROR,
			.code = "job-died"};
		Step made = {.id = "one", .kind = &writes};
		gint64 run;

		bench_make(&bench, "OMV1..OMV2\n");
		g_ptr_array_add(bench.recipe.steps, &made);
		journal = scratch_open(&bench.scratch);
		lease = bench_open(&bench, journal);
		assert_next(lease, "OMV1");
		run = scratch_begin(journal, "OMV1");
		g_assert_true(journal_step(journal, run, &step, NULL));
		g_assert_true(scratch_end(journal, run, VERDICT_ERROR, NULL));
		lease_settle(lease, "OMV1");
		assert_next(lease, next[i]);
	}
}

static void test_check_digit(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(Journal) journal = NULL;
	g_autoptr(Lease) lease = NULL;

	bench_make(&bench, "7992739871..7992739872\n");
	bench.recipe.serial_check = CHECK_LUHN;
	journal = scratch_open(&bench.scratch);
	lease = bench_open(&bench, journal);
	assert_next(lease, "79927398713");
	assert_next(lease, "79927398721");
	assert_next(lease, NULL);
}

/* Another journal, or a new one after the old was lost, would begin at the first number again. */
static void test_other_journal(void)
{
	g_auto(Bench) bench = {0}, other = {0};
	g_autoptr(Journal) journal = NULL, new_one = NULL;
	g_autoptr(Lease) lease = NULL, refused = NULL;
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *text = NULL;

	bench_make(&bench, "OMV1..OMV5\n");
	bench_make(&other, "");
	journal = scratch_open(&bench.scratch);
	new_one = scratch_open(&other.scratch);
	lease = bench_open(&bench, journal);
	refused = lease_open(bench.file, &bench.recipe, new_one, problems);
	g_assert_null(refused);
	text = problems_text(problems);
	g_assert_nonnull(strstr(text, "belong to another journal"));
}

static void test_refused(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "no serial in it"},
		{"OMV1..OMV0\n", "neither a serial nor a range"},
		{"OMV1..OMW2\n", "neither a serial nor a range"},
		{"OMV1..OMV10\n", "neither a serial nor a range"},
		{"OMV..OMW\n", "neither a serial nor a range"},
		{"OMV1..OMV2..OMV3\n", "neither a serial nor a range"},
		{"OMV 1\n", "neither a serial nor a range"},
		{"[exec reboot]\n", "neither a serial nor a range"},
		{"OMV1\nOMV1\n", ":2:1: error: numbers of this line stand further up"},
		{"OMV1..OMV5\nOMV5..OMV9\n", "numbers of this line stand further up"},
		{"OMV0000000..OMV9999999\n", "more than 1000000 numbers"},
		{"A000000000000000000..A999999999999999999\n", "more than 1000000 numbers"},
		{"\xff\n", "is not a text file"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Bench) bench = {0};
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Journal) journal = NULL;
		g_autofree char *text = NULL, *claim = NULL;

		bench_make(&bench, cases[i].text);
		journal = scratch_open(&bench.scratch);
		g_assert_null(lease_open(bench.file, &bench.recipe, journal, problems));
		text = problems_text(problems);
		g_assert_nonnull(strstr(text, cases[i].says));
		claim = g_strconcat(bench.file, ".taken", NULL);
		g_assert_false(g_file_test(claim, G_FILE_TEST_EXISTS));
	}
}

/* ---- kill -9 ------------------------------------------------------------------------------------- */

/* 'R' reserved; 'B' about to bind it, from where on the number may be on a board; 'D' done. */
typedef struct {
	char what;
	char serial[16];
} Note;

static void say(int to, char what, const char *serial)
{
	Note note = {.what = what};

	g_strlcpy(note.serial, serial, sizeof note.serial);
	if (write(to, &note, sizeof note) != (ssize_t)sizeof note)
		_exit(2);
}

/* Every third board is not found: its number goes back. */
static gboolean one_board(Journal *journal, Lease *lease, guint board, int to)
{
	g_autofree char *serial = lease_reserve(lease, NULL);
	g_autofree char *uid = g_strdup_printf(
		"%08X%08X%08X", board, (guint)getpid(), (guint)g_get_monotonic_time());
	gint64 run;

	if (!serial)
		_exit(3);
	say(to, 'R', serial);
	run = scratch_begin(journal, serial);
	if (board % 3) {
		say(to, 'B', serial);
		if (!journal_bind(journal, run, uid, NULL))
			_exit(4);
	}
	if (!scratch_end(journal, run, board % 3 ? VERDICT_PASS : VERDICT_FAIL, NULL))
		_exit(5);
	lease_settle(lease, serial);
	say(to, 'D', serial);
	return TRUE;
}

static G_GNUC_NORETURN void station(Bench *bench, int to)
{
	g_autoptr(Journal) journal = NULL;
	g_autoptr(Lease) lease = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(60);
	journal = scratch_open(&bench->scratch);
	if (journal_abort_open(journal, NULL) < 0)
		_exit(6);
	lease = bench_open(bench, journal);
	for (guint board = 1; one_board(journal, lease, board, to); board++)
		;
	_exit(7);
}

/* A number that was about to be bound is never the next station's. */
static void hear(GHashTable *seen, guint round, const Note *note)
{
	guint before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, note->serial));

	if (note->what == 'B') {
		g_assert_cmpuint(before, ==, 0);
		g_hash_table_insert(seen, g_strdup(note->serial), GUINT_TO_POINTER(round + 1));
	}
}

static void kill_after(Bench *bench, GHashTable *seen, guint round, guint notes)
{
	int ends[2], status;
	gint spins = g_test_rand_int_range(0, 300000);
	Note note;
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		close(ends[0]);
		station(bench, ends[1]);
	}
	close(ends[1]);
	for (guint i = 0; i < notes && read(ends[0], &note, sizeof note) == (ssize_t)sizeof note;
		i++)
		hear(seen, round, &note);
	for (volatile gint i = 0; i < spins; i++)
		;
	kill(child, SIGKILL);
	while (read(ends[0], &note, sizeof note) == (ssize_t)sizeof note)
		hear(seen, round, &note);
	close(ends[0]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_kill(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	bench_make(&bench, "OMV000000..OMV009999\n");
	for (guint notes = 0; notes < 24; notes++)
		kill_after(&bench, seen, notes, notes);
	g_assert_cmpuint(g_hash_table_size(seen), >, 40);
	g_test_message("%u numbers were given out, each once", g_hash_table_size(seen));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/lease/order", test_order);
	g_test_add_func("/line/lease/restart", test_restart);
	g_test_add_func("/line/lease/writing", test_writing);
	g_test_add_func("/line/lease/check-digit", test_check_digit);
	g_test_add_func("/line/lease/other-journal", test_other_journal);
	g_test_add_func("/line/lease/refused", test_refused);
	g_test_add_func("/line/lease/kill", test_kill);
	return g_test_run();
}

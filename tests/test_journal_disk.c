/* What the journal waits for the disk for: verdicts and serials, and nothing else that a board at work brings. */
#include "lib/scratch.h"

#include <sys/syscall.h>
#include <unistd.h>

#define CHIP "003900353138510D33383539"

/* SQLite's, of this process. */
static guint syncs;

int fdatasync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

static void write_much(Journal *journal, gint64 run)
{
	const JournalValue value = {.name = "boot_ms", .value = 412.5, .low = 0, .high = 900};
	g_autoptr(GError) error = NULL;

	scratch_step(journal, run, 0);
	for (guint i = 0; i < 20; i++)
		g_assert_true(journal_value(journal, run, &value, &error));
	g_assert_no_error(error);
}

static void test_waits(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	guint before;

	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	gint64 run = scratch_begin(journal, "4711");
	before = syncs;
	g_assert_true(journal_bind(journal, run, CHIP, &error));
	g_assert_cmpuint(syncs, >, before);
	before = syncs;
	write_much(journal, run);
	g_assert_cmpuint(syncs, ==, before);
	g_assert_true(scratch_end(journal, run, VERDICT_PASS, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(syncs, >, before);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/disk/waits", test_waits);
	return g_test_run();
}

/* Whose chip may start when, of boards behind one hub: hub_turn.h. */
#include "core/failure.h"
#include "steps/hub_turn.h"
#include "steps/kinds.h"

#include <glib/gstdio.h>
#include <string.h>

#define SLOTS 4

/* Slots 1 to 3 at one hub, slot 4 at another; the recipe starts the chip and awaits what `await` says. */
typedef struct {
	char *run;
	char *work[SLOTS];
	Slot slot[SLOTS];
	Recipe recipe;
	Step power, await, probe;
	Node *args;
	Job job[SLOTS];
	guint notes;
} Bench;

static void emit(const Event *event, gpointer data)
{
	Bench *bench = data;

	bench->notes += event->kind == EVENT_NOTE;
}

static Node *read_args(const Step *step, const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	Node *node = node_read("test", text, strlen(text), problems);

	schema_check(node, step->kind->fields, problems);
	g_assert_cmpuint(problems_count(problems), ==, 0);
	return node;
}

static void bench_make(Bench *bench, const char *await)
{
	static const char *const ports[SLOTS] = {"1-2.1", "1-2.2", "1-2.3", "1-3.1"};

	*bench = (Bench){.run = g_dir_make_tmp("flashline-turn-XXXXXX", NULL)};
	bench->power = (Step){.id = "power", .kind = &step_power};
	bench->probe = (Step){.id = "probe", .kind = &step_swd_identify};
	bench->await = (Step){.id = "await", .kind = &step_usb_await};
	bench->args = read_args(&bench->await, await);
	bench->await.args = bench->args;
	bench->recipe.steps = g_ptr_array_new();
	g_ptr_array_add(bench->recipe.steps, &bench->power);
	g_ptr_array_add(bench->recipe.steps, &bench->await);
	for (guint i = 0; i < SLOTS; i++) {
		bench->work[i] = g_strdup_printf("%s/slot-%u", bench->run, i + 1);
		bench->slot[i] = (Slot){.number = i + 1, .usb = ports[i]};
		bench->job[i] = (Job){.recipe = &bench->recipe,
			.step = &bench->power,
			.slot = &bench->slot[i],
			.work_dir = bench->work[i],
			.emit = emit,
			.data = bench};
	}
}

static void bench_clear(Bench *bench)
{
	for (guint i = 0; i < SLOTS; i++)
		g_free(bench->work[i]);
	for (guint hub = 2; hub <= 3; hub++) {
		g_autofree char *path = g_strdup_printf("%s/hub-1-%u", bench->run, hub);

		g_remove(path);
	}
	g_assert_cmpint(g_rmdir(bench->run), ==, 0);
	g_free(bench->run);
	g_ptr_array_unref(bench->recipe.steps);
	node_free(bench->args);
}

/* Whether this slot gets its turn within so many ms. */
static gboolean takes(Bench *bench, guint slot, guint ms)
{
	g_autoptr(GError) error = NULL;
	gboolean taken;

	watch_begin(&bench->job[slot - 1].watch, ms, 0);
	taken = hub_turn_take(&bench->job[slot - 1], &error);
	if (!taken)
		g_assert_error(error, FAILURE, FAILURE_STEP_DEADLINE);
	return taken;
}

#define HELD "{device: '37C5:9204', hold: true}"

static void test_two_at_a_time(void)
{
	Bench bench;

	bench_make(&bench, HELD);
	g_assert_true(takes(&bench, 1, 100));
	g_assert_true(takes(&bench, 2, 100));
	g_assert_false(takes(&bench, 3, 100));
	g_assert_true(takes(&bench, 4, 100)); /* another hub */
	g_assert_true(takes(&bench, 1, 100)); /* has it already */
	hub_turn_end(&bench.job[2]);          /* has none */
	g_assert_false(takes(&bench, 3, 100));
	hub_turn_end(&bench.job[0]);
	g_assert_true(takes(&bench, 3, 100));
	g_assert_false(takes(&bench, 1, 100));
	bench_clear(&bench);
}

/* A bootloader that was missed starts again with nobody beside it. */
static void test_alone(void)
{
	g_autoptr(GError) error = NULL;
	Bench bench;

	bench_make(&bench, HELD);
	g_assert_true(takes(&bench, 2, 100));
	watch_begin(&bench.job[0].watch, 100, 0);
	g_assert_false(hub_turn_take_alone(&bench.job[0], &error));
	g_assert_error(error, FAILURE, FAILURE_STEP_DEADLINE);
	g_clear_error(&error);
	hub_turn_end(&bench.job[1]);
	g_assert_true(hub_turn_take_alone(&bench.job[0], &error));
	g_assert_true(takes(&bench, 1, 100)); /* the start itself */
	g_assert_false(takes(&bench, 2, 100));
	g_assert_true(takes(&bench, 4, 100)); /* another hub */
	hub_turn_end(&bench.job[0]);
	g_assert_true(takes(&bench, 2, 100));
	g_assert_true(takes(&bench, 3, 100));
	bench_clear(&bench);
}

/* A dead board, or a job that was killed: its turn ends with its window. */
static void test_ends_by_itself(void)
{
	gint64 begin_us = g_get_monotonic_time();
	Bench bench;

	bench_make(&bench, HELD);
	g_assert_true(takes(&bench, 1, 100));
	g_assert_true(takes(&bench, 2, 100));
	g_assert_true(takes(&bench, 3, 10000));
	g_assert_cmpint(g_get_monotonic_time() - begin_us, >=, 1 * G_USEC_PER_SEC);
	g_assert_cmpuint(bench.notes, ==, 1);
	bench_clear(&bench);
}

static void test_no_window(void)
{
	Bench bench;

	bench_make(&bench, "{device: '37C5:1204'}");
	for (guint slot = 1; slot <= 3; slot++)
		g_assert_true(takes(&bench, slot, 100));
	bench_clear(&bench);

	/* The probe halts the chip before. */
	bench_make(&bench, HELD);
	g_ptr_array_insert(bench.recipe.steps, 1, &bench.probe);
	for (guint slot = 1; slot <= 3; slot++)
		g_assert_true(takes(&bench, slot, 100));
	bench_clear(&bench);
}

/* What stands in the file is nothing that anybody can be held up with. */
static void test_nonsense(void)
{
	static const char *const texts[] = {
		"", "x", "9223372036854775807 7 9223372036854775807 8", "-1 1 -1 2", "1 2 3"};
	Bench bench;

	bench_make(&bench, HELD);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *path = g_build_filename(bench.run, "hub-1-2", NULL);

		g_assert_true(g_file_set_contents(path, texts[i], -1, NULL));
		g_assert_true(takes(&bench, 3, 100));
	}
	bench_clear(&bench);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/steps/hub-turn/two-at-a-time", test_two_at_a_time);
	g_test_add_func("/steps/hub-turn/alone", test_alone);
	g_test_add_func("/steps/hub-turn/ends-by-itself", test_ends_by_itself);
	g_test_add_func("/steps/hub-turn/no-window", test_no_window);
	g_test_add_func("/steps/hub-turn/nonsense", test_nonsense);
	return g_test_run();
}

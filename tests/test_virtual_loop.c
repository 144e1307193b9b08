/* The virtual fixture's loop: timers in their order, descriptors that come and go. */
#include "vloop.h"

#include <glib.h>
#include <sys/epoll.h>
#include <unistd.h>

static void quit(void *loop)
{
	vloop_quit(loop);
}

typedef struct {
	VLoop *loop;
	GString *seen;
	VTimer *later;
} Notes;

static void note_a(void *data)
{
	g_string_append_c(((Notes *)data)->seen, 'a');
}

static void note_b(void *data)
{
	Notes *notes = data;

	g_string_append_c(notes->seen, 'b');
	vtimer_cancel(notes->loop, notes->later);
}

static void note_end(void *data)
{
	Notes *notes = data;

	g_string_append_c(notes->seen, 'z');
	vloop_quit(notes->loop);
}

static void test_timers(void)
{
	Notes notes = {.loop = vloop_new(1.0), .seen = g_string_new(NULL)};
	uint64_t now = vloop_now(notes.loop);

	vloop_at(notes.loop, now + 3 * V_MS, note_end, &notes);
	notes.later = vloop_at(notes.loop, now + 2 * V_MS, note_a, &notes);
	vloop_at(notes.loop, now + V_MS, note_a, &notes); /* of one moment: as they were set */
	vloop_at(notes.loop, now + V_MS, note_b, &notes);
	vloop_at(notes.loop, now + V_MS, note_a, &notes);
	vloop_run(notes.loop);
	g_assert_cmpstr(notes.seen->str, ==, "abaz");
	g_assert_cmpuint(vloop_now(notes.loop) - now, >=, 3 * V_MS);
	g_string_free(notes.seen, TRUE);
	vloop_free(notes.loop);
}

typedef struct {
	VLoop *loop;
	uint64_t when, *last;
	unsigned *left;
} Due;

static void due(void *data)
{
	const Due *at = data;

	g_assert_cmpuint(at->when, >=, *at->last);
	*at->last = at->when;
	if (--*at->left == 0)
		vloop_quit(at->loop);
}

/* Many timers at random, half of them cancelled: the others fire in their order. */
static void test_timers_random(void)
{
	enum { COUNT = 2000 };
	g_autofree Due *all = g_new(Due, COUNT);
	g_autofree VTimer **timers = g_new(VTimer *, COUNT);
	VLoop *loop = vloop_new(1.0);
	uint64_t start = vloop_now(loop) + V_MS, last = 0;
	unsigned left = COUNT;

	for (unsigned i = 0; i < COUNT; i++) {
		all[i] = (Due){.loop = loop, .last = &last, .left = &left};
		all[i].when = start + (uint64_t)g_test_rand_int_range(0, 20000) * V_US;
		timers[i] = vloop_at(loop, all[i].when, due, &all[i]);
	}
	for (unsigned i = 0; i < COUNT; i += 2, left--)
		vtimer_cancel(loop, timers[i]);
	vloop_run(loop);
	g_assert_cmpuint(left, ==, 0);
	vloop_free(loop);
}

static void test_time(void)
{
	VLoop *fast = vloop_new(0.25), *none = vloop_new(0);

	g_assert_cmpuint(vloop_scale(fast, 4 * V_S), ==, V_S);
	g_assert_cmpuint(vloop_scale(none, 4 * V_S), ==, 0);
	vloop_work(none, 1000 * V_S, quit, none);
	vloop_run(none); /* at once */
	vloop_free(fast);
	vloop_free(none);
}

typedef struct {
	VLoop *loop;
	int ends[2][2];
	unsigned calls;
} Pipes;

static void ready(int fd, uint32_t events, void *data)
{
	Pipes *pipes = data;

	/* Both are ready in one batch; the other's event must not arrive any more. */
	pipes->calls++;
	vloop_remove_fd(pipes->loop, pipes->ends[0][0]);
	vloop_remove_fd(pipes->loop, pipes->ends[1][0]);
	vloop_work(pipes->loop, 0, quit, pipes->loop);
}

static void test_descriptors(void)
{
	Pipes pipes = {.loop = vloop_new(1.0)};

	for (unsigned i = 0; i < 2; i++) {
		g_assert_cmpint(pipe(pipes.ends[i]), ==, 0);
		g_assert_cmpint(write(pipes.ends[i][1], "x", 1), ==, 1);
		vloop_add_fd(pipes.loop, pipes.ends[i][0], EPOLLIN, ready, &pipes);
	}
	vloop_run(pipes.loop);
	g_assert_cmpuint(pipes.calls, ==, 1);
	for (unsigned i = 0; i < 4; i++)
		close(pipes.ends[i / 2][i % 2]);
	vloop_free(pipes.loop);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(void);
	} tests[] = {{"timers", test_timers}, {"random", test_timers_random}, {"time", test_time},
		{"descriptors", test_descriptors}};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/virtual/loop/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].func);
	}
	return g_test_run();
}

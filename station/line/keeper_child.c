#include "line/keeper_child.h"
#include "core/failure.h"

#define READY_MS 10000

struct KeeperChild {
	Child *child;
	GMainLoop *loop; /* runs while it is awaited */
	gboolean ready, ended, awaited, timed_out;
	char *said; /* instead of "ready" */
	KeeperGone gone;
	gpointer data;
};

static void on_line(Child *child, const char *text, gsize length, gpointer data)
{
	KeeperChild *keeper = data;

	if (text && g_str_equal(text, "ready")) {
		keeper->ready = TRUE;
	} else {
		g_free(keeper->said);
		keeper->said = g_strdup(text ? text : "error pins-lost the keeper babbles");
	}
	g_main_loop_quit(keeper->loop);
}

static void on_end(Child *child, int status, gpointer data)
{
	KeeperChild *keeper = data;

	keeper->ended = TRUE;
	g_main_loop_quit(keeper->loop);
	if (!keeper->awaited)
		keeper->gone(keeper->data);
}

static gboolean on_timeout(gpointer data)
{
	KeeperChild *keeper = data;

	keeper->timed_out = TRUE;
	g_main_loop_quit(keeper->loop);
	return G_SOURCE_CONTINUE;
}

/* Runs the main context until the keeper is in that state, for so long at most. */
static void await(KeeperChild *keeper, const gboolean *state, guint ms)
{
	guint timeout = g_timeout_add(ms, on_timeout, keeper);

	keeper->timed_out = FALSE;
	keeper->awaited = TRUE;
	while (!*state && !keeper->ended && !keeper->said && !keeper->timed_out)
		g_main_loop_run(keeper->loop);
	keeper->awaited = FALSE;
	g_source_remove(timeout);
}

static void keeper_child_free(KeeperChild *keeper)
{
	child_free(keeper->child);
	g_main_loop_unref(keeper->loop);
	g_free(keeper->said);
	g_free(keeper);
}

/* "error CODE what was seen", as the keeper says it. */
static void explain(const KeeperChild *keeper, GError **error)
{
	g_auto(GStrv) words = g_strsplit(keeper->said ? keeper->said : "", " ", 3);
	int code = FAILURE_PINS_MISSING;
	gboolean known = g_strv_length(words) == 3 && failure_code_from_word(words[1], &code);
	g_autofree char *diagnostics = child_diagnostics(keeper->child);

	if (keeper->said)
		g_set_error(error, FAILURE, code, "%s", known ? words[2] : keeper->said);
	else
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
			"the keeper of the pins did not get ready: %s", diagnostics);
}

KeeperChild *keeper_child_start(
	const Rundir *rundir, KeeperGone gone, gpointer data, GError **error)
{
	const char *args[] = {
		"keeper", "--fixture", rundir->fixture, "--socket", rundir->keeper, NULL};
	KeeperChild *keeper = g_new0(KeeperChild, 1);

	keeper->loop = g_main_loop_new(NULL, FALSE);
	keeper->gone = gone;
	keeper->data = data;
	keeper->child = child_start(args, on_line, on_end, keeper, error);
	if (keeper->child) {
		await(keeper, &keeper->ready, READY_MS);
		if (keeper->ready)
			return keeper;
		explain(keeper, error);
	}
	keeper_child_free(keeper);
	return NULL;
}

void keeper_child_end(KeeperChild *keeper, guint ms)
{
	if (!keeper)
		return;
	g_clear_pointer(&keeper->said, g_free);
	child_close_input(keeper->child);
	await(keeper, &keeper->ended, ms);
	keeper_child_free(keeper);
}

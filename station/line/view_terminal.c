/*
 * One line a slot, rewritten in place:
 *
 *   demo rev B on eight-up, 8 boards, 00:12
 *    1  OMV000001  ▶ 5/10 firmware     ███████████░░░░░░░░░  54 % write    8.1 s
 *    2  OMV000002  ✗ FAIL flash-verify in bootloader                       4.9 s
 *
 * Symbol and word carry the meaning; colour only helps. Lines are cut to the terminal's width, since
 * one that wraps could not be rewritten.
 */
#include "line/view_text.h"
#include "core/style.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH     20
#define SECONDS_WIDTH 9  /* " 1234.5 s" */
#define WIDTH_MOST    90 /* a wider line only pulls the figures away from their names */

typedef struct {
	gboolean colours;
	guint drawn; /* lines on the screen that are ours to rewrite */
	gint64 begin_us;
	guint serial_width, step_width;
	char *said; /* the last answer to a command */
} Terminal;

static struct winsize terminal_size(void)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col <= 20 || !size.ws_row)
		size = (struct winsize){.ws_col = 80, .ws_row = 24};
	return size;
}

gboolean view_terminal_fits(guint boards)
{
	const char *term = g_getenv("TERM");

	return isatty(STDOUT_FILENO) && g_strcmp0(term, "dumb") != 0 &&
	       boards + 2 <= terminal_size().ws_row;
}

static void append_bar(GString *line, guint64 done, guint64 total)
{
	guint full = total ? (guint)(BAR_WIDTH * MIN(done, total) / total) : 0;

	for (guint i = 0; i < BAR_WIDTH; i++)
		g_string_append(line, i < full ? "█" : "░");
	if (total)
		g_string_append_printf(line, " %3u %%", (guint)(100 * MIN(done, total) / total));
	else
		g_string_append(line, "      ");
}

static void append_running(GString *line, const SlotRun *run, const Terminal *terminal)
{
	const Step *step = slotrun_step(run);
	const GPtrArray *steps = run->context->recipe->steps;

	g_string_append_printf(line, "%s %2u/%u ", style_symbol(VERDICT_RUNNING),
		MIN(run->step + 1, steps->len), steps->len);
	g_string_append_printf(line, "%-*s ", (int)terminal->step_width, step ? step->id : "");
	append_bar(line, run->done, run->total);
	g_string_append_printf(line, " %-8s", run->phase ? run->phase : "");
}

/* A line's slot in which no board is at work, or none has a verdict. */
static void draw_idle(GString *screen, const ViewRow *row, guint width)
{
	g_autofree char *state = view_state(row);
	g_autofree char *line = g_strdup_printf("%3u  %s", row->slot->number, state);
	g_autofree char *fitted = style_fit(line, width - 1);

	g_string_append_printf(screen, "%s\033[K\n", fitted);
}

/* On a line nobody reads a report behind the last board: what is to be done stands behind the verdict. */
static void append_outcome(GString *line, const SlotRun *run, const ViewRow *row)
{
	g_autofree char *outcome = view_outcome(run);

	g_string_append(line, outcome);
	if (row->waits)
		g_string_append_printf(line, "  ☞ %s", row->waits);
	else if (row->state && run->failure)
		g_string_append_printf(line, "  ☞ %s", run->failure->advice);
}

static void draw_run(GString *screen, const ViewRow *row, const Terminal *terminal, guint width)
{
	const SlotRun *run = row->run;
	g_autoptr(GString) line = g_string_new(NULL);
	gboolean over = run->verdict != VERDICT_RUNNING;
	gint64 until = over ? run->end_us : g_get_monotonic_time();
	gboolean colour = over && terminal->colours;
	g_autofree char *fitted = NULL;

	g_string_append_printf(
		line, "%3u  %-*s  ", run->slot->number, (int)terminal->serial_width, run->serial);
	if (over)
		append_outcome(line, run, row);
	else
		append_running(line, run, terminal);
	if (run->begin_us) {
		g_autofree char *before = style_fit(line->str, width - 1 - SECONDS_WIDTH);

		g_string_printf(line, "%s %6.1f s", before,
			(double)(until - run->begin_us) / G_USEC_PER_SEC);
	}
	fitted = style_fit(line->str, width - 1);
	g_string_append_printf(screen, "%s%s%s\033[K\n", style_begin(run->verdict, colour), fitted,
		style_end(colour));
}

static void draw_row(GString *screen, const ViewRow *row, const Terminal *terminal)
{
	/* Advice is long, and worth a wide terminal. */
	guint width = terminal_size().ws_col;

	if (!row->state || (row->run && row->run->verdict == VERDICT_RUNNING))
		width = MIN(width, WIDTH_MOST);
	if (row->run)
		draw_run(screen, row, terminal, width);
	else
		draw_idle(screen, row, width);
}

/* What a line has done, and its last answer: under the slots. */
static void draw_foot(GString *screen, const View *view)
{
	const Terminal *terminal = view->own;
	g_autofree char *counts = counts_text(view->counts);
	g_autofree char *answer = style_fit(
		terminal->said ? terminal->said : "", MIN(terminal_size().ws_col, WIDTH_MOST) - 1);

	g_string_append_printf(screen, "%s\033[K\n%s\033[K\n", counts, answer);
}

/* Boards of a line come with serials as long as they like. */
static void widen(Terminal *terminal, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const ViewRow *row = rows->pdata[i];

		if (row->run)
			terminal->serial_width =
				MAX(terminal->serial_width, (guint)strlen(row->run->serial));
	}
}

static void draw(View *view)
{
	Terminal *terminal = view->own;
	g_autoptr(GString) screen = g_string_new(NULL);
	g_autofree char *title = view_title(view);
	guint seconds = (guint)((g_get_monotonic_time() - terminal->begin_us) / G_USEC_PER_SEC);

	widen(terminal, view->rows);
	if (terminal->drawn)
		g_string_append_printf(screen, "\033[%uA", terminal->drawn);
	g_string_append_printf(screen, "%s, %02u:%02u\033[K\n", title, seconds / 60, seconds % 60);
	for (guint i = 0; i < view->rows->len; i++)
		draw_row(screen, view->rows->pdata[i], terminal);
	if (view->counts)
		draw_foot(screen, view);
	terminal->drawn = view->rows->len + (view->counts ? 3 : 1);
	fwrite(screen->str, 1, screen->len, stdout);
	fflush(stdout);
}

static void begin(View *view)
{
	Terminal *terminal = view->own;

	terminal->begin_us = g_get_monotonic_time();
	for (guint i = 0; i < view->recipe->steps->len; i++)
		terminal->step_width = MAX(terminal->step_width,
			(guint)strlen(((const Step *)view->recipe->steps->pdata[i])->id));
	draw(view);
}

static void changed(View *view, const SlotRun *run, const Event *event)
{
	/* The tick draws: a burst of events costs no more than one. */
}

static void over(View *view, const SlotRun *run)
{
	draw(view);
}

static void state(View *view, const ViewRow *row)
{
	/* As for `changed`. */
}

static void say(View *view, const char *text)
{
	Terminal *terminal = view->own;

	g_free(terminal->said);
	terminal->said = g_strdup(text);
}

static void end(View *view)
{
	draw(view);
	view_report(view, ((const Terminal *)view->own)->colours);
}

static void free_view(View *view)
{
	g_free(((Terminal *)view->own)->said);
	g_free(view->own);
	g_free(view);
}

View *view_terminal_new(void)
{
	View *view = g_new0(View, 1);
	Terminal *terminal = g_new0(Terminal, 1);

	terminal->colours = style_has_colour(STDOUT_FILENO);
	*view = (View){.begin = begin,
		.changed = changed,
		.over = over,
		.state = state,
		.say = say,
		.tick = draw,
		.end = end,
		.free = free_view,
		.own = terminal};
	return view;
}

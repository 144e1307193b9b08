#include "link/openocd_mark.h"

#include <sys/random.h>

/*
 * DTCM, 64 KiB from its start; OpenOCD's work area is 0x900 bytes at its start (target/stm32h7x.cfg,
 * openocd.c). Nothing but OpenOCD's code runs on a halted chip, and that has no stack. DTCM is not
 * cached, and its ECC is of single words: a write makes it whole.
 */
#define MARK_ADDRESS 0x20010000u

/*
 * Why the chip was reset (RM0433, RCC_RSR): two flags tell of its supply, and stay until RMVF is written.
 * Who reads them next finds what he finds after any reset of ours: that of a debugger.
 */
#define RCC_RSR  0x580244D0u
#define RSR_RMVF (1u << 16)
#define BORRSTF  (1u << 21)
#define PORRSTF  (1u << 23)

static guint32 low(const Openocd *openocd)
{
	return (guint32)openocd->mark;
}

static guint32 high(const Openocd *openocd)
{
	return (guint32)(openocd->mark >> 32);
}

char *openocd_mark_check(const Openocd *openocd)
{
	return g_strdup_printf("if {[read_memory 0x%08X 32 2] ne {0x%x 0x%x} || ([read_memory "
			       "0x%08X 32 1] & 0x%X)}"
			       " {error {the mark is gone}}",
		MARK_ADDRESS, low(openocd), high(openocd), RCC_RSR, PORRSTF | BORRSTF);
}

gboolean openocd_mark(Openocd *openocd, Watch *watch, GError **error)
{
	const OpenocdCall call = {"marking the chip", FAILURE_SWD_LINK, OPENOCD_COMMAND_MS};
	guint64 mark = 0;
	/* By the kernel: jobs of all slots descend from one process, and would all draw the same. */
	if (getrandom(&mark, sizeof mark, 0) != sizeof mark) {
		g_set_error(
			error, FAILURE, FAILURE_STATION_INTERNAL, "%s: no random bits", call.what);
		return FALSE;
	}
	openocd->mark = mark | 1; /* never 0: that is "not marked" */
	g_autofree char *check = openocd_mark_check(openocd);
	g_autofree char *command = g_strdup_printf(
		"write_memory 0x%08X 32 {0x%x 0x%x}; write_memory 0x%08X 32 0x%X;"
		" write_memory 0x%08X 32 0; %s",
		MARK_ADDRESS, low(openocd), high(openocd), RCC_RSR, RSR_RMVF, RCC_RSR, check);
	return openocd_run(openocd, &call, command, watch, error);
}

gboolean openocd_marked(Openocd *openocd, Watch *watch, GError **error)
{
	guint32 mark[2] = {0}, flags = 0;
	g_return_val_if_fail(openocd->mark != 0, FALSE);
	if (!openocd_read(openocd, MARK_ADDRESS, 32, 2, mark, watch, error) ||
		!openocd_read(openocd, RCC_RSR, 32, 1, &flags, watch, error))
		return FALSE;
	gboolean holds = mark[0] == low(openocd) && mark[1] == high(openocd);
	flags &= PORRSTF | BORRSTF;
	if (holds && flags == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_POWER_LOST,
		"the board has lost its power, or is another one (%s; RCC_RSR 0x%08X)",
		holds ? "its RAM has kept what was left there"
		      : "its RAM does not hold what was left there",
		flags);
	return FALSE;
}

/* What can be the board's doing, or that of one that has come since. */
static gboolean concerns_chip(const Openocd *openocd, const GError *problem)
{
	return openocd->child.process.pid != 0 &&
	       (failure_of(problem)->blame == BLAME_BOARD ||
		       g_error_matches(problem, FAILURE, FAILURE_SWD_LINK));
}

/* A link that is broken cannot tell of the mark either: then it was no proof against a board. */
static gboolean outweighs(const GError *found, const GError *problem)
{
	return failure_of(problem)->blame == BLAME_BOARD ||
	       g_error_matches(found, FAILURE, FAILURE_POWER_LOST);
}

gboolean openocd_run_checked(Openocd *openocd, const OpenocdCall *call, const char *command,
	Watch *watch, GError **error)
{
	g_autoptr(GError) problem = NULL, found = NULL;
	if (openocd_run(openocd, call, command, watch, &problem))
		return TRUE;
	if (concerns_chip(openocd, problem) && !openocd_marked(openocd, watch, &found) &&
		outweighs(found, problem))
		g_propagate_prefixed_error(
			error, g_steal_pointer(&found), "%s; then ", problem->message);
	else
		g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

gboolean openocd_run_marked(Openocd *openocd, const OpenocdCall *call, const char *command,
	Watch *watch, GError **error)
{
	if (openocd->mark == 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"%s: the chip was not reset and halted", call->what);
		return FALSE;
	}
	g_autofree char *check = openocd_mark_check(openocd);
	g_autofree char *line = g_strdup_printf("%s; %s; %s", check, command, check);
	return openocd_run_checked(openocd, call, line, watch, error);
}

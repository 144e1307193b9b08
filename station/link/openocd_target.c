#include "core/text.h"
#include "link/openocd_mark.h"

#include <string.h>

/* A reset takes a hundred packets: as when it connects, on a station on which 32 of them are at work. */
#define RESET_MS 15000
#define READ_MAX 4096 /* values in one call */

/* ARMv7-M DHCSR: what the core is doing. */
#define DHCSR          0xE000EDF0u
#define DHCSR_HALT     (1u << 17)
#define DHCSR_LOCKUP   (1u << 19)
#define DHCSR_RESET_ST (1u << 25) /* sticky, cleared by reading */

#define RESET_LOOKS 3

/* ---- asking -------------------------------------------------------------------------------- */

/* `count` numbers of at most `width` bits, parted by single spaces, and nothing else. */
static gboolean parse_numbers(const char *text, guint width, guint count, guint32 *values)
{
	for (guint i = 0; i < count; i++) {
		char *end = NULL;
		if (!g_str_has_prefix(text, "0x") || !g_ascii_isxdigit(text[2]))
			return FALSE;
		guint64 value = g_ascii_strtoull(text, &end, 16);
		if (end - text > 10 || value >> width != 0)
			return FALSE;
		values[i] = (guint32)value;
		text = end + (*end == ' ' && i + 1 < count ? 1 : 0);
	}
	return *text == '\0' || strcmp(text, "\n") == 0;
}

static gboolean ask_numbers(Openocd *openocd, const char *what, const char *command, guint width,
	guint count, guint32 *values, Watch *watch, GError **error)
{
	const OpenocdCall call = {what, FAILURE_SWD_LINK, OPENOCD_COMMAND_MS};
	g_autofree char *result = openocd_call(openocd, &call, command, watch, error);
	if (result == NULL)
		return FALSE;
	if (parse_numbers(result, width, count, values))
		return TRUE;
	g_autofree char *shown = text_clean(result, (gssize)MIN(strlen(result), 60));
	g_set_error(error, FAILURE, FAILURE_OPENOCD_DIED,
		"%s: OpenOCD answered \"%s\" where numbers were asked for", what, shown);
	openocd_child_end(&openocd->child, openocd->log, 0);
	return FALSE;
}

gboolean openocd_dpidr(Openocd *openocd, guint32 *dpidr, Watch *watch, GError **error)
{
	return ask_numbers(
		openocd, "reading DPIDR", "stm32h7x.dap dpreg 0", 32, 1, dpidr, watch, error);
}

gboolean openocd_read(Openocd *openocd, guint32 address, guint width, guint count, guint32 *values,
	Watch *watch, GError **error)
{
	g_return_val_if_fail(width == 8 || width == 16 || width == 32, FALSE);
	g_return_val_if_fail(count >= 1 && count <= READ_MAX, FALSE);
	g_autofree char *what = g_strdup_printf("reading 0x%08X", address);
	g_autofree char *command =
		g_strdup_printf("read_memory 0x%08X %u %u", address, width, count);
	return ask_numbers(openocd, what, command, width, count, values, watch, error);
}

/* ---- resetting ----------------------------------------------------------------------------- */

static gboolean read_dhcsr(Openocd *openocd, guint32 *value, Watch *watch, GError **error)
{
	return openocd_read(openocd, DHCSR, 32, 1, value, watch, error);
}

static gboolean halt(Openocd *openocd, Watch *watch, GError **error)
{
	const OpenocdCall call = {"resetting the chip and halting it", FAILURE_SWD_LINK, RESET_MS};
	guint32 dhcsr = 0;
	if (!openocd_run(openocd, &call, "reset halt", watch, error) ||
		!read_dhcsr(openocd, &dhcsr, watch, error))
		return FALSE;
	if (dhcsr & DHCSR_HALT)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_SWD_LINK, "%s: it did not halt (DHCSR 0x%08X)",
		call.what, dhcsr);
	return FALSE;
}

/* What the core does behind a reset of ours, whose sticky bit the first reading takes. A program may make one of its own
 * meanwhile, as a bootloader does whose window was over before a slow station looked: only one that is seen at each look
 * is a chip that keeps resetting. */
static gboolean read_behind_reset(Openocd *openocd, guint32 *dhcsr, Watch *watch, GError **error)
{
	if (!read_dhcsr(openocd, dhcsr, watch, error))
		return FALSE;
	for (guint look = 0; look < RESET_LOOKS; look++) {
		if (!read_dhcsr(openocd, dhcsr, watch, error))
			return FALSE;
		if (!(*dhcsr & DHCSR_RESET_ST))
			break;
	}
	return TRUE;
}

/* OpenOCD connects anew where it has to: what is halted now may be another board, and has a mark of its own. */
gboolean openocd_reset_halt(Openocd *openocd, Watch *watch, GError **error)
{
	openocd->mark = 0;
	return halt(openocd, watch, error) && openocd_mark(openocd, watch, error);
}

gboolean openocd_halt_again(Openocd *openocd, Watch *watch, GError **error)
{
	return halt(openocd, watch, error) && openocd_marked(openocd, watch, error);
}

/*
 * Not "reset run": that lets the core go before the reset, at the breakpoint with which the flash loader
 * ended, where it halts anew; and that halt can outlive the reset. What was halted and worked on is what
 * has to run, and no other board.
 */
static gboolean let_run(Openocd *openocd, const OpenocdCall *call, Watch *watch, GError **error)
{
	if (openocd->mark == 0)
		return openocd_run(openocd, call, "reset halt; resume", watch, error);
	g_autofree char *check = openocd_mark_check(openocd);
	g_autofree char *command = g_strdup_printf("reset halt; %s; resume", check);
	gboolean runs = openocd_run_checked(openocd, call, command, watch, error);
	openocd->mark = 0;
	return runs;
}

gboolean openocd_reset_run(Openocd *openocd, Watch *watch, GError **error)
{
	const OpenocdCall call = {"resetting the chip to run", FAILURE_SWD_LINK, RESET_MS};
	guint32 dhcsr = 0;
	/* It would also succeed where nothing runs (openocd.md section 6): so look. */
	if (!let_run(openocd, &call, watch, error) ||
		!read_behind_reset(openocd, &dhcsr, watch, error))
		return FALSE;
	if (!(dhcsr & (DHCSR_HALT | DHCSR_LOCKUP | DHCSR_RESET_ST)))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_SWD_LINK, "%s: it %s (DHCSR 0x%08X)", call.what,
		dhcsr & DHCSR_LOCKUP ? "locked up"
		: dhcsr & DHCSR_HALT ? "halted"
				     : "keeps resetting",
		dhcsr);
	return FALSE;
}

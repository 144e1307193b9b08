#include "link/pin_command.h"

#include "core/failure.h"
#include "core/text.h"
#include "link/tool.h"

#include <string.h>

/* Below what a client of the keeper waits for an answer (link/pins.c). */
#define BOUND_MS 2000

typedef struct {
	PinBank bank;
	const Controller *controller;
} Command;

/* Runs it with the pin and, if any, the level behind its arguments. What it printed, newly allocated. */
static char *run(
	const Command *command, char *const *start, guint pin, const char *level, GError **error)
{
	g_autofree char *number = g_strdup_printf("%u", pin);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) cause = NULL;
	Watch watch = {0};
	int status = 0;
	for (; *start != NULL; start++)
		g_ptr_array_add(argv, *start);
	g_ptr_array_add(argv, number);
	g_ptr_array_add(argv, (gpointer)level);
	g_ptr_array_add(argv, NULL);
	watch_begin(&watch, BOUND_MS, 0);
	char *said =
		tool_run(&(Tool){.argv = (const char *const *)argv->pdata, .bound_ms = BOUND_MS},
			&status, &watch, &cause);
	if (said != NULL && status == 0)
		return said;
	g_autofree char *words = said ? text_clip(g_strchomp(said), 200) : NULL;
	g_free(said);
	if (cause != NULL)
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "controller '%s': pin %u: %s",
			command->controller->name, pin, cause->message);
	else
		g_set_error(error, FAILURE, FAILURE_PINS_LOST,
			"controller '%s': pin %u: its command ended with status %d: %s",
			command->controller->name, pin, status, words);
	return NULL;
}

/* The effect, where there is a way to ask for it. */
static gboolean check(const Command *command, guint pin, gboolean high, GError **error)
{
	if (command->controller->get == NULL)
		return TRUE;
	g_autofree char *said = run(command, command->controller->get, pin, NULL, error);
	if (said == NULL)
		return FALSE;
	g_strstrip(said);
	if (strcmp(said, high ? "1" : "0") == 0)
		return TRUE;
	g_autofree char *words = text_clip(said, 60);
	g_set_error(error, FAILURE, FAILURE_PINS_LOST,
		"controller '%s': set pin %u to %d, it is '%s'", command->controller->name, pin,
		high, words);
	return FALSE;
}

static gboolean set_one(const Command *command, guint pin, gboolean high, GError **error)
{
	g_autofree char *said =
		run(command, command->controller->set, pin, high ? "1" : "0", error);
	return said != NULL && check(command, pin, high, error);
}

static gboolean set(PinBank *bank, guint32 pins, guint32 levels, GError **error)
{
	for (guint pin = 0; pin < PINS_MOST; pin++)
		if (pins >> pin & 1 &&
			!set_one((const Command *)bank, pin, levels >> pin & 1, error))
			return FALSE;
	return TRUE;
}

static gboolean read_inputs(PinBank *bank, guint32 *levels, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "a command has no inputs");
	return FALSE;
}

static void close_command(PinBank *bank)
{
	g_free(bank);
}

static const PinBankOps ops = {.set = set, .read = read_inputs, .close = close_command};

PinBank *pin_command_open(const Controller *controller, PinsUsed used, GError **error)
{
	Command *command = g_new0(Command, 1);
	g_autoptr(PinBank) bank = &command->bank;
	bank->ops = &ops;
	command->controller = controller;
	return set(bank, used.outputs, used.safe, error) ? g_steal_pointer(&bank) : NULL;
}

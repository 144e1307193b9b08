/* tool_fixture FILE: what a fixture file means, a line a fact, sorted by nothing but the slots' numbers: two
 * files that mean the same print the same, whatever their comments, order and controllers' names. */
#include "core/fixture.h"

#include <stdio.h>

/* Of an FTDI chip its serial; of an expander that of its bus, and its address; of a hub its port. */
static char *place_of(const Controller *controller)
{
	const BusPlace *place = &controller->place;

	if (place->bus)
		return g_strdup_printf("0x%02X of %s %c", place->address, place->bus->serial,
			'A' + (int)place->channel);
	return g_strdup(controller->port ? controller->port : controller->serial);
}

static void print_pin(guint slot, Signal signal, const Pin *pin)
{
	g_autofree char *place = pin->controller ? place_of(pin->controller) : NULL;

	if (place)
		printf("slot %u %s: %s %s pin %s active %s\n", slot, signal_word(signal),
			pin->controller->chip, place, pin->place, pin->active_low ? "low" : "high");
}

int main(int argc, char **argv)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Fixture) fixture = argc == 2 ? fixture_load(argv[1], problems) : NULL;
	g_autofree char *text = problems_text(problems);

	fputs(text, stderr);
	if (!fixture)
		return 2;
	printf("swd %u kHz\n", fixture->swd_khz);
	for (guint signal = 0; signal < SIGNAL_COUNT; signal++)
		print_pin(0, (Signal)signal, &fixture->pins[signal]);
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = fixture->slots->pdata[i];

		printf("slot %u at %s, probe %s\n", slot->number, slot->usb,
			slot->probe ? slot->probe : "none");
		for (guint signal = 0; signal < SIGNAL_COUNT; signal++)
			print_pin(slot->number, (Signal)signal, &slot->pins[signal]);
	}
	return 0;
}

#include "line/keeper_inputs.h"

typedef struct {
	const Pin *pin;
	guint slot; /* 0: the fixture's */
	Signal signal;
	gboolean active; /* as it was told */
	gboolean last;   /* as it was at the last look */
} Input;

struct KeeperInputs {
	const KeeperWires *wires;
	GArray *inputs; /* of Input */
};

static void add_inputs(KeeperInputs *inputs, guint slot, const Pin *pins)
{
	for (guint signal = 0; signal < SIGNAL_COUNT; signal++) {
		const Input input = {&pins[signal], slot, (Signal)signal, FALSE, FALSE};
		if (pins[signal].controller != NULL && signal_is_input((Signal)signal))
			g_array_append_val(inputs->inputs, input);
	}
}

KeeperInputs *keeper_inputs_new(const KeeperWires *wires)
{
	KeeperInputs *inputs = g_new0(KeeperInputs, 1);
	inputs->wires = wires;
	inputs->inputs = g_array_new(FALSE, TRUE, sizeof(Input));
	add_inputs(inputs, 0, wires->fixture->pins);
	for (guint i = 0; i < wires->fixture->slots->len; i++) {
		const Slot *slot = g_ptr_array_index(wires->fixture->slots, i);
		add_inputs(inputs, slot->number, slot->pins);
	}
	return inputs;
}

void keeper_inputs_free(KeeperInputs *inputs)
{
	if (inputs == NULL)
		return;
	g_array_unref(inputs->inputs);
	g_free(inputs);
}

static void tell(const Input *input, GString *text)
{
	g_string_append_printf(
		text, "input %u %s %d\n", input->slot, signal_word(input->signal), input->active);
}

static void look_at(Input *input, guint32 levels, GString *text)
{
	gboolean now = pin_active(input->pin, levels);
	gboolean steady = now == input->last;
	input->last = now;
	if (!steady || now == input->active)
		return;
	input->active = now;
	tell(input, text);
}

/* Each controller is read once for all its inputs. */
gboolean keeper_inputs_look(KeeperInputs *inputs, GString *text, GError **error)
{
	const KeeperWires *wires = inputs->wires;
	for (guint i = 0; i < wires->fixture->controllers->len; i++) {
		const Controller *controller = g_ptr_array_index(wires->fixture->controllers, i);
		gboolean have = FALSE;
		guint32 levels = 0;
		for (guint n = 0; n < inputs->inputs->len; n++) {
			Input *input = &g_array_index(inputs->inputs, Input, n);
			if (input->pin->controller != controller)
				continue;
			if (!have && !wires->read(wires->data, controller, &levels, error))
				return FALSE;
			have = TRUE;
			look_at(input, levels, text);
		}
	}
	return TRUE;
}

void keeper_inputs_all(const KeeperInputs *inputs, GString *text)
{
	for (guint n = 0; n < inputs->inputs->len; n++)
		tell(&g_array_index(inputs->inputs, Input, n), text);
}

gboolean keeper_inputs_active(
	const KeeperInputs *inputs, guint slot, Signal signal, gboolean unknown)
{
	for (guint n = 0; n < inputs->inputs->len; n++) {
		const Input *input = &g_array_index(inputs->inputs, Input, n);
		if (input->slot == slot && input->signal == signal)
			return input->active;
	}
	return unknown;
}

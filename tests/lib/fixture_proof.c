#include "lib/fixture_proof.h"
#include "core/fixture.h"

#include <string.h>

static gboolean owns(const Fixture *fixture, const Controller *controller)
{
	return g_ptr_array_find(fixture->controllers, controller, NULL);
}

/* `taken`: "controller/index" of the pins before. */
static void prove_pins(const Fixture *fixture, const Pin *pins, GHashTable *taken)
{
	for (guint i = 0; i < SIGNAL_COUNT; i++) {
		if (!pins[i].controller)
			continue;
		g_assert_true(owns(fixture, pins[i].controller));
		g_assert_cmpuint(pins[i].index, <, PINS_MOST);
		g_assert_true(g_hash_table_add(taken,
			g_strdup_printf("%p/%u", (const void *)pins[i].controller, pins[i].index)));
	}
}

static void prove_slot(const Fixture *fixture, const Slot *slot)
{
	g_assert_true(fixture_slot(fixture, slot->number) == slot);
	g_assert_cmpuint(slot->number, >=, 1);
	g_assert_cmpint(slot->trigger, <, TRIGGER_COUNT);
	g_assert_true(!slot->current.place.bus || owns(fixture, slot->current.place.bus));
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *other = fixture->slots->pdata[i];

		if (other == slot)
			continue;
		g_assert_cmpuint(other->number, !=, slot->number);
		g_assert_cmpstr(other->usb, !=, slot->usb);
		g_assert_true(!slot->probe || g_strcmp0(other->probe, slot->probe) != 0);
	}
}

static void prove_fixture(const Fixture *fixture)
{
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	prove_pins(fixture, fixture->pins, taken);
	g_assert_cmpuint(fixture->slots->len, >, 0);
	for (guint i = 0; i < fixture->slots->len; i++) {
		prove_slot(fixture, fixture->slots->pdata[i]);
		prove_pins(fixture, ((const Slot *)fixture->slots->pdata[i])->pins, taken);
	}
	for (guint i = 0; i < fixture->controllers->len; i++) {
		const Controller *controller = fixture->controllers->pdata[i];

		g_assert_true(!controller->place.bus || owns(fixture, controller->place.bus));
		g_assert_true(
			controller_find(fixture->controllers, controller->name) == controller);
	}
}

static void prove_sentences(const char *text)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	for (const char *at = text; *at; at = g_utf8_next_char(at))
		g_assert_true(*at == '\n' || !g_unichar_iscntrl(g_utf8_get_char(at)));
}

void fixture_proof(const guint8 *data, gsize size)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Fixture) fixture =
		fixture_read("/fixtures/any.yaml", (const char *)data, size, problems);
	g_autofree char *text = problems_text(problems);

	g_assert_true((fixture == NULL) == (problems_count(problems) > 0));
	prove_sentences(text);
	if (fixture)
		prove_fixture(fixture);
}

#include "line/keeper_lamps.h"

#include <string.h>

#define PRESENT_WORD " present"

struct KeeperLamps {
	const KeeperWires *wires;
	const KeeperInputs *inputs;
	GHashTable *lit;  /* slots whose lamps are lit while their board is there */
	GHashTable *left; /* slots whose board has gone since power came */
};

KeeperLamps *keeper_lamps_new(const KeeperWires *wires, const KeeperInputs *inputs)
{
	KeeperLamps *lamps = g_new0(KeeperLamps, 1);
	lamps->wires = wires;
	lamps->inputs = inputs;
	lamps->lit = g_hash_table_new(NULL, NULL);
	lamps->left = g_hash_table_new(NULL, NULL);
	return lamps;
}

void keeper_lamps_free(KeeperLamps *lamps)
{
	if (lamps == NULL)
		return;
	g_hash_table_unref(lamps->lit);
	g_hash_table_unref(lamps->left);
	g_free(lamps);
}

gboolean keeper_lamps_look(KeeperLamps *lamps, GError **error)
{
	const GPtrArray *slots = lamps->wires->fixture->slots;
	for (guint i = 0; i < slots->len; i++) {
		guint number = ((const Slot *)g_ptr_array_index(slots, i))->number;
		if (keeper_inputs_active(lamps->inputs, number, SIGNAL_PRESENT, TRUE))
			continue;
		g_hash_table_add(lamps->left, GUINT_TO_POINTER(number));
		if (g_hash_table_remove(lamps->lit, GUINT_TO_POINTER(number)) &&
			!keeper_set_lamps(lamps->wires, number, "none", error))
			return FALSE;
	}
	return TRUE;
}

void keeper_lamps_power(KeeperLamps *lamps, guint slot)
{
	g_hash_table_remove(lamps->left, GUINT_TO_POINTER(slot));
}

/* "lamps 3 green present" without its last word, newly allocated; and the slot. */
static char *without_present(const char *request, guint *slot)
{
	guint64 number = 0;
	if (g_str_has_suffix(request, PRESENT_WORD))
		number = g_ascii_strtoull(request + strlen("lamps "), NULL, 10);
	*slot = number <= G_MAXUINT16 ? (guint)number : 0;
	return *slot == 0 ? NULL : g_strndup(request, strlen(request) - strlen(PRESENT_WORD));
}

char *keeper_lamps_answer(KeeperLamps *lamps, const char *request)
{
	guint slot = 0;
	if (!g_str_has_prefix(request, "lamps "))
		return NULL;
	g_autofree char *plain = without_present(request, &slot);
	if (plain == NULL) {
		slot = (guint)g_ascii_strtoull(request + strlen("lamps "), NULL, 10);
		g_hash_table_remove(lamps->lit, GUINT_TO_POINTER(slot));
		return keeper_answer(lamps->wires, request);
	}
	if (g_hash_table_contains(lamps->left, GUINT_TO_POINTER(slot))) {
		g_autofree char *none = g_strdup_printf("lamps %u none", slot);
		return keeper_answer(lamps->wires, none);
	}
	g_hash_table_add(lamps->lit, GUINT_TO_POINTER(slot));
	return keeper_answer(lamps->wires, plain);
}

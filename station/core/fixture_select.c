/* "1-4,7": which slots of a fixture to use. */
#include "core/fixture.h"

#include "core/text.h"

#include <string.h>

static gboolean take_number(const char **at, guint *number)
{
	guint v = 0;

	if (!g_ascii_isdigit(**at))
		return FALSE;
	for (; g_ascii_isdigit(**at); (*at)++) {
		v = v * 10 + (guint)(**at - '0');
		if (v > 1000)
			return FALSE;
	}
	*number = v;
	return TRUE;
}

/* "7" or "1-4" */
static gboolean take_range(const char *part, guint *first, guint *last)
{
	const char *at = part;

	if (!take_number(&at, first))
		return FALSE;
	*last = *first;
	if (*at == '-') {
		at++;
		if (!take_number(&at, last))
			return FALSE;
	}
	return *at == '\0' && *first >= 1 && *first <= *last;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	const Slot *x = *(Slot *const *)a, *y = *(Slot *const *)b;

	return (gint)x->number - (gint)y->number;
}

/* A slot that is named twice is used once. */
static gboolean add_range(
	const Fixture *fixture, GPtrArray *slots, guint first, guint last, GError **error)
{
	for (guint number = first; number <= last; number++) {
		const Slot *slot = fixture_slot(fixture, number);

		if (!slot) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				"fixture %s has no slot %u", fixture->name, number);
			return FALSE;
		}
		if (!g_ptr_array_find(slots, slot, NULL))
			g_ptr_array_add(slots, (gpointer)slot);
	}
	return TRUE;
}

GPtrArray *fixture_select(const Fixture *fixture, const char *text, GError **error)
{
	g_autoptr(GPtrArray) slots = g_ptr_array_new();
	g_auto(GStrv) parts = g_strsplit(text ? text : "", ",", 0);

	for (guint i = 0; !text && i < fixture->slots->len; i++)
		g_ptr_array_add(slots, fixture->slots->pdata[i]);
	for (guint i = 0; text && (parts[i] || i == 0); i++) {
		guint first, last;

		if (!parts[i] || !take_range(parts[i], &first, &last)) {
			g_autofree char *clean = text_clean(text, -1);

			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				"'%s' is no list of slots such as 1-4,7", clean);
			return NULL;
		}
		if (!add_range(fixture, slots, first, last, error))
			return NULL;
	}
	g_ptr_array_sort(slots, by_number);
	return g_steal_pointer(&slots);
}

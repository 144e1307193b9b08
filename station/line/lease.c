#include "line/lease_parts.h"
#include "core/text.h"

char *lease_serial(const Lease *lease, const Range *range, guint64 number)
{
	g_autofree char *digits =
		range->digits ? g_strdup_printf("%0*" G_GUINT64_FORMAT, (int)range->digits, number)
			      : g_strdup("");
	g_autofree char *body = g_strconcat(range->prefix, digits, NULL);
	g_autofree char *check = check_digit_for(lease->recipe->serial_check, body);

	return check ? g_strconcat(body, check, NULL) : NULL;
}

static void range_clear(gpointer data)
{
	g_free(((Range *)data)->prefix);
}

void lease_free(Lease *lease)
{
	if (!lease)
		return;
	g_array_unref(lease->ranges);
	g_ptr_array_unref(lease->writing);
	g_hash_table_unref(lease->reserved);
	g_free(lease);
}

static void rewind_lease(Lease *lease)
{
	lease->range = 0;
	lease->number = g_array_index(lease->ranges, Range, 0).first;
}

Lease *lease_open(const char *path, const Recipe *recipe, Journal *journal, Problems *problems)
{
	g_autoptr(Lease) lease = g_new0(Lease, 1);

	lease->recipe = recipe;
	lease->journal = journal;
	lease->ranges = g_array_new(FALSE, FALSE, sizeof(Range));
	g_array_set_clear_func(lease->ranges, range_clear);
	lease->reserved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	lease->writing = g_ptr_array_new();
	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *step = recipe->steps->pdata[i];

		if (step->kind->destructive)
			g_ptr_array_add(lease->writing, (gpointer)step->kind->name);
	}
	g_ptr_array_add(lease->writing, NULL);
	if (!lease_read_file(lease, path, problems) || !lease_claim_file(path, journal, problems))
		return NULL;
	rewind_lease(lease);
	return g_steal_pointer(&lease);
}

/* 1: free; 0: not; -1: `error`. */
static gint is_free(Lease *lease, const char *serial, GError **error)
{
	gint used;

	if (g_hash_table_contains(lease->reserved, serial))
		return 0;
	used = journal_serial_used(
		lease->journal, serial, (const char *const *)lease->writing->pdata, error);
	return used < 0 ? -1 : !used;
}

static void step_on(Lease *lease)
{
	const Range *range = &g_array_index(lease->ranges, Range, lease->range);

	if (lease->number < range->last) {
		lease->number++;
		return;
	}
	lease->range++;
	if (lease->range < lease->ranges->len)
		lease->number = g_array_index(lease->ranges, Range, lease->range).first;
}

char *lease_reserve(Lease *lease, GError **error)
{
	while (lease->range < lease->ranges->len) {
		const Range *range = &g_array_index(lease->ranges, Range, lease->range);
		g_autofree char *serial = lease_serial(lease, range, lease->number);
		/* Inside a range a number may fall out: its check digit is none that a serial can have. */
		gboolean sound = serial && text_is_serial(serial);
		gint free_now = sound ? is_free(lease, serial, error) : 0;

		if (free_now < 0)
			return NULL;
		step_on(lease);
		if (!free_now)
			continue;
		g_hash_table_add(lease->reserved, g_strdup(serial));
		return g_steal_pointer(&serial);
	}
	return NULL;
}

void lease_settle(Lease *lease, const char *serial)
{
	/* If it is free again, or nobody can say, the next one looks from the beginning. */
	if (g_hash_table_remove(lease->reserved, serial) && is_free(lease, serial, NULL) != 0)
		rewind_lease(lease);
}

gint lease_left(Lease *lease, guint *all, GError **error)
{
	gint left = 0;

	*all = 0;
	for (guint i = 0; i < lease->ranges->len; i++) {
		const Range *range = &g_array_index(lease->ranges, Range, i);

		for (guint64 number = range->first; number <= range->last; number++) {
			g_autofree char *serial = lease_serial(lease, range, number);
			gint free_now = serial ? is_free(lease, serial, error) : 0;

			if (free_now < 0)
				return -1;
			left += free_now;
			++*all;
		}
	}
	return left;
}

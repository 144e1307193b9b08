/* Serial numbers that are scanned, each for the next board of its slot. */
#include "line/serial_source.h"

typedef struct {
	SerialSource source;
	GHashTable *waiting; /* slot number -> serial */
} SerialScan;

static char *reserve(SerialSource *source, guint slot, GError **error)
{
	gpointer serial = NULL;

	g_hash_table_steal_extended(
		((SerialScan *)source)->waiting, GUINT_TO_POINTER(slot), NULL, &serial);
	return serial;
}

/* Which board lies there next nobody knows: its label is scanned then. */
static gboolean settle(
	SerialSource *source, guint slot, const char *serial, gboolean used, GError **error)
{
	return TRUE;
}

static const char *lacks(const SerialSource *source)
{
	return "scan its serial number";
}

static char *offer(SerialSource *source, guint slot, const char *serial)
{
	SerialScan *scan = (SerialScan *)source;
	GHashTableIter iter;
	gpointer other, waiting;

	g_hash_table_iter_init(&iter, scan->waiting);
	while (g_hash_table_iter_next(&iter, &other, &waiting))
		if (g_str_equal(waiting, serial) && GPOINTER_TO_UINT(other) != slot)
			return g_strdup_printf("%s was scanned for slot %u already", serial,
				GPOINTER_TO_UINT(other));
	g_hash_table_replace(scan->waiting, GUINT_TO_POINTER(slot), g_strdup(serial));
	if (source->came)
		source->came(slot, source->data);
	return NULL;
}

static void free_scan(SerialSource *source)
{
	g_hash_table_unref(((SerialScan *)source)->waiting);
	g_free(source);
}

SerialSource *serial_scan_new(void)
{
	SerialScan *scan = g_new0(SerialScan, 1);

	scan->source = (SerialSource){.labels = TRUE,
		.reserve = reserve,
		.settle = settle,
		.lacks = lacks,
		.offer = offer,
		.free = free_scan};
	scan->waiting = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return &scan->source;
}

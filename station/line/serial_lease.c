/* Serial numbers out of a lease: it asks the journal itself which are used. */
#include "line/serial_source.h"

typedef struct {
	SerialSource source;
	Lease *lease;
} SerialLease;

static char *reserve(SerialSource *source, guint slot, GError **error)
{
	return lease_reserve(((SerialLease *)source)->lease, error);
}

static gboolean settle(
	SerialSource *source, guint slot, const char *serial, gboolean used, GError **error)
{
	lease_settle(((SerialLease *)source)->lease, serial);
	return TRUE;
}

static const char *lacks(const SerialSource *source)
{
	return "the lease has no serial number left: a new one is needed";
}

static void free_lease(SerialSource *source)
{
	lease_free(((SerialLease *)source)->lease);
	g_free(source);
}

SerialSource *serial_lease_new(Lease *lease)
{
	SerialLease *made = g_new0(SerialLease, 1);

	made->source = (SerialSource){
		.reserve = reserve, .settle = settle, .lacks = lacks, .free = free_lease};
	made->lease = lease;
	return &made->source;
}

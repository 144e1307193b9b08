/* Which interface of a configuration is a drive. */
#include "link/scsi.h"

#include "core/failure.h"
#include "link/descriptor.h"

enum { MASS_STORAGE = 0x08, SCSI_TRANSPARENT = 0x06, BULK_ONLY = 0x50 };

static gboolean is_drive(const InterfaceDescriptor *interface)
{
	return interface->class == MASS_STORAGE && interface->subclass == SCSI_TRANSPARENT &&
	       interface->protocol == BULK_ONLY && interface->alt == 0;
}

/* The first bulk endpoint of each direction. */
static void take_endpoint(Scsi *scsi, const guint8 *at)
{
	guint16 packet;
	guint8 address = descriptor_bulk(at, &packet);

	if (address & 0x80 && !scsi->in)
		scsi->in = address;
	else if (!(address & 0x80) && !scsi->out)
		scsi->out = address;
}

gboolean scsi_parse(const guint8 *configuration, gsize length, Scsi *scsi, GError **error)
{
	Descriptors all;
	InterfaceDescriptor interface;
	gboolean ours = FALSE, found = FALSE;
	const guint8 *at;

	scsi->in = scsi->out = 0;
	if (!descriptors_begin(&all, configuration, length)) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_PROTOCOL,
			"it has no whole configuration descriptor");
		return FALSE;
	}
	while ((at = descriptors_next(&all)) != NULL) {
		if (at[1] == DESCRIPTOR_INTERFACE) {
			ours = !found && descriptor_interface(at, &interface) &&
			       is_drive(&interface);
			found = found || ours;
			if (ours)
				scsi->interface = interface.number;
		} else if (ours) {
			take_endpoint(scsi, at);
		}
	}
	if (all.malformed || (found && (!scsi->in || !scsi->out))) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_PROTOCOL,
			"the descriptor of its drive interface is malformed");
		return FALSE;
	}
	if (!found)
		g_set_error(error, FAILURE, FAILURE_DRIVE_MISSING, "it has no drive interface");
	return found;
}

/* Which interface of a configuration speaks DFU, and what it says of itself; and DFU's words. */
#include "link/dfu.h"

#include "core/failure.h"
#include "link/descriptor.h"

enum {
	DFU_FUNCTIONAL = 0x21, /* type of the functional descriptor: boards.md section 3.1 */
	DFU_CLASS = 0xFE,
	DFU_SUBCLASS = 0x01,
	DFU_MODE = 0x02, /* bInterfaceProtocol: a bootloader, not a running application */
};

static gboolean is_dfu(const InterfaceDescriptor *interface)
{
	return interface->class == DFU_CLASS && interface->subclass == DFU_SUBCLASS &&
	       interface->protocol == DFU_MODE;
}

/* Notes one more alternate setting. They must count up from 0, as they are selected by number. */
static gboolean add_alt(DfuDescriptor *dfu, const InterfaceDescriptor *interface, GError **error)
{
	if (dfu->alt_count && interface->number != dfu->interface)
		return TRUE; /* another DFU interface: the first one is ours */
	if (interface->alt != dfu->alt_count || dfu->alt_count >= G_N_ELEMENTS(dfu->alt_string)) {
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL,
			"alternate setting %u of its DFU interface follows %u others",
			interface->alt, dfu->alt_count);
		return FALSE;
	}
	dfu->interface = interface->number;
	dfu->alt_string[dfu->alt_count++] = interface->string;
	return TRUE;
}

static void read_functional(DfuDescriptor *dfu, const guint8 *at)
{
	dfu->attributes = at[2];
	dfu->detach_ms = at[3] | at[4] << 8;
	dfu->transfer_size = at[5] | at[6] << 8;
	/* DFU 1.0 had no version field. */
	dfu->version = at[0] >= 9 ? at[7] | at[8] << 8 : 0x0100;
}

static gboolean refuse(GError **error, const char *what)
{
	g_set_error_literal(error, FAILURE, FAILURE_DFU_PROTOCOL, what);
	return FALSE;
}

gboolean dfu_parse(const guint8 *configuration, gsize length, DfuDescriptor *dfu, GError **error)
{
	Descriptors all;
	InterfaceDescriptor interface = {0};
	gboolean ours = FALSE, functional = FALSE;
	const guint8 *at;

	*dfu = (DfuDescriptor){0};
	if (!descriptors_begin(&all, configuration, length))
		return refuse(error, "it has no whole configuration descriptor");
	while ((at = descriptors_next(&all)) != NULL) {
		if (at[1] == DESCRIPTOR_INTERFACE) {
			ours = descriptor_interface(at, &interface) && is_dfu(&interface);
			if (ours && !add_alt(dfu, &interface, error))
				return FALSE;
		} else if (ours && interface.number == dfu->interface && at[1] == DFU_FUNCTIONAL &&
			   at[0] >= 7) {
			read_functional(dfu, at);
			functional = TRUE;
		}
	}
	if (all.malformed)
		return refuse(error, "its configuration descriptor is malformed");
	if (!dfu->alt_count)
		return refuse(error, "it has no DFU interface");
	if (!functional)
		return refuse(error, "its DFU interface has no functional descriptor");
	if (dfu->transfer_size < 8)
		return refuse(error, "its DFU transfer size is below 8 bytes");
	return TRUE;
}

/* boards.md section 3.1. */
const char *dfu_state_word(guint8 state)
{
	static const char *const words[] = {"appIDLE", "appDETACH", "dfuIDLE", "dfuDNLOAD-SYNC",
		"dfuDNBUSY", "dfuDNLOAD-IDLE", "dfuMANIFEST-SYNC", "dfuMANIFEST",
		"dfuMANIFEST-WAIT-RESET", "dfuUPLOAD-IDLE", "dfuERROR"};

	return state < G_N_ELEMENTS(words) ? words[state] : "an unknown state";
}

const char *dfu_status_word(guint8 status)
{
	static const char *const words[] = {"OK", "errTARGET", "errFILE", "errWRITE", "errERASE",
		"errCHECK_ERASED", "errPROG", "errVERIFY", "errADDRESS", "errNOTDONE",
		"errFIRMWARE", "errVENDOR", "errUSBR", "errPOR", "errUNKNOWN", "errSTALLEDPKT"};

	return status < G_N_ELEMENTS(words) ? words[status] : "an unknown status";
}

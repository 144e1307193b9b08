/* Which interfaces of a configuration are a serial port. */
#include "core/failure.h"
#include "link/cdc.h"
#include "link/descriptor.h"

enum {
	COMMUNICATIONS = 0x02,
	ABSTRACT_CONTROL = 0x02,
	CDC_DATA = 0x0A,
	CS_INTERFACE = 0x24,
	UNION = 0x06, /* CDC 1.2 section 5.2.3.2 */
};

typedef struct {
	enum { ELSEWHERE, IN_CONTROL, IN_DATA } within;
	gboolean controlled, paired,
		found; /* control interface seen; its union; the data interface */
} Search;

/* The data interface is the one that the union names, or without a union the next one. */
static void take_interface(Search *search, Cdc *cdc, const InterfaceDescriptor *interface)
{
	gboolean data = interface->class == CDC_DATA && interface->alt == 0;

	search->within = ELSEWHERE;
	if (!search->controlled && interface->class == COMMUNICATIONS &&
		interface->subclass == ABSTRACT_CONTROL && interface->alt == 0) {
		search->within = IN_CONTROL;
		search->controlled = TRUE;
		cdc->control = interface->number;
	} else if (search->controlled && !search->found && data &&
		   (!search->paired || interface->number == cdc->data)) {
		search->within = IN_DATA;
		search->found = TRUE;
		cdc->data = interface->number;
	}
}

static void take_union(Search *search, Cdc *cdc, const guint8 *at)
{
	if (at[0] < 5 || at[2] != UNION || at[3] != cdc->control)
		return;
	search->paired = TRUE;
	cdc->data = at[4];
}

/* The first bulk endpoint of each direction. */
static void take_endpoint(Cdc *cdc, const guint8 *at)
{
	guint16 packet = 0;
	guint8 address = descriptor_bulk(at, &packet);

	if (address & 0x80 && !cdc->in) {
		cdc->in = address;
		cdc->packet = packet;
	} else if (!(address & 0x80) && !cdc->out) {
		cdc->out = address;
		cdc->out_packet = packet;
	}
}

static void take(Search *search, Cdc *cdc, const guint8 *at)
{
	InterfaceDescriptor interface;

	if (at[1] == DESCRIPTOR_INTERFACE) {
		search->within = ELSEWHERE;
		if (descriptor_interface(at, &interface))
			take_interface(search, cdc, &interface);
	} else if (at[1] == CS_INTERFACE && search->within == IN_CONTROL) {
		take_union(search, cdc, at);
	} else if (search->within == IN_DATA) {
		take_endpoint(cdc, at);
	}
}

gboolean cdc_parse(const guint8 *configuration, gsize length, Cdc *cdc, GError **error)
{
	Search search = {0};
	Descriptors all;
	const guint8 *at;

	cdc->in = cdc->out = 0;
	cdc->packet = cdc->out_packet = 0;
	if (descriptors_begin(&all, configuration, length))
		while ((at = descriptors_next(&all)) != NULL)
			take(&search, cdc, at);
	if (!all.malformed && search.found && cdc->in && cdc->out && cdc->packet &&
		cdc->packet <= CDC_PACKET_MAX && cdc->out_packet &&
		cdc->out_packet <= CDC_PACKET_MAX)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_SERIAL_PORT_MISSING, "it has no serial port%s",
		all.malformed || search.controlled ? " that is whole" : "");
	return FALSE;
}

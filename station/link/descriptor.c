#include "link/descriptor.h"

enum { BULK = 2 }; /* of bmAttributes: USB 2.0 section 9.6.6 */

gboolean descriptors_begin(Descriptors *descriptors, const guint8 *configuration, gsize length)
{
	gsize total;

	*descriptors = (Descriptors){.malformed = TRUE};
	if (!configuration || length < 9 || configuration[1] != DESCRIPTOR_CONFIGURATION)
		return FALSE;
	total = configuration[2] | configuration[3] << 8;
	if (configuration[0] < 9 || total < configuration[0] || total > length)
		return FALSE;
	*descriptors = (Descriptors){.at = configuration, .end = configuration + total};
	return TRUE;
}

const guint8 *descriptors_next(Descriptors *descriptors)
{
	const guint8 *here = descriptors->at;
	gsize left = descriptors->end - here;

	if (!left)
		return NULL;
	if (left < 2 || here[0] < 2 || here[0] > left) {
		descriptors->malformed = TRUE;
		descriptors->at = descriptors->end;
		return NULL;
	}
	descriptors->at += here[0];
	return here;
}

gboolean descriptor_interface(const guint8 *descriptor, InterfaceDescriptor *interface)
{
	if (descriptor[1] != DESCRIPTOR_INTERFACE || descriptor[0] < 9)
		return FALSE;
	*interface = (InterfaceDescriptor){
		.number = descriptor[2],
		.alt = descriptor[3],
		.class = descriptor[5],
		.subclass = descriptor[6],
		.protocol = descriptor[7],
		.string = descriptor[8],
	};
	return TRUE;
}

guint8 descriptor_bulk(const guint8 *descriptor, guint16 *packet)
{
	if (descriptor[1] != DESCRIPTOR_ENDPOINT || descriptor[0] < 7 ||
		(descriptor[3] & 3) != BULK)
		return 0;
	*packet = (descriptor[4] | descriptor[5] << 8) & 0x7FF;
	return descriptor[2];
}

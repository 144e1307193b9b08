/*
 * USB descriptors, one behind the other, in bytes that nobody has checked.
 *
 *   | 9 02 ..configuration.. | 9 04 ..interface.. | 9 21 ..DFU.. | 9 04 ..
 *     ^ its length
 *       ^ its type
 */
#pragma once

#include <glib.h>

enum { DESCRIPTOR_CONFIGURATION = 2, DESCRIPTOR_INTERFACE = 4, DESCRIPTOR_ENDPOINT = 5 };

typedef struct {
	const guint8 *at, *end;
	gboolean malformed; /* ended at a descriptor that is cut short or has no length */
} Descriptors;

/* What an interface descriptor says: USB 2.0 section 9.6.5. */
typedef struct {
	guint8 number, alt, class, subclass, protocol, string;
} InterfaceDescriptor;

/* At the configuration's first descriptor. FALSE when these bytes are no configuration, or less of
 * one than it says (wTotalLength). */
gboolean descriptors_begin(Descriptors *descriptors, const guint8 *configuration,
	gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* The next one, all of its bytes there, or NULL at the end. */
const guint8 *descriptors_next(Descriptors *descriptors);

/* An endpoint's address, direction in bit 7, and the bytes of its packets; 0 when it is no bulk endpoint. */
guint8 descriptor_bulk(const guint8 *descriptor, guint16 *packet);

/* Reads one; FALSE when it is of another type or too short. */
gboolean descriptor_interface(
	const guint8 *descriptor, InterfaceDescriptor *interface) G_GNUC_WARN_UNUSED_RESULT;

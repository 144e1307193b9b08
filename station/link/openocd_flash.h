/*
 * The H743's flash as OpenOCD addresses it, and what programming and verifying it share. Used by
 * openocd*.c only.
 */
#pragma once

#include "link/openocd_call.h"

/* Two banks of 8 sectors (boards.md section 4.6). */
#define FLASH_BASE 0x08000000u
#define FLASH_SIZE 0x200000u
#define BANK_SIZE  0x100000u

/* A range of the flash, and what is to be there. */
typedef struct {
	Openocd *openocd;
	guint32 address;
	const guint8 *data;
	gsize length;
	Watch *watch;
} OpenocdWork;

/* Files pass bytes to OpenOCD; their names are ours, their folder comes by the environment. */
gboolean openocd_put_file(OpenocdWork *work, const char *name, const guint8 *bytes, gsize length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For a place that the caller should never have asked for. Returns FALSE. */
gboolean openocd_misplaced(const OpenocdWork *work, GError **error);

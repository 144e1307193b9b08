/* What the files of a scanner share, and nobody else uses. */
#pragma once

#include "core/desk.h"
#include "scan/scan_keys.h"

/* A device that is open. */
typedef struct {
	int fd;
	gpointer handle; /* the type's own */
	ScanText *text;
	ScanKeys keys;
} ScannerInput;

/* A type of device. Errors are of G_IO_ERROR; the message goes behind the device's name. */
typedef struct {
	guint gap_ms;
	/* Opens input->fd, non-blocking, and nobody else's. */
	gboolean (*open)(ScannerInput *input, const ScannerPlace *place, GError **error);
	/* Takes what is there now, bounded. FALSE: the device is gone. */
	gboolean (*take)(ScannerInput *input, GError **error);
	void (*close)(ScannerInput *input);
} ScannerKind;

extern const ScannerKind scanner_keyboard, scanner_serial;

/* Sets an error from errno: "cannot be opened: Permission denied". FALSE. */
gboolean scanner_fail(GError **error, const char *what, int why);

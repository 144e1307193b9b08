/*
 * A second opinion on a volume: fsck.fat -n, which repairs nothing. Its exit status is not its opinion:
 * a label that stands in the root directory only, as every volume of FatFs has it, makes it 1 like a real
 * fault. So each of its lines is looked at, and what is not known to be harmless is a fault.
 */
#pragma once

#include "core/watch.h"

typedef struct {
	gboolean sound;
	char *said; /* all that it wrote */
} Fsck;

/* Of the volume in this file. FALSE with FAILURE_TOOL_MISSING or FAILURE_TOOL_FAILED. */
gboolean fsck_volume(
	const char *path, Fsck *fsck, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void fsck_clear(Fsck *fsck);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fsck, fsck_clear)

/* Ways in which a FAT image is damaged, by chance. */
#pragma once

#include "lib/fat_made.h"

typedef struct {
	const char *name;
	void (*damage)(FatMade *made, GRand *rand);
	/* fsck.fat is known to be silent about it (trust.md section 3), so a manifest's hash, or the walker, must
	 * find it wherever it changes something. */
	gboolean silent;
} FatCorruption;

const FatCorruption *fat_corruptions(guint *count);

/* What fsck.fat and mtools say of an image. */
#pragma once

#include "lib/fat_made.h"

/* What fsck.fat -n complains of: its lines without banner and count, and without a few that are known
 * exceptions; NULL: nothing. *exception is why the walker need not agree, when there was nothing else. */
char *fat_judge_fsck(const FatMade *made, const char **exception);

/* Whether the walker found the first thing of which fsck.fat complains (what it says later, it says of a volume
 * that it thinks it has repaired), or refuses the volume. */
gboolean fat_judge_agrees(const char *complaint, const FatVolume *volume);

/* What mtools reads, as fat_made_list(); NULL with *why, newly allocated, when it does not read it all. */
char *fat_judge_mtools(const FatMade *made, char **why);
/* Whether two such lists are equal. *excepted: but for short names beyond ASCII, of which mtools takes code
 * page 850 for granted, and the walker shows the bytes. */
gboolean fat_judge_same(const char *theirs, const char *ours, gboolean *excepted);

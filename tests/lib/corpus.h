/* The kept corpus of a fuzzer, replayed. */
#pragma once

#include <glib.h>

/* Every file of a folder goes to `proof`, which asserts; there must be so many or more. */
typedef void (*CorpusFunc)(const guint8 *data, gsize size);
void corpus_replay(const char *folder, guint least, CorpusFunc proof);

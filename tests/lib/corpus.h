/* What libFuzzer has found worth keeping, tests/data/<room>/<thing>, and bytes that nobody has thought of: both are
 * given to the proof that the fuzzer runs. */
#pragma once

#include <glib.h>

typedef void (*CorpusProof)(const guint8 *data, gsize size);

/* Every file of the folder, by name, so that a seed means the same on every disk; the test fails where there are
 * fewer than `least`. The bytes end where the file does: a sanitizer sees who reads on. */
void corpus_replay(const char *folder, guint least, CorpusProof proof);

/* So often `least` to `most` bytes that the test's seed draws. */
void corpus_random(guint rounds, gsize least, gsize most, CorpusProof proof);

/* The bytes as they are, and so often with one of them changed. */
void corpus_damage(const guint8 *data, gsize length, guint times, CorpusProof proof);

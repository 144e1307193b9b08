/* Both DFU engines against bytes: the kept corpus, and as many that nobody has thought of. */
#include "lib/corpus.h"
#include "lib/dfu_proof.h"

enum { ROUNDS = 3000, LENGTH_MAX = 200 };

static void test_corpus(void)
{
	corpus_replay("tests/data/dfu/status", 5, dfu_proof);
}

static void test_random(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		gsize length = (gsize)g_test_rand_int_range(4, LENGTH_MAX);
		g_autofree guint8 *bytes = g_malloc(length); /* so that a sanitizer sees its end */

		for (gsize i = 0; i < length; i++)
			bytes[i] = (guint8)g_test_rand_int();
		dfu_proof(bytes, length);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/dfu-proof/corpus", test_corpus);
	g_test_add_func("/link/dfu-proof/random", test_random);
	return g_test_run();
}

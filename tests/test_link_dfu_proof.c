/* Both DFU engines against bytes: the kept corpus, and as many that nobody has thought of. */
#include "lib/corpus.h"
#include "lib/dfu_proof.h"

static void test_corpus(void)
{
	corpus_replay("tests/data/dfu/status", 5, dfu_proof);
}

static void test_random(void)
{
	corpus_random(3000, 4, 200, dfu_proof);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/dfu-proof/corpus", test_corpus);
	g_test_add_func("/link/dfu-proof/random", test_random);
	return g_test_run();
}

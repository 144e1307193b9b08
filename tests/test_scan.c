/* Scanners, whatever they send: keys into text, text into codes, codes into actions. */
#include "lib/corpus.h"
#include "lib/scan_proof.h"

static void test_corpus(void)
{
	corpus_replay("tests/data/scan", 4, scan_proof);
}

/* Thousands of random ones, the shape of real events. */
static void test_random(void)
{
	for (guint round = 0; round < 3000; round++) {
		guint8 data[601];

		for (gsize i = 0; i < sizeof data; i++)
			data[i] = (guint8)g_test_rand_int_range(0, 256);
		for (gsize i = 1; i + 2 < sizeof data; i += 3)
			data[i] = data[i] % 90;
		scan_proof(data, sizeof data);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scan/corpus", test_corpus);
	g_test_add_func("/scan/random", test_random);
	return g_test_run();
}

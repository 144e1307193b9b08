/* The SCSI engine against bytes: the kept corpus, that corpus damaged, and as many that nobody has thought of. */
#include "lib/corpus.h"
#include "lib/scsi_proof.h"

enum { ROUNDS = 500, DAMAGES = 20, LENGTH_MAX = 300 };

static void whole_and_damaged(const guint8 *data, gsize length)
{
	scsi_proof(data, length);
	for (guint i = 0; i < DAMAGES && length; i++) {
		g_autofree guint8 *bytes = g_memdup2(data, length);

		bytes[g_test_rand_int_range(0, (gint)length)] = (guint8)g_test_rand_int();
		scsi_proof(bytes, length);
	}
}

static void test_corpus(void)
{
	corpus_replay("tests/data/link/scsi", 10, whole_and_damaged);
}

static void test_random(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		gsize length = (gsize)g_test_rand_int_range(2, LENGTH_MAX);
		g_autofree guint8 *bytes = g_malloc(length); /* so that a sanitizer sees its end */

		for (gsize i = 0; i < length; i++)
			bytes[i] = (guint8)g_test_rand_int();
		scsi_proof(bytes, length);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/scsi-proof/corpus", test_corpus);
	g_test_add_func("/link/scsi-proof/random", test_random);
	return g_test_run();
}

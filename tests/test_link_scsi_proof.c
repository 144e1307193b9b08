/* The SCSI engine against bytes: the kept corpus, that corpus damaged, and as many that nobody has thought of. */
#include "lib/corpus.h"
#include "lib/scsi_proof.h"

static void whole_and_damaged(const guint8 *data, gsize length)
{
	corpus_damage(data, length, 20, scsi_proof);
}

static void test_corpus(void)
{
	corpus_replay("tests/data/link/scsi", 10, whole_and_damaged);
}

static void test_random(void)
{
	corpus_random(500, 2, 300, scsi_proof);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/scsi-proof/corpus", test_corpus);
	g_test_add_func("/link/scsi-proof/random", test_random);
	return g_test_run();
}

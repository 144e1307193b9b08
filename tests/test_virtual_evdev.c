/* An event device and programs that ask it anything: what libFuzzer has found worth keeping, and bytes at random. */
#include "lib/corpus.h"
#include "lib/evdev_proof.h"

static void test_corpus(void)
{
	corpus_replay("tests/data/virtual/evdev", 3, evdev_proof);
}

static void test_random(void)
{
	corpus_random(3000, 0, 400, evdev_proof);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/evdev/corpus", test_corpus);
	g_test_add_func("/virtual/evdev/random", test_random);
	return g_test_run();
}

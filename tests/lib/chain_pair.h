/*
 * A journal that is whole, and a copy of it for somebody with the file and no scruples.
 *
 *   whole --chain_pair_copy()--> broken --chain_tamper()--> broken --chain_prove()--> what verify finds
 */
#pragma once

#include "journal/proof.h"
#include "lib/scratch.h"

/* whole: six ended runs of three boards, steps, values, images, a correction; nobody has it open. */
typedef struct {
	Scratch whole, broken;
} ChainPair;

void chain_pair_set_up(ChainPair *pair, gconstpointer unused);
void chain_pair_tear_down(ChainPair *pair, gconstpointer unused);
#define chain_pair_test(name, test)                                                                \
	g_test_add(name, ChainPair, NULL, chain_pair_set_up, test, chain_pair_tear_down)

/* Makes the broken one what the whole one is. */
void chain_pair_copy(const ChainPair *pair);
/* Executes SQL without triggers, keys and checks; the test fails if nothing changes by it. */
void chain_tamper(const char *path, const char *sql);

/* All findings as lines, "" for none; "unreadable: ..." where it cannot be read. The caller's. */
char *chain_prove(const char *path);
char *chain_prove_with(const char *path, const JournalHead *anchor);

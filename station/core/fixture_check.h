/* What a fixture's schema cannot say: what may stand only once, and what must fit together. */
#pragma once

#include "core/node.h"

/* The tree may have any shape: what the schema has refused is passed over. */
void fixture_check(const Node *tree, Problems *problems);

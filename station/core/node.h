/*
 * A YAML document as a tree in which every value knows where it stands.
 *
 * Read through libyaml's event API (its document API needs minutes for 200 kB of '[':
 * facts/libraries.md section 2). Refused with a place and a sentence: more than 1 MiB, nesting
 * deeper than 32, anchors and aliases, tags, a second document, invalid UTF-8, NUL and other
 * control characters, a key that is not a scalar, the same key twice.
 */
#pragma once

#include "core/problems.h"

typedef enum { NODE_SCALAR, NODE_LIST, NODE_MAP } NodeKind;

typedef struct Node Node;
struct Node {
	NodeKind kind;
	Place place;
	char *key;        /* the key under which it stands in its map, else NULL */
	Place key_place;
	char *text;       /* scalars: never NULL */
	gboolean quoted;  /* scalars: was in quotes */
	GPtrArray *items; /* lists and maps: of Node*, owned */
};

/* The tree of a file, or NULL with at least one problem noted. Free with node_free(). */
Node *node_read_file(const char *path, Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

/* The same from memory; `name` stands in messages. */
Node *node_read(const char *name, const char *bytes, gsize length, Problems *problems)
	G_GNUC_WARN_UNUSED_RESULT;

void node_free(Node *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

Node *node_copy(const Node *node);

/* A map's value by key, or NULL. */
Node *node_get(const Node *map, const char *key);

/*
 * A YAML document as a tree in which every value knows where it stands.
 *
 * Read through libyaml's event API (its document API needs minutes for 200 kB of '[':
 * facts/libraries.md section 2). Refused with a place and a sentence: more than 1 MiB, nesting
 * deeper than 32, more than 20,000 values, a value of more than 4096 bytes, anchors and aliases,
 * tags, a second document, invalid UTF-8, NUL and other control characters, a key that is not a
 * scalar, the same key twice, what is not a regular file.
 */
#pragma once

#include "core/problems.h"

enum { NODE_BYTES_MAX = 1 << 20 };

typedef enum { NODE_SCALAR, NODE_LIST, NODE_MAP } NodeKind;

typedef struct Node Node;
struct Node {
	NodeKind kind;
	Place place;
	char *key; /* the key under which it stands in its map, else NULL */
	Place key_place;
	char *text;       /* scalars: never NULL */
	gboolean quoted;  /* scalars: was in quotes */
	GPtrArray *items; /* lists and maps: of Node*, owned */
};

/*
 * The tree of a file, or NULL with at least one problem noted. Free with node_free().
 * A tree may come back with problems noted (a key twice, an anchor), so that the mistakes behind
 * them can be found too: look at problems_count() before believing it.
 */
Node *node_read_file(const char *path, Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

/* The same from memory; `name` stands in messages. */
Node *node_read(const char *name, const char *bytes, gsize length,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

void node_free(Node *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

Node *node_copy(const Node *node);

/* The bytes of a file that node_read() would take, newly allocated, with a NUL behind. */
char *node_file_bytes(
	const char *path, gsize *length, Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

/* A map's value by key, or NULL; NULL too where `map` is NULL or no map. */
Node *node_get(const Node *map, const char *key);
/* The text of a map's scalar, or NULL. */
const char *node_text(const Node *map, const char *key);

/* Puts a value into a map: in the place of the one with its key, else at the end. Owns it then. */
void node_put(Node *map, Node *value);

/* Takes a key out of a map; nothing happens where it is not. */
void node_drop(Node *map, const char *key);

/* The place of a file as a whole. */
Place place_of_file(const char *path);

/*
 * What may stand in a file: one row a key. The same rows check a tree, print the JSON Schema
 * (`flashline schema`) and the reference of step kinds (`flashline steps`).
 */
#pragma once

#include "core/node.h"

typedef enum {
	FIELD_TEXT,     /* any text; `pattern` may narrow it */
	FIELD_WORD,     /* one of `words` */
	FIELD_BOOL,     /* true or false, nothing else */
	FIELD_INT,      /* decimal or 0x..., `low`..`high`; or one of `words`, if any */
	FIELD_DECIMAL,  /* 0.5, `low`..`high` */
	FIELD_SIZE,     /* bytes: an integer with an optional KiB or MiB; `low`..`high` */
	FIELD_DURATION, /* 1.5s, 200ms, 2min; always with a unit; `low`..`high` in ms */
	FIELD_PATH,     /* a file, relative to the file it stands in */
	FIELD_SHA256,   /* 64 lower-case hexadecimal digits */
	FIELD_MAP,      /* keys as `fields` say */
	FIELD_DICT,     /* free keys (pattern in `pattern`), each value a map as `fields` say */
	FIELD_LIST,     /* of `item` */
	FIELD_STEPS,    /* a recipe's steps; only the recipe reader knows what is in them */
} FieldType;

typedef struct Field Field;
struct Field {
	const char *key; /* NULL ends a table */
	FieldType type;
	gboolean required;
	gint64 low, high;         /* both 0: no bounds */
	const char *const *words; /* NULL-terminated */
	const char *pattern;      /* GRegex, anchored by the writer */
	const Field *fields;
	const Field *item;    /* key "" */
	const char *fallback; /* the default as it would stand in the file, or NULL */
	const char *help;     /* one sentence: what it is, in which unit */
};

/*
 * Checks a map against a table: unknown keys ("did you mean"), missing ones, types, ranges.
 *
 * What a value is, its key says, never its looks: revision: 1.10 is text that ends in a zero. But
 * text that other YAML readers would take for a number, true, false or null must stand in quotes,
 * and a number must not, so that an editor with the JSON Schema sees what the station sees.
 */
void schema_check(const Node *map, const Field *fields, Problems *problems);

/* The row of a key, or NULL. */
const Field *schema_field(const Field *fields, const char *key);

/*
 * Typed reading of a checked map. An absent key gives the table's fallback, and without one
 * FALSE, 0 or NULL. Only for keys that the table has (else an assertion fails).
 */
const char *schema_text(const Node *map, const Field *fields, const char *key);
gint64 schema_int(
	const Node *map, const Field *fields, const char *key); /* INT, SIZE, DURATION: ms */
double schema_decimal(const Node *map, const Field *fields, const char *key);
gboolean schema_bool(const Node *map, const Field *fields, const char *key);

/* The JSON Schema (draft 2020-12) of a table, newly allocated, ends with a newline. */
char *schema_json(const char *title, const Field *fields);

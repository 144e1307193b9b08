/* The only file that knows libyaml. Copying, finding and freeing trees: node_tree.c. */
#include "core/node.h"

#include "core/text.h"

#include <string.h>
#include <yaml.h>

enum {
	DEPTH_MAX = 32,
	VALUES_MAX = 20000,
	TEXT_MAX = 4096,
};

typedef struct {
	yaml_parser_t parser;
	const char *file; /* interned */
	guint values;
	Problems *problems;
} Reader;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(yaml_event_t, yaml_event_delete)

static Place place_at(const Reader *reader, yaml_mark_t mark)
{
	return (Place){reader->file, (guint)mark.line + 1, (guint)mark.column + 1};
}

/* FALSE ends the reading: nothing behind a syntax error can be believed. */
static gboolean next(Reader *reader, yaml_event_t *event)
{
	const yaml_parser_t *parser = &reader->parser;

	if (yaml_parser_parse(&reader->parser, event))
		return TRUE;
	memset(event, 0, sizeof(*event));
	problems_add(reader->problems, place_at(reader, parser->problem_mark), "not YAML: %s%s%s",
		parser->context ? parser->context : "", parser->context ? ", " : "",
		parser->problem ? parser->problem : "unreadable");
	return FALSE;
}

/* Anchors share values behind the reader's back, tags change what they mean. */
static void refuse_decoration(Reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
	const yaml_char_t *tag)
{
	Place place = place_at(reader, event->start_mark);

	if (anchor)
		problems_add(reader->problems, place,
			"anchors ('&') are not allowed; write the value out, or use 'extends'");
	if (tag)
		problems_add(reader->problems, place, "tags ('!') are not allowed");
}

static Node *node_new(Reader *reader, NodeKind kind, const yaml_event_t *event)
{
	Node *node = g_new0(Node, 1);

	node->kind = kind;
	node->place = place_at(reader, event->start_mark);
	if (kind != NODE_SCALAR)
		node->items = g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
	return node;
}

static gboolean has_controls(const char *text)
{
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c != '\n' && c != '\t' && g_unichar_type(c) == G_UNICODE_CONTROL)
			return TRUE;
	}
	return FALSE;
}

/* Escapes in quotes ("\0", "\e") can make what the bytes of the file did not hold. */
static Node *read_scalar(Reader *reader, const yaml_event_t *event)
{
	Node *node = node_new(reader, NODE_SCALAR, event);
	const char *value = (const char *)event->data.scalar.value;
	gsize length = event->data.scalar.length;

	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (length > TEXT_MAX)
		problems_add(reader->problems, node->place,
			"a value of %" G_GSIZE_FORMAT " bytes; %d are allowed", length, TEXT_MAX);
	else if (strlen(value) != length || has_controls(value))
		problems_add(reader->problems, node->place, "a control character in a value");
	else
		node->text = g_strdup(value);
	if (!node->text)
		node->text = g_strdup("");
	return node;
}

static Node *read_value(Reader *reader, const yaml_event_t *event, guint depth);

static gboolean read_items(Reader *reader, Node *list, guint depth)
{
	for (;;) {
		g_auto(yaml_event_t) event = {0};
		Node *item;

		if (!next(reader, &event))
			return FALSE;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			return TRUE;
		item = read_value(reader, &event, depth);
		if (!item)
			return FALSE;
		g_ptr_array_add(list->items, item);
	}
}

static gboolean check_key(Reader *reader, const yaml_event_t *event)
{
	Place place = place_at(reader, event->start_mark);

	if (event->type != YAML_SCALAR_EVENT) {
		problems_add(reader->problems, place, "a key must be a plain word");
		return FALSE;
	}
	refuse_decoration(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
	return TRUE;
}

/* Notes a key that was there before; the first one stands. Takes `value`. */
static void add_value(Reader *reader, Node *map, GHashTable *keys, Node *value)
{
	const Node *first = g_hash_table_lookup(keys, value->key);

	if (first) {
		g_autofree char *key = text_clip(value->key, 64);

		problems_add(reader->problems, value->key_place,
			"key '%s' stands here a second time; the first is on line %u", key,
			first->key_place.line);
		node_free(value);
		return;
	}
	g_hash_table_insert(keys, value->key, value);
	g_ptr_array_add(map->items, value);
}

static gboolean read_pairs(Reader *reader, Node *map, guint depth)
{
	g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);

	for (;;) {
		g_auto(yaml_event_t) key_event = {0};
		g_auto(yaml_event_t) event = {0};
		Node *key, *value;

		if (!next(reader, &key_event))
			return FALSE;
		if (key_event.type == YAML_MAPPING_END_EVENT)
			return TRUE;
		if (!check_key(reader, &key_event) || !next(reader, &event))
			return FALSE;
		value = read_value(reader, &event, depth);
		if (!value)
			return FALSE;
		key = read_scalar(reader, &key_event);
		value->key = g_steal_pointer(&key->text);
		value->key_place = key->place;
		node_free(key);
		add_value(reader, map, keys, value);
	}
}

static Node *read_collection(Reader *reader, const yaml_event_t *event, guint depth)
{
	gboolean is_map = event->type == YAML_MAPPING_START_EVENT;
	g_autoptr(Node) node = node_new(reader, is_map ? NODE_MAP : NODE_LIST, event);

	if (depth >= DEPTH_MAX) {
		problems_add(
			reader->problems, node->place, "nested deeper than %d levels", DEPTH_MAX);
		return NULL;
	}
	if (is_map) {
		refuse_decoration(reader, event, event->data.mapping_start.anchor,
			event->data.mapping_start.tag);
		return read_pairs(reader, node, depth + 1) ? g_steal_pointer(&node) : NULL;
	}
	refuse_decoration(
		reader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
	return read_items(reader, node, depth + 1) ? g_steal_pointer(&node) : NULL;
}

static Node *read_value(Reader *reader, const yaml_event_t *event, guint depth)
{
	if (++reader->values > VALUES_MAX) {
		problems_add(reader->problems, place_at(reader, event->start_mark),
			"more than %d values", VALUES_MAX);
		return NULL;
	}
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		refuse_decoration(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
		return read_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return read_collection(reader, event, depth);
	case YAML_ALIAS_EVENT:
		problems_add(reader->problems, place_at(reader, event->start_mark),
			"aliases ('*') are not allowed; write the value out");
		return NULL;
	default:
		problems_add(
			reader->problems, place_at(reader, event->start_mark), "no value here");
		return NULL;
	}
}

/* stream-start document-start VALUE document-end stream-end, and nothing else. */
static Node *read_document(Reader *reader)
{
	g_autoptr(Node) root = NULL;

	for (;;) {
		g_auto(yaml_event_t) event = {0};

		if (!next(reader, &event))
			return NULL;
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (root) {
				problems_add(reader->problems, place_at(reader, event.start_mark),
					"a second document; one a file is allowed");
				return NULL;
			}
			break;
		case YAML_STREAM_END_EVENT:
			if (!root)
				problems_add(reader->problems, place_at(reader, event.start_mark),
					"the file is empty");
			return g_steal_pointer(&root);
		default:
			root = read_value(reader, &event, 0);
			if (!root)
				return NULL;
		}
	}
}

/* Where a byte stands: lines and columns as an editor counts them. */
static Place place_of_byte(const char *file, const char *bytes, const char *at)
{
	Place place = {file, 1, 1};

	for (const char *c = bytes; c < at; c++) {
		if (*c == '\n') {
			place.line++;
			place.column = 1;
		} else if (((guchar)*c & 0xC0) != 0x80) {
			place.column++;
		}
	}
	return place;
}

/* Before libyaml sees it: UTF-8 (no other encoding), no NUL, no control characters. */
static gboolean check_bytes(const char *file, const char *bytes, gsize length, Problems *problems)
{
	const char *end;
	gboolean utf8 = g_utf8_validate_len(bytes, length, &end);

	for (const char *at = bytes; at < end; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c == '\n' || c == '\t' || c == '\r' || g_unichar_type(c) != G_UNICODE_CONTROL)
			continue;
		problems_add(problems, place_of_byte(file, bytes, at),
			"a control character (U+%04X)", c);
		return FALSE;
	}
	if (!utf8)
		problems_add(problems, place_of_byte(file, bytes, end),
			"byte 0x%02X is not UTF-8 text", (guchar)*end);
	return utf8;
}

Node *node_read(const char *name, const char *bytes, gsize length, Problems *problems)
{
	Reader reader = {.file = g_intern_string(name), .problems = problems};
	Node *root;

	if (length > NODE_BYTES_MAX) {
		problems_add(problems, place_of_file(name),
			"the file is larger than 1 MiB, the most that is allowed");
		return NULL;
	}
	if (!check_bytes(reader.file, bytes, length, problems))
		return NULL;
	if (!yaml_parser_initialize(&reader.parser))
		g_error("out of memory");
	yaml_parser_set_input_string(&reader.parser, (const guchar *)bytes, length);
	root = read_document(&reader);
	yaml_parser_delete(&reader.parser);
	return root;
}

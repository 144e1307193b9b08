#include "core/schema.h"

#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

enum { SHOWN = 60 }; /* characters of a value that a message repeats */

static void check_value(const Node *node, const Field *field, Problems *problems);

const Field *schema_field(const Field *fields, const char *key)
{
	for (const Field *field = fields; field->key; field++)
		if (!strcmp(field->key, key))
			return field;
	return NULL;
}

static const char *name_of(const Node *node)
{
	return node->key ? node->key : "item";
}

/* "'slot' needs a whole number, not 'one'" */
static void refuse(const Node *node, Problems *problems, const char *wanted)
{
	g_autofree char *name = text_clip(name_of(node), SHOWN);
	g_autofree char *text = NULL;

	if (node->kind != NODE_SCALAR) {
		problems_add(problems, node->place, "'%s' needs %s, not a %s", name, wanted,
			node->kind == NODE_MAP ? "map" : "list");
		return;
	}
	text = text_clip(node->text, SHOWN);
	if (*text || node->quoted)
		problems_add(problems, node->place, "'%s' needs %s, not '%s'", name, wanted, text);
	else
		problems_add(
			problems, node->place, "'%s' needs %s; nothing stands here", name, wanted);
}

static void refuse_word(const Node *node, const Field *field, Problems *problems)
{
	g_autofree char *words = g_strjoinv(", ", (char **)field->words);
	g_autofree char *hint = words_hint(node->text, field->words);
	g_autofree char *text = text_clip(node->text, SHOWN);
	const char *number = field->type == FIELD_INT ? " or a whole number" : "";

	problems_add(problems, node->place, "'%s' must be one of %s%s, not '%s'%s", name_of(node),
		words, number, text, hint);
}

static gboolean is_word(const Field *field, const char *text)
{
	return field->words && g_strv_contains(field->words, text);
}

static gboolean number_of(const Field *field, const char *text, gint64 *value)
{
	switch (field->type) {
	case FIELD_INT:
		return scalar_int(text, value);
	case FIELD_SIZE:
		return scalar_size(text, value);
	case FIELD_DURATION:
		return scalar_duration_ms(text, value);
	default:
		return FALSE;
	}
}

/* A bound as its kind of value is written. */
static char *bound_text(const Field *field, gint64 bound)
{
	if (field->type == FIELD_DURATION)
		return scalar_from_duration_ms(bound);
	if (field->type == FIELD_SIZE && bound >= 1024 && bound % 1024 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT "KiB", bound / 1024);
	if (field->type == FIELD_INT && bound > 0xFFFF)
		return g_strdup_printf("0x%" G_GINT64_MODIFIER "x", bound);
	return g_strdup_printf("%" G_GINT64_FORMAT, bound);
}

static void check_range(const Node *node, const Field *field, double value, Problems *problems)
{
	g_autofree char *low = bound_text(field, field->low);
	g_autofree char *high = bound_text(field, field->high);

	if (field->low == 0 && field->high == 0)
		return;
	if (value < field->low || value > field->high)
		problems_add(problems, node->place, "'%s' must be %s to %s, not %s", name_of(node),
			low, high, node->text);
}

static void check_number(const Node *node, const Field *field, Problems *problems)
{
	static const char *const wanted[] = {
		[FIELD_INT] = "a whole number such as 12 or 0x450",
		[FIELD_SIZE] = "a size such as 4096, 128KiB or 2MiB",
		[FIELD_DURATION] = "a duration such as 200ms, 1.5s or 2min",
	};
	gint64 value;

	if (field->type == FIELD_INT && is_word(field, node->text))
		return;
	if (!number_of(field, node->text, &value)) {
		if (field->words)
			refuse_word(node, field, problems);
		else
			refuse(node, problems, wanted[field->type]);
		return;
	}
	if (node->quoted && field->type == FIELD_INT)
		problems_add(problems, node->place, "'%s' is a number: write %s without quotes",
			name_of(node), node->text);
	check_range(node, field, (double)value, problems);
}

static void check_decimal(const Node *node, const Field *field, Problems *problems)
{
	double value;

	if (node->quoted || !scalar_decimal(node->text, &value))
		refuse(node, problems, "a number such as 1.0, without quotes");
	else
		check_range(node, field, value, problems);
}

static void check_bool(const Node *node, Problems *problems)
{
	gboolean value;

	if (node->quoted || !scalar_bool(node->text, &value))
		refuse(node, problems, "true or false");
}

static void check_text(const Node *node, const Field *field, Problems *problems)
{
	if (!node->quoted && scalar_looks_typed(node->text)) {
		if (*node->text)
			problems_add(problems, node->place,
				"'%s' is text: write \"%s\" in quotes, or other YAML readers take "
				"it "
				"for a number or a constant",
				name_of(node), node->text);
		else
			refuse(node, problems, "a text");
		return;
	}
	if (field->pattern &&
		!g_regex_match_simple(field->pattern, node->text, G_REGEX_DOLLAR_ENDONLY, 0)) {
		g_autofree char *text = text_clip(node->text, SHOWN);

		problems_add(problems, node->place, "'%s' cannot be '%s': %s", name_of(node), text,
			field->help);
	} else if (field->type == FIELD_PATH && !*node->text) {
		refuse(node, problems, "a path");
	}
}

static void check_sha256(const Node *node, Problems *problems)
{
	if (!g_regex_match_simple("^[0-9a-f]{64}$", node->text, G_REGEX_DOLLAR_ENDONLY, 0))
		refuse(node, problems, "64 lower-case hexadecimal digits");
}

static void check_dict(const Node *node, const Field *field, Problems *problems)
{
	for (guint i = 0; i < node->items->len; i++) {
		const Node *item = node->items->pdata[i];

		if (field->pattern && !g_regex_match_simple(field->pattern, item->key,
					      G_REGEX_DOLLAR_ENDONLY, 0)) {
			g_autofree char *key = text_clip(item->key, SHOWN);

			problems_add(problems, item->key_place,
				"'%s' cannot be a name in '%s': it must fit %s", key, name_of(node),
				field->pattern);
		}
		schema_check(item, field->fields, problems);
	}
}

static void check_list(const Node *node, const Field *field, Problems *problems)
{
	for (guint i = 0; i < node->items->len; i++)
		check_value(node->items->pdata[i], field->item, problems);
}

static NodeKind kind_of(const Field *field)
{
	switch (field->type) {
	case FIELD_MAP:
	case FIELD_DICT:
		return NODE_MAP;
	case FIELD_LIST:
	case FIELD_STEPS:
		return NODE_LIST;
	default:
		return NODE_SCALAR;
	}
}

static void check_value(const Node *node, const Field *field, Problems *problems)
{
	static const char *const wanted[] = {"a single value", "a list", "a map (key: value)"};

	if (node->kind != kind_of(field)) {
		refuse(node, problems, wanted[kind_of(field)]);
		return;
	}
	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_PATH:
		check_text(node, field, problems);
		break;
	case FIELD_WORD:
		if (!is_word(field, node->text))
			refuse_word(node, field, problems);
		break;
	case FIELD_BOOL:
		check_bool(node, problems);
		break;
	case FIELD_INT:
	case FIELD_SIZE:
	case FIELD_DURATION:
		check_number(node, field, problems);
		break;
	case FIELD_DECIMAL:
		check_decimal(node, field, problems);
		break;
	case FIELD_SHA256:
		check_sha256(node, problems);
		break;
	case FIELD_MAP:
		schema_check(node, field->fields, problems);
		break;
	case FIELD_DICT:
		check_dict(node, field, problems);
		break;
	case FIELD_LIST:
		check_list(node, field, problems);
		break;
	case FIELD_STEPS:
		break; /* recipe_steps.c */
	}
}

static void refuse_key(const Node *item, const Field *fields, Problems *problems)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autofree char *hint = NULL;
	g_autofree char *key = text_clip(item->key, SHOWN);
	g_autofree char *all = NULL;

	for (const Field *field = fields; field->key; field++)
		g_ptr_array_add(keys, (gpointer)field->key);
	g_ptr_array_add(keys, NULL);
	hint = words_hint(item->key, (const char *const *)keys->pdata);
	all = g_strjoinv(", ", (char **)keys->pdata);
	if (*hint)
		problems_add(problems, item->key_place, "unknown key '%s'%s", key, hint);
	else
		problems_add(
			problems, item->key_place, "unknown key '%s'; allowed here: %s", key, all);
}

void schema_check(const Node *map, const Field *fields, Problems *problems)
{
	if (map->kind != NODE_MAP) {
		refuse(map, problems, "keys and values (key: value)");
		return;
	}
	for (guint i = 0; i < map->items->len; i++) {
		const Node *item = map->items->pdata[i];
		const Field *field = schema_field(fields, item->key);

		if (field)
			check_value(item, field, problems);
		else
			refuse_key(item, fields, problems);
	}
	for (const Field *field = fields; field->key; field++)
		if (field->required && !node_get(map, field->key))
			problems_add(problems, map->key ? map->key_place : map->place,
				"key '%s' is missing: %s", field->key, field->help);
}

/* The text of a value or of its default; NULL if there is neither. */
static const char *value_of(
	const Node *map, const Field *fields, const char *key, const Field **field)
{
	const char *text = node_text(map, key);

	*field = schema_field(fields, key);
	g_assert(*field);
	return text ? text : (*field)->fallback;
}

const char *schema_text(const Node *map, const Field *fields, const char *key)
{
	const Field *field;

	return value_of(map, fields, key, &field);
}

gint64 schema_int(const Node *map, const Field *fields, const char *key)
{
	const Field *field;
	const char *text = value_of(map, fields, key, &field);
	gint64 value = 0;

	return text && number_of(field, text, &value) ? value : 0;
}

double schema_decimal(const Node *map, const Field *fields, const char *key)
{
	const Field *field;
	const char *text = value_of(map, fields, key, &field);
	double value = 0;

	return text && scalar_decimal(text, &value) ? value : 0;
}

gboolean schema_bool(const Node *map, const Field *fields, const char *key)
{
	const Field *field;
	const char *text = value_of(map, fields, key, &field);
	gboolean value = FALSE;

	return text && scalar_bool(text, &value) && value;
}

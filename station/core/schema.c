/* Whether a file's tree is what its table says. */
#include "core/schema_parts.h"

#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

enum { SHOWN = 60 }; /* characters of a value that a message repeats */

/* One value under its row. */
typedef struct {
	const Node *node;
	const Field *field;
	const char *name; /* its key, or for a list's item the list's */
	Problems *problems;
} Check;

static void check_value(const Check *check);

/* "'slot' needs a whole number, not 'one'" */
static void refuse(const Check *check, const char *wanted)
{
	const Node *node = check->node;
	g_autofree char *name = text_clip(check->name, SHOWN);
	g_autofree char *text = NULL;

	if (node->kind != NODE_SCALAR) {
		problems_add(check->problems, node->place, "'%s' needs %s, not a %s", name, wanted,
			node->kind == NODE_MAP ? "map" : "list");
		return;
	}
	text = text_clip(node->text, SHOWN);
	if (*text || node->quoted)
		problems_add(check->problems, node->place, "'%s' needs %s, not '%s'", name, wanted,
			text);
	else
		problems_add(check->problems, node->place, "'%s' needs %s; nothing stands here",
			name, wanted);
}

static gboolean is_word(const Check *check)
{
	return check->field->words && g_strv_contains(check->field->words, check->node->text);
}

static void refuse_word(const Check *check)
{
	const Field *field = check->field;
	g_autofree char *words = g_strjoinv(", ", (char **)field->words);
	g_autofree char *hint = words_hint(check->node->text, field->words);
	g_autofree char *text = text_clip(check->node->text, SHOWN);

	problems_add(check->problems, check->node->place, "'%s' must be one of %s%s, not '%s'%s",
		check->name, words, field->type == FIELD_INT ? " or a whole number" : "", text,
		hint);
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

static void check_range(const Check *check, double value)
{
	const Field *field = check->field;
	g_autofree char *low = bound_text(field, field->low);
	g_autofree char *high = bound_text(field, field->high);

	if (field->low == 0 && field->high == 0)
		return;
	if (value >= field->low && value <= field->high)
		return;
	problems_add(check->problems, check->node->place, "'%s' must be %s%s%s, not %s",
		check->name, low, field->low == field->high ? "" : " to ",
		field->low == field->high ? "" : high, check->node->text);
}

static void check_number(const Check *check)
{
	static const char *const wanted[] = {
		[FIELD_INT] = "a whole number such as 12 or 0x450",
		[FIELD_SIZE] = "a size such as 4096, 128KiB or 2MiB",
		[FIELD_DURATION] = "a duration such as 200ms, 1.5s or 2min",
	};
	const Node *node = check->node;
	gint64 value;

	if (check->field->type == FIELD_INT && is_word(check))
		return;
	if (!schema_number(check->field, node->text, &value)) {
		if (check->field->words)
			refuse_word(check);
		else
			refuse(check, wanted[check->field->type]);
		return;
	}
	if (node->quoted && check->field->type == FIELD_INT)
		problems_add(check->problems, node->place,
			"'%s' is a number: write %s without quotes", check->name, node->text);
	check_range(check, (double)value);
}

static void check_decimal(const Check *check)
{
	double value;

	if (check->node->quoted || !scalar_decimal(check->node->text, &value))
		refuse(check, "a number such as 1.0, without quotes");
	else
		check_range(check, value);
}

static void check_bool(const Check *check)
{
	gboolean value;

	if (check->node->quoted || !scalar_bool(check->node->text, &value))
		refuse(check, "true or false");
}

static gboolean fits(const char *pattern, const char *text)
{
	return !pattern || g_regex_match_simple(pattern, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static void check_text(const Check *check)
{
	const Node *node = check->node;
	g_autofree char *text = text_clip(node->text, SHOWN);

	if (!node->quoted && !*node->text)
		refuse(check, "a text");
	else if (!node->quoted && scalar_looks_typed(node->text))
		problems_add(check->problems, node->place,
			"'%s' is text: write \"%s\" in quotes, or other YAML readers take it for a "
			"number or a constant",
			check->name, text);
	else if (!fits(check->field->pattern, node->text))
		problems_add(check->problems, node->place, "'%s' cannot be '%s': %s", check->name,
			text, check->field->help);
	else if (check->field->type == FIELD_PATH && !*node->text)
		refuse(check, "a path");
}

static void check_dict(const Check *check)
{
	const Field *field = check->field;

	for (guint i = 0; i < check->node->items->len; i++) {
		const Node *item = check->node->items->pdata[i];
		g_autofree char *key = text_clip(item->key, SHOWN);

		if (!fits(field->pattern, item->key))
			problems_add(check->problems, item->key_place,
				"'%s' cannot be a name in '%s': it must fit %s", key, check->name,
				field->pattern);
		schema_check(item, field->fields, check->problems);
	}
}

static void check_list(const Check *check)
{
	for (guint i = 0; i < check->node->items->len; i++) {
		Check item = {check->node->items->pdata[i], check->field->item, check->name,
			check->problems};

		check_value(&item);
	}
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

static void check_value(const Check *check)
{
	static const char *const wanted[] = {"a single value", "a list", "a map (key: value)"};

	if (check->node->kind != kind_of(check->field)) {
		refuse(check, wanted[kind_of(check->field)]);
		return;
	}
	switch (check->field->type) {
	case FIELD_TEXT:
	case FIELD_PATH:
		check_text(check);
		break;
	case FIELD_WORD:
		if (!is_word(check))
			refuse_word(check);
		break;
	case FIELD_BOOL:
		check_bool(check);
		break;
	case FIELD_INT:
	case FIELD_SIZE:
	case FIELD_DURATION:
		check_number(check);
		break;
	case FIELD_DECIMAL:
		check_decimal(check);
		break;
	case FIELD_SHA256:
		if (!fits("^[0-9a-f]{64}$", check->node->text))
			refuse(check, "64 lower-case hexadecimal digits");
		break;
	case FIELD_MAP:
		schema_check(check->node, check->field->fields, check->problems);
		break;
	case FIELD_DICT:
		check_dict(check);
		break;
	case FIELD_LIST:
		check_list(check);
		break;
	case FIELD_STEPS:
		break; /* recipe_steps.c */
	}
}

static void refuse_key(const Node *item, const Field *fields, Problems *problems)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autofree char *hint = NULL, *all = NULL, *key = text_clip(item->key, SHOWN);

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
	Check whole = {map, NULL, map->key ? map->key : "item", problems};

	if (map->kind != NODE_MAP) {
		refuse(&whole, "keys and values (key: value)");
		return;
	}
	for (guint i = 0; i < map->items->len; i++) {
		const Node *item = map->items->pdata[i];
		Check check = {item, schema_field(fields, item->key), item->key, problems};

		if (check.field)
			check_value(&check);
		else
			refuse_key(item, fields, problems);
	}
	for (const Field *field = fields; field->key; field++)
		if (field->required && !node_get(map, field->key))
			problems_add(problems, map->key ? map->key_place : map->place,
				"key '%s' is missing: %s", field->key, field->help);
}

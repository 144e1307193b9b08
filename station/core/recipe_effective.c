/*
 * The merged tree as text: keys in the order of the tables, defaults written out, one value a
 * line. The same recipe gives the same bytes wherever its values came from; the SHA-256 of these
 * is what the journal knows a recipe by.
 */
#include "core/recipe_parts.h"

#include "core/scalar.h"
#include "core/text.h"

#include <string.h>

enum { ORIGIN_COLUMN = 56 };

typedef struct {
	GString *out;
	gboolean origins;
} Writer;

static void write_map(Writer *writer, const Node *map, const Field *fields, guint depth);

/* One line; `origin` NULL where there is no single value to tell the origin of. */
static void write_line(Writer *writer, guint depth, const char *line, const Node *origin)
{
	gsize begin = writer->out->len;

	g_string_append_printf(writer->out, "%*s%s", (int)depth * 2, "", line);
	if (writer->origins && origin) {
		gsize width = g_utf8_strlen(writer->out->str + begin, -1);
		g_autofree char *file = text_clean(origin->place.file, -1);

		g_string_append_printf(writer->out, "%*s# ",
			width < ORIGIN_COLUMN ? (int)(ORIGIN_COLUMN - width) : 1, "");
		if (origin->place.file)
			g_string_append_printf(writer->out, "%s:%u", file, origin->place.line);
		else
			g_string_append(writer->out, "default");
	}
	g_string_append_c(writer->out, '\n');
}

/* Numbers stand plain, as the schema wants them; texts in quotes where they need them. */
static char *value_text(const Field *field, const char *text)
{
	gint64 number;

	switch (field->type) {
	case FIELD_INT:
		if (scalar_int(text, &number))
			return g_strdup(text);
		return scalar_quote(text);
	case FIELD_BOOL:
	case FIELD_DECIMAL:
	case FIELD_SIZE:
	case FIELD_DURATION:
		return g_strdup(text);
	default:
		return scalar_quote(text);
	}
}

/* `lead` is "key: " or "- ". */
static void write_scalar(Writer *writer, const char *lead, const Field *field, const char *text,
	const Node *origin, guint depth)
{
	g_autofree char *value = value_text(field, text);
	g_autofree char *line = g_strconcat(lead, value, NULL);

	write_line(writer, depth, line, origin);
}

/* The first key of a map in a list stands behind the dash. */
static void dash_at(Writer *writer, gsize begin, guint depth)
{
	writer->out->str[begin + depth * 2] = '-';
}

static void write_list(Writer *writer, const Node *list, const Field *field, guint depth)
{
	for (guint i = 0; i < list->items->len; i++) {
		const Node *item = list->items->pdata[i];
		gsize begin = writer->out->len;

		if (item->kind == NODE_SCALAR) {
			write_scalar(writer, "- ", field->item, item->text, item, depth);
			continue;
		}
		write_map(writer, item, field->item->fields, depth + 1);
		if (writer->out->len > begin)
			dash_at(writer, begin, depth);
		else
			write_line(writer, depth, "- {}", item);
	}
}

static void write_dict(Writer *writer, const Node *dict, const Field *field, guint depth)
{
	for (guint i = 0; i < dict->items->len; i++) {
		const Node *item = dict->items->pdata[i];
		g_autofree char *key = scalar_quote(item->key);
		g_autofree char *line = g_strconcat(key, item->items->len ? ":" : ": {}", NULL);

		write_line(writer, depth, line, NULL);
		write_map(writer, item, field->fields, depth + 1);
	}
}

static void write_collection(Writer *writer, const Node *node, const Field *field, guint depth)
{
	const char *empty = node->kind == NODE_MAP ? " {}" : " []";
	g_autofree char *line = g_strconcat(node->key, ":", node->items->len ? "" : empty, NULL);

	write_line(writer, depth, line, node->items->len ? NULL : node);
	if (field->type == FIELD_MAP)
		write_map(writer, node, field->fields, depth + 1);
	else if (field->type == FIELD_DICT)
		write_dict(writer, node, field, depth + 1);
	else
		write_list(writer, node, field, depth + 1);
}

static void write_map(Writer *writer, const Node *map, const Field *fields, guint depth)
{
	static const Node nowhere = {.kind = NODE_SCALAR};

	for (const Field *field = fields; field->key; field++) {
		const Node *node = node_get(map, field->key);
		const char *text = node ? node->text : field->fallback;
		g_autofree char *lead = g_strconcat(field->key, ": ", NULL);

		if (field->type == FIELD_STEPS)
			continue;
		if (node && node->kind != NODE_SCALAR)
			write_collection(writer, node, field, depth);
		else if (text)
			write_scalar(writer, lead, field, text, node ? node : &nowhere, depth);
	}
}

static void write_steps(Writer *writer, const Recipe *recipe)
{
	write_line(writer, 0, "steps:", NULL);
	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *step = recipe->steps->pdata[i];
		g_autofree Field *fields = recipe_kind_fields(step->kind);
		gsize begin = writer->out->len;

		write_map(writer, step->args, fields, 2);
		dash_at(writer, begin, 1);
	}
}

char *recipe_write(const Recipe *recipe, gboolean origins)
{
	Writer writer = {g_string_new(NULL), origins};

	write_map(&writer, recipe->tree, recipe_fields(), 0);
	write_steps(&writer, recipe);
	return g_string_free(writer.out, FALSE);
}

char *recipe_explain(const Recipe *recipe)
{
	return recipe_write(recipe, TRUE);
}

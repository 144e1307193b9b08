#include "core/schema_parts.h"

#include "core/scalar.h"

#include <string.h>

const Field *schema_field(const Field *fields, const char *key)
{
	for (const Field *field = fields; field->key; field++)
		if (!strcmp(field->key, key))
			return field;
	return NULL;
}

gboolean schema_number(const Field *field, const char *text, gint64 *value)
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

	return text && schema_number(field, text, &value) ? value : 0;
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

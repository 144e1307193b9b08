#include "core/schema_json.h"

#include "core/scalar.h"

static json_t *value_schema(const Field *field);

static json_t *words_schema(const Field *field)
{
	json_t *words = json_array();

	for (guint i = 0; field->words[i]; i++)
		json_array_append_new(words, json_string(field->words[i]));
	return json_pack("{s:o}", "enum", words);
}

static json_t *number_schema(const Field *field, const char *type)
{
	json_t *number = json_pack("{s:s}", "type", type);

	if (field->low || field->high) {
		json_object_set_new(number, "minimum", json_integer(field->low));
		json_object_set_new(number, "maximum", json_integer(field->high));
	}
	if (!field->words)
		return number;
	return json_pack("{s:[o,o]}", "anyOf", number, words_schema(field));
}

static json_t *pattern_schema(const char *pattern)
{
	return pattern ? json_pack("{s:s,s:s}", "type", "string", "pattern", pattern)
		       : json_pack("{s:s}", "type", "string");
}

static json_t *dict_schema(const Field *field)
{
	const char *pattern = field->pattern ? field->pattern : "";

	return json_pack("{s:s,s:{s:o},s:b}", "type", "object", "patternProperties", pattern,
		schema_json_object(field->fields), "additionalProperties", FALSE);
}

static json_t *type_schema(const Field *field)
{
	switch (field->type) {
	case FIELD_TEXT:
		return pattern_schema(field->pattern);
	case FIELD_PATH:
		return json_pack("{s:s,s:i}", "type", "string", "minLength", 1);
	case FIELD_WORD:
		return words_schema(field);
	case FIELD_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case FIELD_INT:
		return number_schema(field, "integer");
	case FIELD_DECIMAL:
		return number_schema(field, "number");
	case FIELD_SIZE:
		return json_pack("{s:[s,s],s:s,s:i}", "type", "integer", "string", "pattern",
			"^([0-9]+|0x[0-9a-fA-F]+)(KiB|MiB)?$", "minimum", 0);
	case FIELD_DURATION:
		return pattern_schema("^[0-9]+(\\.[0-9]{1,3})?(ms|s|min)$");
	case FIELD_SHA256:
		return pattern_schema("^[0-9a-f]{64}$");
	case FIELD_MAP:
		return schema_json_object(field->fields);
	case FIELD_DICT:
		return dict_schema(field);
	case FIELD_LIST:
		return json_pack("{s:s,s:o}", "type", "array", "items", value_schema(field->item));
	case FIELD_STEPS:
		break;
	}
	return json_pack("{s:s}", "type", "array");
}

static json_t *fallback_json(const Field *field)
{
	gint64 number;
	gboolean yes;

	if (field->type == FIELD_BOOL && scalar_bool(field->fallback, &yes))
		return json_boolean(yes);
	if (field->type == FIELD_INT && scalar_int(field->fallback, &number))
		return json_integer(number);
	return json_string(field->fallback);
}

static json_t *value_schema(const Field *field)
{
	json_t *value = type_schema(field);

	if (field->help)
		json_object_set_new(value, "description", json_string(field->help));
	if (field->fallback)
		json_object_set_new(value, "default", fallback_json(field));
	return value;
}

json_t *schema_json_object(const Field *fields)
{
	json_t *properties = json_object();
	json_t *required = json_array();
	json_t *object;

	for (const Field *field = fields; field->key; field++) {
		json_object_set_new(properties, field->key, value_schema(field));
		if (field->required)
			json_array_append_new(required, json_string(field->key));
	}
	object = json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties,
		"additionalProperties", FALSE);
	if (json_array_size(required))
		json_object_set(object, "required", required);
	json_decref(required);
	return object;
}

char *schema_json_document(const char *title, json_t *object)
{
	json_t *document = json_pack("{s:s,s:s}", "$schema",
		"https://json-schema.org/draft/2020-12/schema", "title", title);
	char *dump, *text;

	json_object_update(document, object);
	json_decref(object);
	dump = json_dumps(document, JSON_INDENT(2));
	text = g_strconcat(dump, "\n", NULL);
	free(dump);
	json_decref(document);
	return text;
}

char *schema_json(const char *title, const Field *fields)
{
	return schema_json_document(title, schema_json_object(fields));
}

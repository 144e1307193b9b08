/* The JSON Schema of recipes, so that an editor knows each step's arguments. */
#include "core/recipe_parts.h"
#include "core/schema_json.h"

#include <string.h>

/* if do == "swd.program" then these keys and no others */
static json_t *kind_rule(const StepKind *kind)
{
	g_autofree Field *fields = recipe_kind_fields(kind);
	json_t *then = schema_json_object(fields);
	json_t *directions = schema_json_object(recipe_change_fields);

	json_object_update(
		json_object_get(then, "properties"), json_object_get(directions, "properties"));
	json_object_set_new(then, "description", json_string(kind->summary));
	json_decref(directions);
	return json_pack("{s:{s:[s],s:{s:{s:s}}},s:o}", "if", "required", "do", "properties", "do",
		"const", kind->name, "then", then);
}

static json_t *step_schema(const StepKind *const *kinds)
{
	json_t *rules = json_array(), *names = json_array();

	for (; *kinds; kinds++) {
		json_array_append_new(names, json_string((*kinds)->name));
		json_array_append_new(rules, kind_rule(*kinds));
	}
	return json_pack("{s:s,s:[s],s:{s:{s:o}},s:o}", "type", "object", "required", "id",
		"properties", "do", "enum", names, "allOf", rules);
}

/* Without `extends` all that is required must be there, and each step says what it does. */
static json_t *whole_rule(json_t *required)
{
	return json_pack("{s:{s:[s]},s:{},s:{s:o,s:{s:{s:i,s:{s:[s]}}}}}", "if", "required",
		"extends", "then", "else", "required", required, "properties", "steps", "minItems",
		1, "items", "required", "do");
}

char *recipe_schema_json(const StepKind *const *kinds)
{
	json_t *object = schema_json_object(recipe_fields());
	json_t *required = json_incref(json_object_get(object, "required"));
	json_t *steps = json_object_get(json_object_get(object, "properties"), "steps");

	json_object_set_new(steps, "items", step_schema(kinds));
	json_object_set_new(object, "required", json_pack("[s]", "flashline"));
	json_object_set_new(object, "allOf", json_pack("[o]", whole_rule(required)));
	return schema_json_document("Flashline recipe", object);
}

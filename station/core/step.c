#include "core/step.h"

const char *step_text(const Step *step, const char *key)
{
	return schema_text(step->args, step->kind->fields, key);
}

gint64 step_int(const Step *step, const char *key)
{
	return schema_int(step->args, step->kind->fields, key);
}

gboolean step_bool(const Step *step, const char *key)
{
	return schema_bool(step->args, step->kind->fields, key);
}

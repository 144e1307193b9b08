/* `flashline steps`: the reference of step kinds as Markdown. */
#include "core/recipe_parts.h"

#include "core/scalar.h"

static const char *type_text(const Field *field)
{
	static const char *const texts[] = {
		[FIELD_TEXT] = "text",
		[FIELD_WORD] = "word",
		[FIELD_BOOL] = "true or false",
		[FIELD_INT] = "whole number",
		[FIELD_DECIMAL] = "number",
		[FIELD_SIZE] = "size",
		[FIELD_DURATION] = "duration",
		[FIELD_PATH] = "path",
		[FIELD_SHA256] = "SHA-256",
		[FIELD_MAP] = "map",
		[FIELD_DICT] = "map by name",
		[FIELD_LIST] = "list",
		[FIELD_STEPS] = "steps",
	};

	return texts[field->type];
}

/* A table's cell: a '|' would end it. */
static char *cell(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text ? text : "", "|", -1);

	return g_strjoinv("\\|", parts);
}

static void append_field(GString *out, const char *prefix, const Field *field)
{
	g_autofree char *words = field->words ? g_strjoinv(", ", (char **)field->words) : NULL;
	g_autofree char *help = cell(field->help);
	const Field *inner = field->type == FIELD_LIST ? field->item->fields : field->fields;

	g_string_append_printf(out, "| `%s%s` | %s | %s | %s |\n", prefix, field->key,
		words ? words : type_text(field),
		field->required   ? "required"
		: field->fallback ? field->fallback
				  : "",
		help);
	for (; inner && inner->key; inner++) {
		g_autofree char *path = g_strdup_printf(
			"%s%s%s.", prefix, field->key, field->type == FIELD_LIST ? "[]" : "");

		append_field(out, path, inner);
	}
}

static void append_kind(GString *out, const StepKind *kind)
{
	g_autofree char *deadline = scalar_from_duration_ms(kind->deadline_ms);
	g_autofree char *stall = scalar_from_duration_ms(kind->stall_ms);

	g_string_append_printf(out, "\n## %s\n\n%s\n\n", kind->name, kind->summary);
	g_string_append_printf(out, "Deadline %s, stall %s%s.\n", deadline,
		kind->stall_ms ? stall : "none",
		kind->destructive ? "; changes the board's memory" : "");
	if (!kind->fields || !kind->fields[0].key)
		return;
	g_string_append(out, "\n| argument | value | default | |\n|---|---|---|---|\n");
	for (const Field *field = kind->fields; field->key; field++)
		append_field(out, "", field);
}

char *recipe_steps_text(const StepKind *const *kinds)
{
	GString *out = g_string_new(
		"# Step kinds\n\n"
		"Every step has an `id` (unique in its recipe), `do` (its kind, below) and may "
		"have\n"
		"`deadline` (for the whole step) and `stall` (without a byte of progress).\n");

	for (; *kinds; kinds++)
		append_kind(out, *kinds);
	return g_string_free(out, FALSE);
}

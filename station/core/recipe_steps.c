/* Steps: known kinds, unique ids, arguments as their kind says, bounds that make sense. */
#include "core/recipe_parts.h"

#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

static const StepKind *find_kind(const StepKind *const *kinds, const char *name)
{
	for (; *kinds; kinds++)
		if (!strcmp((*kinds)->name, name))
			return *kinds;
	return NULL;
}

static void refuse_kind(const Node *name, const StepKind *const *kinds, Problems *problems)
{
	g_autoptr(GPtrArray) names = recipe_kind_names(kinds);
	g_autofree char *hint = words_hint(name->text, (const char *const *)names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	g_autofree char *clipped = text_clip(name->text, 60);

	if (*hint)
		problems_add(problems, name->place, "unknown step '%s'%s", clipped, hint);
	else
		problems_add(
			problems, name->place, "unknown step '%s'; there are %s", clipped, all);
}

/* The kind of a step, or NULL with a problem. */
static const StepKind *kind_of(const Node *node, const StepKind *const *kinds, Problems *problems)
{
	const Node *name = node_get(node, "do");
	const StepKind *kind;

	if (!name || name->kind != NODE_SCALAR) {
		problems_add(problems, name ? name->place : node->place,
			"key 'do' is missing: the kind of step; 'flashline steps' lists them");
		return NULL;
	}
	kind = find_kind(kinds, name->text);
	if (!kind)
		refuse_kind(name, kinds, problems);
	return kind;
}

/* "'after' is only for a recipe that extends another" */
static gboolean has_direction(const Node *node, Problems *problems)
{
	for (const Field *field = recipe_change_fields; field->key; field++) {
		const Node *direction = node_get(node, field->key);

		if (!direction)
			continue;
		problems_add(problems, direction->key_place,
			"'%s' is only for a step's change, in a recipe that extends another",
			field->key);
		return TRUE;
	}
	return FALSE;
}

static void check_id(GHashTable *seen, const Node *node, Problems *problems)
{
	const Node *id = node_get(node, "id");
	const Node *first;

	if (!id || id->kind != NODE_SCALAR)
		return; /* the schema says so */
	first = g_hash_table_lookup(seen, id->text);
	if (first)
		problems_add(problems, id->place, "id '%.60s' is taken already, on line %u",
			id->text, first->place.line);
	else
		g_hash_table_insert(seen, id->text, (gpointer)id);
}

/* Writes a bound into the tree where the file says nothing, so that it is in the effective text. */
static guint bound(Node *node, const char *key, guint fallback_ms)
{
	const Node *given = node_get(node, key);
	gint64 ms = fallback_ms;
	Node *fallback;

	if (given) {
		if (!scalar_duration_ms(given->text, &ms))
			g_assert_not_reached(); /* the schema has checked it */
		return (guint)ms;
	}
	fallback = g_new0(Node, 1);
	fallback->kind = NODE_SCALAR;
	fallback->key = g_strdup(key);
	fallback->text = scalar_from_duration_ms(fallback_ms);
	node_put(node, fallback);
	return fallback_ms;
}

static void read_bounds(Step *step, Node *node, Problems *problems)
{
	const Node *stall = node_get(node, "stall"), *deadline = node_get(node, "deadline");

	step->deadline_ms = bound(node, "deadline", step->kind->deadline_ms);
	/* A kind's own stall time shall not stand in the way of a shorter deadline. */
	step->stall_ms = bound(node, "stall", MIN(step->kind->stall_ms, step->deadline_ms));
	if (step->stall_ms > step->deadline_ms)
		problems_add(problems, stall->place,
			"'stall' (%s) is longer than the deadline (%u ms%s): it would never count",
			stall->text, step->deadline_ms, deadline ? "" : ", the default");
}

/* Any argument that is called "image", "script" or "folder" names one of the recipe's. */
static void check_name(const Recipe *recipe, const Step *step, const char *key, const char *among,
	Problems *problems)
{
	const Node *name = node_get(step->args, key);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *hint = NULL, *clipped = NULL;
	const Node *dict = node_get(recipe->tree, among);

	if (!name || name->kind != NODE_SCALAR || node_get(dict, name->text))
		return;
	for (guint i = 0; dict && dict->items && i < dict->items->len; i++)
		g_ptr_array_add(names, ((Node *)dict->items->pdata[i])->key);
	g_ptr_array_add(names, NULL);
	hint = words_hint(name->text, (const char *const *)names->pdata);
	clipped = text_clip(name->text, 60);
	problems_add(
		problems, name->place, "there is no %s '%s' in '%s'%s", key, clipped, among, hint);
}

static void read_step(Recipe *recipe, Node *node, const StepKind *kind, Problems *problems)
{
	g_autofree Field *fields = recipe_kind_fields(kind);
	guint before = problems_count(problems);
	Step *step;

	schema_check(node, fields, problems);
	if (problems_count(problems) > before)
		return;
	step = g_new0(Step, 1);
	step->id = node_text(node, "id");
	step->kind = kind;
	step->args = node;
	read_bounds(step, node, problems);
	check_name(recipe, step, "image", "images", problems);
	check_name(recipe, step, "script", "images", problems);
	check_name(recipe, step, "folder", "folders", problems);
	g_ptr_array_add(recipe->steps, step);
}

void recipe_read_steps(Recipe *recipe, const StepKind *const *kinds, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const Node *steps = node_get(recipe->tree, "steps");

	if (!steps || steps->kind != NODE_LIST)
		return;
	if (steps->items->len == 0)
		problems_add(problems, steps->place, "'steps' is empty: a recipe has at least one");
	for (guint i = 0; i < steps->items->len; i++) {
		Node *node = steps->items->pdata[i];
		const StepKind *kind;

		if (node->kind != NODE_MAP) {
			problems_add(problems, node->place, "a step needs keys: id, do, ...");
			continue;
		}
		check_id(seen, node, problems);
		kind = kind_of(node, kinds, problems);
		if (kind && !has_direction(node, problems))
			read_step(recipe, node, kind, problems);
	}
}

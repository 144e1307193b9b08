/*
 * The steps of a recipe that extends another are changes, found by id:
 *
 *   - {id: x, deadline: 40s}              x gets this argument, keeps the others
 *   - {id: x, do: dfu.download, ...}      x becomes this step, in its old place
 *   - {id: x, remove: true}               x is left out
 *   - {id: new, do: ..., after: x}        a step more, directly behind x (or `before`)
 */
#include "core/recipe_parts.h"

#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

static Node *find_step(const Node *steps, const char *id, guint *index)
{
	for (guint i = 0; i < steps->items->len; i++)
		if (!g_strcmp0(node_text(steps->items->pdata[i], "id"), id)) {
			*index = i;
			return steps->items->pdata[i];
		}
	return NULL;
}

/* "no step 'firmwar' in the base (did you mean 'firmware'?)" */
static void refuse_id(const Node *steps, const Node *id, Problems *problems)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autofree char *hint = NULL, *clipped = text_clip(id->text, 60);

	for (guint i = 0; i < steps->items->len; i++) {
		const char *known = node_text(steps->items->pdata[i], "id");

		if (known)
			g_ptr_array_add(ids, (gpointer)known);
	}
	g_ptr_array_add(ids, NULL);
	hint = words_hint(id->text, (const char *const *)ids->pdata);
	problems_add(problems, id->place,
		"there is no step '%s' in the recipe that this one extends%s", clipped, hint);
}

/* The arguments of a change, without what says where it goes. */
static Node *without_directions(const Node *change)
{
	Node *step = node_copy(change);

	for (const Field *field = recipe_change_fields; field->key; field++)
		node_drop(step, field->key);
	return step;
}

static void add_step(Node *steps, const Node *change, Problems *problems)
{
	const Node *after = node_get(change, "after"), *before = node_get(change, "before");
	const Node *anchor = after ? after : before;
	guint index;

	if (!anchor && !node_get(change, "do")) {
		refuse_id(steps, node_get(change, "id"), problems);
		return;
	}
	if (!anchor) {
		problems_add(problems, change->place,
			"a new step needs 'after' or 'before', with the id of another step");
		return;
	}
	if ((after && before) || anchor->kind != NODE_SCALAR) {
		problems_add(
			problems, anchor->place, "give one of 'after' and 'before', with one id");
		return;
	}
	if (!find_step(steps, anchor->text, &index)) {
		refuse_id(steps, anchor, problems);
		return;
	}
	g_ptr_array_insert(steps->items, (gint)index + (after != NULL), without_directions(change));
}

static void remove_step(Node *steps, guint index, const Node *change, Problems *problems)
{
	const Node *remove = node_get(change, "remove");
	gboolean yes = FALSE;

	if (remove->kind != NODE_SCALAR || !scalar_bool(remove->text, &yes) || !yes)
		problems_add(problems, remove->place, "'remove' can only be true");
	else if (change->items->len > 2)
		problems_add(problems, remove->place,
			"a step that is removed can have nothing but 'id' and 'remove'");
	else
		g_ptr_array_remove_index(steps->items, index);
}

/* With `do` the change is the step, else its arguments come over the old ones. */
static void change_step(Node *steps, guint index, const Node *change)
{
	Node *old = steps->items->pdata[index];

	if (node_get(change, "do")) {
		node_free(old);
		steps->items->pdata[index] = node_copy(change);
		return;
	}
	for (guint i = 0; i < change->items->len; i++)
		node_put(old, node_copy(change->items->pdata[i]));
}

static void apply(Node *steps, const Node *change, const Node *id, Problems *problems)
{
	const Node *direction = node_get(change, "after");
	guint index;

	if (!direction)
		direction = node_get(change, "before");
	if (!find_step(steps, id->text, &index)) {
		if (node_get(change, "remove"))
			refuse_id(steps, id, problems);
		else
			add_step(steps, change, problems);
	} else if (direction) {
		problems_add(problems, direction->key_place,
			"step '%s' is there already; '%s' is for new steps", id->text,
			direction->key);
	} else if (node_get(change, "remove")) {
		remove_step(steps, index, change, problems);
	} else {
		change_step(steps, index, change);
	}
}

void recipe_change_steps(Node *steps, const Node *changes, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < changes->items->len; i++) {
		const Node *change = changes->items->pdata[i];
		const Node *id = node_get(change, "id");

		if (!id || id->kind != NODE_SCALAR)
			problems_add(problems, change->place,
				"a change needs the 'id' of the step that it changes");
		else if (!g_hash_table_add(seen, id->text))
			problems_add(
				problems, id->place, "step '%.60s' is changed twice", id->text);
		else
			apply(steps, change, id, problems);
	}
}

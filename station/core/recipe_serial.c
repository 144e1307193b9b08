/* Which serial numbers a recipe's boards may have. */
#include "core/recipe_parts.h"
#include "core/text.h"

/* Tried alone and anchored: alone ")(" fails, anchored an unclosed "\Q" or a comment does. */
static void read_pattern(Recipe *recipe, const Node *pattern, Problems *problems)
{
	g_autofree char *anchored = NULL;
	const char *tried[2];

	if (!pattern || pattern->kind != NODE_SCALAR)
		return;
	anchored = g_strdup_printf("\\A(?:%s)\\z", pattern->text);
	tried[0] = pattern->text;
	tried[1] = anchored;
	for (gsize i = 0; i < G_N_ELEMENTS(tried); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GRegex) regex = g_regex_new(tried[i], 0, 0, &error);

		if (regex)
			continue;
		problems_add(problems, pattern->place, "'pattern' is no regular expression: %s",
			error->message);
		return;
	}
	recipe->serial_pattern = g_steal_pointer(&anchored);
}

void recipe_read_serial(Recipe *recipe, Problems *problems)
{
	const Node *serial = node_get(recipe->tree, "serial");
	const Node *check = node_get(serial, "check");

	read_pattern(recipe, node_get(serial, "pattern"), problems);
	/* A word that is none the schema has refused. */
	if (!check || check->kind != NODE_SCALAR ||
		!check_digit_from_word(check->text, &recipe->serial_check))
		recipe->serial_check = CHECK_NONE;
}

char *recipe_refuses_serial(const Recipe *recipe, const char *serial)
{
	g_autofree char *shown = text_clean(serial, -1);

	if (!text_is_serial(serial))
		return g_strdup_printf(
			"'%.80s' is no serial number: 1 to 64 of A-Z a-z 0-9 . _ -", shown);
	if (recipe->serial_pattern && !g_regex_match_simple(recipe->serial_pattern, serial, 0, 0))
		return g_strdup_printf("'%s' does not match the recipe's pattern %s", shown,
			node_get(node_get(recipe->tree, "serial"), "pattern")->text);
	if (!check_digit_holds(recipe->serial_check, serial))
		return g_strdup_printf("'%s' does not end in its check digit (%s): mistyped, or "
				       "scanned badly",
			shown, check_digit_words[recipe->serial_check]);
	return NULL;
}

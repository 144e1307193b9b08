/* What a list of ways contradicts: itself, what the recipe keeps, what its steps have written. */
#include "steps/dfuse_ways.h"
#include "steps/kinds.h"

#include <string.h>

static const char *const ways[] = {"page-erase", "clear-status", "mass-erase", "swd", NULL};

const Field dfuse_ways_item = {"", FIELD_WORD, .words = ways, .help = "a way of erasing"};

const Step *dfuse_ways_writer(const Step *step, const Recipe *recipe)
{
	for (guint i = 0; i < recipe->steps->len && recipe->steps->pdata[i] != step; i++) {
		const Step *before = recipe->steps->pdata[i];

		if (before->kind->destructive && before->kind != &step_dfuse_erase)
			return before;
	}
	return NULL;
}

void dfuse_ways_check_all(
	const Step *step, const Recipe *recipe, const char *what, Place place, Problems *problems)
{
	const Step *writer = dfuse_ways_writer(step, recipe);

	for (guint i = 0; i < recipe->keep->len; i++) {
		const BoardRegion *region = recipe->keep->pdata[i];

		problems_add(problems, place,
			"%s would take '%s'%s%s, which this recipe keeps: erase by page, or give "
			"it up with 'keep: []'",
			what, region->name, region->note ? ", " : "",
			region->note ? region->note : "");
	}
	if (writer)
		problems_add(problems, place, "%s would take what step '%s' has written", what,
			writer->id);
}

static void check_way(const Step *step, guint index, const Recipe *recipe, Problems *problems)
{
	const Node *list = node_get(step->args, "erase"), *node = list->items->pdata[index];
	const char *way = node->text;

	for (guint i = 0; i < index; i++)
		if (strcmp(dfuse_way(step, i), way) == 0)
			problems_add(problems, node->place, "'%s' stands here twice", way);
	if (strcmp(way, "clear-status") == 0 &&
		(!index || strcmp(dfuse_way(step, index - 1), "page-erase")))
		problems_add(problems, node->place,
			"'clear-status' ends an erase of a sector that stalled: it stands directly "
			"behind 'page-erase'");
	if (strcmp(way, "page-erase") == 0 && index)
		problems_add(problems, node->place, "'page-erase' is the first way, or none");
	if (strcmp(way, "swd") == 0 && !index)
		problems_add(problems, node->place,
			"without a way before it 'swd' is what swd.program does");
	if (strcmp(way, "swd") == 0 && dfuse_way(step, index + 1))
		problems_add(problems, node->place, "behind 'swd' there is nothing to try");
	if (strcmp(way, "mass-erase") == 0)
		dfuse_ways_check_all(step, recipe, "'mass-erase'", node->place, problems);
}

void dfuse_ways_check(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *list = node_get(step->args, "erase");

	if (list && !list->items->len)
		problems_add(problems, list->key_place, "'erase' names no way of erasing");
	for (guint i = 0; list && i < list->items->len; i++)
		check_way(step, i, recipe, problems);
}

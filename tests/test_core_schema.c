/*
 * The JSON Schemas that editors get: each is a valid schema, and judges as the station does. What a
 * YAML reader makes of plain text is done here (YAML 1.2's core schema); python3-jsonschema judges.
 */
#include "core/fixture.h"
#include "core/recipe.h"
#include "core/scalar.h"
#include "lib/folder.h"
#include "lib/kinds.h"

#include <jansson.h>
#include <string.h>
#include <sys/wait.h>

/* Prints the number of each instance that is valid: "0 2 5". Exits 77 where the module is missing. */
#define JUDGE                                                                                      \
	"import json, sys\n"                                                                       \
	"try: import jsonschema\n"                                                                 \
	"except ImportError: sys.exit(77)\n"                                                       \
	"case = json.load(open(sys.argv[1]))\n"                                                    \
	"kind = getattr(jsonschema, 'Draft202012Validator', None)\n"                               \
	"if kind is None: sys.exit(77)\n"                                                          \
	"kind.check_schema(case['schema'])\n"                                                      \
	"judge = kind(case['schema'])\n"                                                           \
	"print(*[i for i, x in enumerate(case['instances']) if judge.is_valid(x)])\n"

static json_t *plain_json(const char *text)
{
	gint64 number;
	double decimal;
	gboolean yes;

	if (scalar_int(text, &number))
		return json_integer(number);
	if (scalar_decimal(text, &decimal))
		return json_real(decimal);
	if (scalar_bool(text, &yes))
		return json_boolean(yes);
	return scalar_looks_typed(text) ? json_null() : json_string(text);
}

static json_t *to_json(const Node *node)
{
	json_t *json;

	if (node->kind == NODE_SCALAR)
		return node->quoted ? json_string(node->text) : plain_json(node->text);
	json = node->kind == NODE_MAP ? json_object() : json_array();
	for (guint i = 0; i < node->items->len; i++) {
		const Node *item = node->items->pdata[i];

		if (node->kind == NODE_MAP)
			json_object_set_new(json, item->key, to_json(item));
		else
			json_array_append_new(json, to_json(item));
	}
	return json;
}

/* What Python says of the instances (takes both); NULL where it cannot be asked. */
static char *judge(char *schema, json_t *instances)
{
	json_t *parsed = json_loads(schema, JSON_REJECT_DUPLICATES, NULL);
	json_t *both = json_pack("{s:o,s:o}", "schema", parsed, "instances", instances);
	char *dump = json_dumps(both, 0), *folder = folder_new(), *out = NULL;
	g_autofree char *path = folder_write(folder, "case.json", dump);
	g_autofree char *errors = NULL;
	char *argv[] = {(char *)"python3", (char *)"-c", (char *)JUDGE, path, NULL};
	g_autoptr(GError) error = NULL;
	int status = 0;

	g_assert_nonnull(parsed);
	if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &errors, &status,
		    &error) ||
		g_spawn_check_wait_status(status, NULL) == FALSE) {
		if (status && !(WIFEXITED(status) && WEXITSTATUS(status) == 77))
			g_test_message("%s", errors);
		g_assert_true(error || (WIFEXITED(status) && WEXITSTATUS(status) == 77));
		g_clear_pointer(&out, g_free);
	}
	folder_remove(folder);
	json_decref(both);
	free(dump);
	g_free(schema);
	return out ? g_strstrip(out) : NULL;
}

static json_t *parse_yaml(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) node = node_read("x", text, strlen(text), problems);

	g_assert_nonnull(node);
	return to_json(node);
}

/* Puts each of `texts` through both and compares; the first is right, all others have a mistake. */
static void compare(char *schema, const char *const *texts, gboolean (*loads)(const char *path))
{
	json_t *instances = json_array();
	g_autofree char *said = NULL;
	char *folder = folder_new();

	for (guint i = 0; texts[i]; i++) {
		g_autofree char *path = folder_write(folder, "x.yaml", texts[i]);

		g_test_message("instance %u", i);
		g_assert_true(loads(path) == (i == 0));
		json_array_append_new(instances, parse_yaml(texts[i]));
	}
	folder_remove(folder);
	said = judge(schema, instances);
	if (said)
		g_assert_cmpstr(said, ==, "0");
	else
		g_test_skip("python3-jsonschema is not there");
}

static gboolean recipe_loads(const char *path)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = recipe_load(path, test_kinds(), NULL, problems);

	return recipe != NULL;
}

static gboolean fixture_loads(const char *path)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Fixture) fixture = fixture_load(path, problems);

	return fixture != NULL;
}

#define HEAD(revision, chip)                                                                       \
	"flashline: 1\nproduct: x\nrevision: " revision "\nserial: {pattern: A}\n"                 \
	"chip: " chip "\nimages: {a: {address: 0x08000000, max: 128KiB}}\nsteps:\n"
#define GOOD HEAD("B", "{device: 0x450, revisions: [V, 0x2001], flash: 2048KiB}")

static void test_recipe(void)
{
	static const char *const texts[] = {
		GOOD "- {id: a, do: power, state: cycle, off_time: 1.5s}\n"
		     "- {id: b, do: swd.program, image: a, deadline: 2min}\n",
		GOOD "- {id: a, do: power, state: cyclee}\n",
		GOOD "- {id: a, do: power}\n",
		GOOD "- {id: a, do: power, state: cycle, image: a}\n",
		GOOD "- {id: a, do: powr, state: cycle}\n",
		GOOD "- {id: a, state: cycle}\n",
		GOOD "- {do: power, state: cycle}\n",
		GOOD "- {id: A, do: power, state: cycle}\n",
		GOOD "- {id: a, do: power, state: cycle, off_time: 5}\n",
		GOOD "- {id: a, do: usb.await, device: \"37C5:9204\", hold: \"true\"}\n",
		GOOD "- power\n",
		GOOD " []\n",
		HEAD("1.10", "{device: 0x450}") "- {id: a, do: dfu.detach}\n",
		HEAD("B", "{device: \"0x450\"}") "- {id: a, do: dfu.detach}\n",
		HEAD("B", "{device: 0x450, flash: 2M}") "- {id: a, do: dfu.detach}\n",
		HEAD("B", "{device: 0x450, revisions: [W]}") "- {id: a, do: dfu.detach}\n",
		HEAD("B", "{}") "- {id: a, do: dfu.detach}\n",
		"flashline: 1\n",
		"flashline: 2\nextends: b.yaml\n",
		"- 1\n",
		NULL,
	};

	compare(recipe_schema_json(test_kinds()), texts, recipe_loads);
}

#define SLOT "flashline: 1\ncontrollers: {p: {chip: FT4232H, serial: X1}}\nslots:\n- "

static void test_fixture(void)
{
	static const char *const texts[] = {
		SLOT "{slot: 1, usb: 1-1.2, probe: A.b_c-1, power: {controller: p, pin: A0}}\n",
		SLOT "{slot: 65, usb: 1-1}\n",
		SLOT "{slot: \"1\", usb: 1-1}\n",
		SLOT "{slot: 1, usb: 1-0}\n",
		SLOT "{slot: 1, usb: 1-1, probe: 007}\n",
		SLOT "{slot: 1, usb: 1-1, probe: a b}\n",
		SLOT "{slot: 1, usb: 1-1, power: {controller: p, pin: E0}}\n",
		SLOT "{slot: 1, usb: 1-1, power: {controller: p}}\n",
		SLOT "{slot: 1, usb: 1-1, power: {controller: p, pin: A0, active: yes}}\n",
		SLOT "{slot: 1, usb: 1-1, lamp: 1}\n",
		SLOT "{slot: 1}\n",
		"flashline: 1\n",
		NULL,
	};

	compare(schema_json("Flashline fixture", fixture_fields()), texts, fixture_loads);
}

/* A recipe that extends says only what differs; templates and all that is shipped are valid too. */
static void test_shipped(void)
{
	static const char *const files[] = {"tests/data/broken/parts/base.yaml", NULL};
	json_t *instances = json_array();
	g_autofree char *said = NULL;

	json_array_append_new(instances,
		parse_yaml("{flashline: 1, extends: b.yaml, steps: [{id: a, deadline: 3s},"
			   "{id: b, remove: true}, {id: c, do: dfu.detach, after: a}]}"));
	for (guint i = 0; files[i]; i++) {
		g_autofree char *text = NULL;

		g_assert_true(g_file_get_contents(files[i], &text, NULL, NULL));
		json_array_append_new(instances, parse_yaml(text));
	}
	said = judge(recipe_schema_json(test_kinds()), instances);
	if (said)
		g_assert_cmpstr(said, ==, "0 1");
	else
		g_test_skip("python3-jsonschema is not there");
}

/* A table with no bounds, a range that cannot be, a default that is none: mistakes of ours. */
static void check_fields(const Field *fields)
{
	for (const Field *field = fields; field && field->key; field++) {
		g_assert_nonnull(field->help);
		g_assert_cmpint(field->low, <=, field->high);
		g_assert_true((field->type == FIELD_WORD) <= (field->words != NULL));
		if (field->pattern) {
			g_autoptr(GRegex) regex = g_regex_new(field->pattern, 0, 0, NULL);

			g_assert_nonnull(regex);
			g_assert_cmpint(field->pattern[0], ==, '^');
		}
		check_fields(field->fields);
	}
}

static void test_tables(void)
{
	check_fields(recipe_fields());
	check_fields(fixture_fields());
}

static void test_steps_text(void)
{
	g_autofree char *text = recipe_steps_text(test_kinds());

	g_assert_nonnull(strstr(text, "\n## swd.program\n\nPrograms an image.\n"));
	g_assert_nonnull(strstr(text, "Deadline 120s, stall 20s; changes the board's memory.\n"));
	g_assert_nonnull(strstr(text, "| `state` | on, off, cycle | required |"));
	g_assert_nonnull(strstr(text, "| `off_time` | duration | 500ms |"));
	g_assert_nonnull(strstr(text, "| `files[].path` | text | required |"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/schema/recipe", test_recipe);
	g_test_add_func("/core/schema/fixture", test_fixture);
	g_test_add_func("/core/schema/shipped", test_shipped);
	g_test_add_func("/core/schema/tables", test_tables);
	g_test_add_func("/core/schema/steps-text", test_steps_text);
	return g_test_run();
}

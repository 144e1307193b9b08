#include "core/golden.h"

#include "core/failure.h"
#include "core/scalar.h"
#include "core/text.h"

static const char *const required_words[] = {"no", "daily", NULL};

static const Field golden_fields[] = {
	{"slot", FIELD_INT, TRUE, 1, 64, .help = "the slot that it is put into"},
	{"serial", FIELD_TEXT, TRUE,
		.help = "its own serial number, which fits the recipe's pattern"},
	{"recipe", FIELD_PATH, TRUE, .help = "what is done to it"},
	{NULL},
};

static const Field bad_fields[] = {
	{"slot", FIELD_INT, TRUE, 1, 64, .help = "the slot that it is put into"},
	{"serial", FIELD_TEXT, TRUE,
		.help = "its own serial number, which fits the recipe's pattern"},
	{"recipe", FIELD_PATH, TRUE, .help = "what is done to it"},
	{"code", FIELD_TEXT, TRUE, .help = "the code with which it must FAIL"},
	{NULL},
};

const Field selftest_fields[] = {
	{"required", FIELD_WORD, .words = required_words, .fallback = "no",
		.help = "daily: no production before today's self-test has succeeded"},
	{"golden", FIELD_MAP, TRUE, .fields = golden_fields, .help = "a board that must PASS"},
	{"bad", FIELD_MAP, .fields = bad_fields, .help = "a board that must FAIL with its code"},
	{NULL},
};

static const Node *part(const Node *tree, const char *key)
{
	const Node *selftest = node_get(tree, "selftest");
	const Node *board = selftest && selftest->kind == NODE_MAP ? node_get(selftest, key) : NULL;

	return board && board->kind == NODE_MAP ? board : NULL;
}

static gboolean has_slot(const Node *tree, gint64 wanted)
{
	const Node *slots = node_get(tree, "slots");

	for (guint i = 0; slots && slots->kind == NODE_LIST && i < slots->items->len; i++) {
		const Node *slot = slots->items->pdata[i];
		const char *text = slot->kind == NODE_MAP ? node_text(slot, "slot") : NULL;
		gint64 number;

		if (text && scalar_int(text, &number) && number == wanted)
			return TRUE;
	}
	return FALSE;
}

static void check_board(const Node *tree, const char *key, Problems *problems)
{
	const Node *board = part(tree, key), *code = board ? node_get(board, "code") : NULL;
	const char *slot = board ? node_text(board, "slot") : NULL;
	const Failure *failure =
		code && code->kind == NODE_SCALAR ? failure_from_word(code->text) : NULL;
	gint64 number;

	if (slot && scalar_int(slot, &number) && !has_slot(tree, number))
		problems_add(problems, node_get(board, "slot")->place,
			"there is no slot %" G_GINT64_FORMAT, number);
	if (code && code->kind == NODE_SCALAR && (!failure || failure->verdict != VERDICT_FAIL)) {
		g_autofree char *clipped = text_clip(code->text, 60);

		problems_add(problems, code->place,
			failure ? "'%s' is no FAIL: it does not blame the board"
				: "there is no failure code '%s'",
			clipped);
	}
}

void selftest_check(const Node *tree, Problems *problems)
{
	check_board(tree, "golden", problems);
	check_board(tree, "bad", problems);
}

static void read_board(
	Golden *board, const Node *tree, const char *key, const Field *fields, const char *file)
{
	const Node *map = part(tree, key);
	g_autofree char *folder = NULL, *absolute = NULL;

	if (!map)
		return;
	folder = g_path_get_dirname(file);
	absolute = g_canonicalize_filename(folder, NULL);
	board->slot = (guint)schema_int(map, fields, "slot");
	board->serial = schema_text(map, fields, "serial");
	board->recipe = g_canonicalize_filename(schema_text(map, fields, "recipe"), absolute);
	board->code = node_text(map, "code");
}

void selftest_read(Selftest *selftest, const Node *tree, const char *file)
{
	const Node *map = node_get(tree, "selftest");

	if (!map)
		return;
	selftest->daily = !g_strcmp0(schema_text(map, selftest_fields, "required"), "daily");
	read_board(&selftest->golden, tree, "golden", golden_fields, file);
	read_board(&selftest->bad, tree, "bad", bad_fields, file);
}

void selftest_clear(Selftest *selftest)
{
	g_free(selftest->golden.recipe);
	g_free(selftest->bad.recipe);
}

/* flashline verify: is the journal what was once written? */
#include "cmd.h"
#include "core/file.h"
#include "journal/anchor.h"

#include <stdio.h>

enum { ANCHORS_MAX = 1 << 20 };

static void head_free(JournalHead *head)
{
	journal_head_clear(head);
	g_free(head);
}

/* One anchor a line; empty lines do not count. */
static GPtrArray *read_anchors(const char *path, const char *public_key, GError **error)
{
	g_autoptr(GBytes) bytes = file_bytes(path, ANCHORS_MAX, error);
	g_autoptr(GPtrArray) anchors = g_ptr_array_new_with_free_func((GDestroyNotify)head_free);
	g_auto(GStrv) lines = NULL;

	if (!bytes) {
		g_prefix_error(error, "%s ", path);
		return NULL;
	}
	lines = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		JournalHead head = {0};

		if (!*g_strstrip(lines[i]))
			continue;
		if (!anchor_read(lines[i], public_key, &head, error)) {
			g_prefix_error(error, "%s:%u: ", path, i + 1);
			return NULL;
		}
		g_ptr_array_add(anchors, g_memdup2(&head, sizeof head));
	}
	return g_steal_pointer(&anchors);
}

static int print_proof(const JournalProof *proof, const char *path, guint anchors)
{
	for (guint i = 0; i < proof->remarks->len; i++)
		printf("remark: %s\n", (char *)proof->remarks->pdata[i]);
	for (guint i = 0; i < proof->findings->len; i++)
		printf("BROKEN: %s\n", (char *)proof->findings->pdata[i]);
	if (proof->more)
		printf("BROKEN: and %u more\n", proof->more);
	if (proof->findings->len)
		return CMD_FAIL;
	printf("%s: %" G_GINT64_FORMAT " records of %" G_GINT64_FORMAT
	       " runs are as they were written",
		path, proof->records, proof->runs);
	if (anchors)
		printf(", and agree with %u anchor%s\n", anchors, anchors == 1 ? "" : "s");
	else
		puts(" (without an anchor nobody can know of records cut off at the end)");
	return CMD_PASS;
}

static int verify(const char *path, const char *anchor, const char *public_key)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) anchors = NULL;
	g_autoptr(Journal) journal = NULL;
	g_autoptr(JournalProof) proof = NULL;

	if (anchor) {
		anchors = read_anchors(anchor, public_key, &error);
		if (!anchors)
			return cmd_refuse("verify",
				g_error_matches(error, ANCHOR_ERROR, ANCHOR_FORGED) ? CMD_FAIL
										    : CMD_USAGE,
				error);
	}
	journal = journal_open_reader(path, &error);
	proof = journal ? journal_prove(journal, anchors, &error) : NULL;
	if (!proof)
		return cmd_refuse("verify", CMD_STATION, error);
	return print_proof(proof, path, anchors ? anchors->len : 0);
}

int cmd_verify(int argc, char **argv)
{
	g_autofree char *given = NULL, *anchor = NULL, *key = NULL, *usual = journal_default_path();
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&given),
		{"anchor", 'a', 0, G_OPTION_ARG_FILENAME, &anchor,
			"Heads that 'flashline anchor' printed once, one a line", "FILE"},
		{"public-key", 0, 0, G_OPTION_ARG_STRING, &key,
			"Anchors must be signed by this key (64 hexadecimal digits)", "KEY"},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (key && !anchor) {
		fputs("flashline verify: --public-key needs --anchor\n", stderr);
		return CMD_USAGE;
	}
	return verify(given ? given : usual, anchor, key);
}

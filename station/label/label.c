#include "label/label.h"
#include "core/failure.h"
#include "core/template.h"
#include "core/text.h"

#include <string.h>

/* A value as core/template.h allows it: 64 letters, or as little as 16 characters beyond them. */
enum { TEMPLATE_MAX = 64 * 1024, VALUE_MAX = 200, ESCAPE_MAX = 4 * 3 };

/* ---- the template -------------------------------------------------------------------------------- */

/* Commands that would make it something else than one label, or end what ^FH is for. */
static const struct {
	const char *command, *why;
} refused[] = {
	{"^PQ", "a label is printed once for each PASS"},
	{"^CC", "commands must begin with ^"},
	{"~CC", "commands must begin with ^"},
	{"^CT", "control commands must begin with ~"},
	{"~CT", "control commands must begin with ~"},
	{"^CD", "parameters must be parted by commas"},
	{"~CD", "parameters must be parted by commas"},
	{"~DG", "nothing may be stored in the printer"},
	{"^DF", "nothing may be stored in the printer"},
};

typedef struct {
	const char *text; /* ends with a NUL */
	guint begun, ended;
	gboolean escaped; /* ^FH holds for the field that is read */
	gboolean in_data; /* behind ^FD */
} Reader;

static gboolean complain(const Reader *reader, const char *at, const char *what, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_LABEL_TEMPLATE,
		"the label's template at byte %" G_GSIZE_FORMAT ": %s", (gsize)(at - reader->text),
		what);
	return FALSE;
}

static gboolean is(const char *at, const char *command)
{
	return g_ascii_strncasecmp(at, command, strlen(command)) == 0;
}

/* A printer passes over line breaks, wherever they stand: "^P\nQ9" is ^PQ9 to it. */
static gboolean is_torn(const char *at)
{
	for (guint i = 1; i <= 2; i++)
		if (!at[i] || g_ascii_iscntrl(at[i]))
			return TRUE;
	return FALSE;
}

static gboolean take_command(Reader *reader, const char *at, GError **error)
{
	if (is_torn(at))
		return complain(reader, at, "a command's two letters stand together", error);
	for (gsize i = 0; i < G_N_ELEMENTS(refused); i++)
		if (is(at, refused[i].command))
			return complain(reader, at, refused[i].why, error);
	reader->begun += is(at, "^XA");
	reader->ended += is(at, "^XZ");
	if (reader->begun > 1 || reader->ended > reader->begun)
		return complain(reader, at, "there is one ^XA and one ^XZ in it", error);
	if (is(at, "^FH") && at[3] != '^' && at[3] != '_')
		return complain(reader, at, "^FH stands with _ or alone", error);
	if (is(at, "^FS"))
		reader->escaped = FALSE;
	reader->escaped |= is(at, "^FH");
	reader->in_data = is(at, "^FD");
	return TRUE;
}

gboolean label_check(GBytes *template, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(template, &size);
	g_autofree char *text = g_strndup(bytes ? bytes : "", size);
	Reader reader = {.text = text};

	if (size > TEMPLATE_MAX || strlen(text) != size || !g_utf8_validate(text, -1, NULL))
		return complain(&reader, text, "it is no text of at most 64 KiB", error);
	for (const char *at = text; *at; at++) {
		if ((*at == '^' || *at == '~') && !take_command(&reader, at, error))
			return FALSE;
		if (at[0] == '{' && at[1] == '{' && !(reader.in_data && reader.escaped))
			return complain(
				&reader, at, "a value stands behind ^FH^FD, in its field", error);
	}
	if (reader.begun != 1 || reader.ended != 1)
		return complain(&reader, text, "there is one ^XA and one ^XZ in it", error);
	return TRUE;
}

/* ---- its values ---------------------------------------------------------------------------------- */

/* What is no letter or digit goes as its number, whole characters as long as there is room: nothing left of it can be a
 * command. */
static char *escape(const char *value)
{
	g_autofree char *clean = text_clean(value, -1);
	GString *out = g_string_new(NULL);

	for (const char *at = clean; *at && out->len + ESCAPE_MAX <= VALUE_MAX;) {
		const char *next = g_utf8_next_char(at);

		for (; at < next; at++)
			if (g_ascii_isalnum(*at) || *at == '-' || *at == '.')
				g_string_append_c(out, *at);
			else
				g_string_append_printf(out, "_%02X", (guchar)*at);
	}
	return g_string_free(out, FALSE);
}

static const char *value_of(const char *name, gpointer data)
{
	return g_hash_table_lookup(data, name);
}

GBytes *label_fill(GBytes *template, const LabelValues *values, GError **error)
{
	const struct {
		const char *name, *value;
	} named[] = {{"serial", values->serial}, {"uid", values->uid}, {"product", values->product},
		{"revision", values->revision}, {"lot", values->lot},
		{"operator", values->operator}, {"station", values->station},
			{"date", values->date}};
	g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
		g_hash_table_insert(table, (gpointer)named[i].name, escape(named[i].value));
	if (!label_check(template, error))
		return NULL;
	return template_fill(template, value_of, table, error);
}

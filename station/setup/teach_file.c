/* What was taught, as a fixture file: a new one, or more lines in one that is there. */
#include "core/failure.h"
#include "setup/teach_parts.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static gboolean refuse(const Teach *teach, const char *why, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s is left as it is: %s",
		teach->options->path, why);
	return FALSE;
}

/* ---- the lines --------------------------------------------------------------------------------- */

static void append_wire(
	GString *out, const Teach *teach, const char *indent, const char *key, gint wire)
{
	const TeachWire *of = wire == NO_WIRE ? NULL : teach_wire(teach, wire);
	g_autofree char *place = of ? teach_wire_place(of) : NULL;
	const char *quote = teach_is_hub(teach, wire) ? "\"" : "";

	if (of)
		g_string_append_printf(out, "%s%s: {controller: %s, pin: %s%s%s%s}\n", indent, key,
			of->bank->controller.name, quote, place, quote,
			of->active_low ? ", active: low" : "");
}

static void append_lamps(
	GString *out, const Teach *teach, const char *indent, const TeachBoard *board)
{
	static const char *const colours[TEACH_LAMPS] = {"red", "yellow", "green", "blue"};
	g_autofree char *inner = g_strconcat(indent, "  ", NULL);
	gboolean begun = FALSE;

	for (guint lamp = 0; lamp < TEACH_LAMPS; lamp++) {
		if (board->lamps[lamp] != NO_WIRE && !begun)
			g_string_append_printf(out, "%slamps:\n", indent);
		begun |= board->lamps[lamp] != NO_WIRE;
		append_wire(out, teach, inner, colours[lamp], board->lamps[lamp]);
	}
}

/* Texts stand in quotes where YAML might take them for something else: 1-1.1 it does not, 0012 it does. */
static char *quoted(const char *serial)
{
	gboolean plain = g_ascii_isalpha(*serial);

	for (const char *at = serial; *at; at++)
		plain = plain && g_ascii_isalnum(*at);
	plain = plain && strlen(serial) > 5; /* longer than true, false, null, yes, off */
	return plain ? g_strdup(serial) : g_strdup_printf("\"%s\"", serial);
}

static char *slot_lines(const Teach *teach, const char *indent)
{
	GString *out = g_string_new(NULL);
	g_autofree char *inner = g_strconcat(indent, "  ", NULL);

	for (guint i = 0; i < teach->done->len; i++) {
		const TeachBoard *board = teach->done->pdata[i];
		g_autofree char *probe = board->probe ? quoted(board->probe) : NULL;

		if (*board->uid)
			g_string_append_printf(
				out, "%s# taught with chip %s\n", indent, board->uid);
		g_string_append_printf(out, "%s- slot: %u\n", indent, board->number);
		g_string_append_printf(out, "%s  usb: %s\n", indent, board->port);
		if (probe)
			g_string_append_printf(out, "%s  probe: %s\n", indent, probe);
		append_wire(out, teach, inner, "power", board->power);
		append_wire(out, teach, inner, "boot0", board->boot0);
		append_wire(out, teach, inner, "nrst", board->nrst);
		append_wire(out, teach, inner, "present", board->present);
		append_wire(out, teach, inner, "lid", board->lid);
		append_wire(out, teach, inner, "start", board->start);
		append_lamps(out, teach, inner, board);
	}
	return g_string_free(out, FALSE);
}

/* What is the fixture's own, before its slots. */
static char *fixture_lines(const Teach *teach)
{
	GString *out = g_string_new(NULL);

	append_wire(out, teach, "", "lid", teach->lid);
	append_wire(out, teach, "", "start", teach->start);
	append_wire(out, teach, "", "buzzer", teach->buzzer);
	return g_string_free(out, FALSE);
}

/* By a wire, or as the bus of an expander that is. */
static gboolean is_used(const Teach *teach, const TeachBank *bank)
{
	for (gint wire = 0; wire < teach_wires(teach); wire++) {
		const TeachBank *of = teach_wire(teach, wire)->bank;

		if (teach_wire_taken(teach, wire) &&
			(of == bank || of->controller.place.bus == &bank->controller))
			return TRUE;
	}
	return FALSE;
}

static char *where(const TeachBank *bank)
{
	g_autofree char *serial = NULL;

	if (bank->controller.kind == CONTROLLER_HUB)
		return g_strconcat("port: ", bank->controller.port, NULL);
	if (bank->bus)
		return g_strdup_printf("bus: %s%s, address: 0x%02X", bank->bus->chip->name,
			bank->bus->channel ? ", channel: B" : "", bank->controller.place.address);
	serial = quoted(bank->controller.serial);
	return g_strconcat("serial: ", serial, NULL);
}

static char *controller_lines(const Teach *teach, const char *indent)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < teach->banks->len; i++) {
		const TeachBank *bank = teach->banks->pdata[i];
		g_autofree char *place = where(bank);

		if (!bank->known && is_used(teach, bank))
			g_string_append_printf(out, "%s%s: {chip: %s, %s}\n", indent,
				bank->controller.name, bank->controller.chip, place);
	}
	return g_string_free(out, FALSE);
}

/* ---- a new file -------------------------------------------------------------------------------- */

static char *new_text(const Teach *teach)
{
	g_autofree char *controllers = controller_lines(teach, "  ");
	g_autofree char *slots = slot_lines(teach, "  ");
	g_autofree char *common = fixture_lines(teach);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");

	return g_strdup_printf("# Written by flashline teach on %s: what it found, not what it was "
			       "told. Change what you like;\n"
			       "# 'flashline check' finds mistakes, 'flashline preflight' proves "
			       "the fixture.\n"
			       "flashline: 1\n"
			       "swd_khz: 4000 # lower it where cables are long\n"
			       "%s%s%s"
			       "slots:\n%s",
		day,
		*controllers ? "controllers: # by their USB serial; hubs by their port, expanders "
			       "by bus and address\n"
			     : "",
		controllers, common, slots);
}

/* ---- more in a file that is there -------------------------------------------------------------- */

/* Where line n (1...) begins; the end, if there are fewer. */
static gsize offset_of_line(const char *text, guint line)
{
	const char *at = text;

	while (--line && *at) {
		const char *end = strchr(at, '\n');

		at = end ? end + 1 : at + strlen(at);
	}
	return (gsize)(at - text);
}

static gboolean is_last(const Node *tree, const Node *node)
{
	return tree->items->pdata[tree->items->len - 1] == node;
}

/* Behind the line of the key 'controllers'; a file without it gets the key before 'slots'. */
static gboolean insert_controllers(const Teach *teach, GString *text, GError **error)
{
	const Node *tree = teach->options->fixture->tree;
	const Node *map = node_get(tree, "controllers"), *slots = node_get(tree, "slots");
	const Node *first = map && map->items->len ? map->items->pdata[0] : NULL;
	g_autofree char *indent = first && first->key_place.line > map->key_place.line
					  ? g_strnfill(first->key_place.column - 1, ' ')
					  : NULL;
	g_autofree char *lines = controller_lines(teach, indent ? indent : "  ");

	if (!*lines)
		return TRUE;
	if (map && !indent)
		return refuse(teach, "write its 'controllers' one a line, so that one can be added",
			error);
	if (map)
		g_string_insert(
			text, (gssize)offset_of_line(text->str, first->key_place.line), lines);
	else {
		g_autofree char *whole = g_strconcat("controllers:\n", lines, NULL);

		g_string_insert(
			text, (gssize)offset_of_line(text->str, slots->key_place.line), whole);
	}
	return TRUE;
}

/* The dash of the first slot is two columns or more before its first key. */
static char *slot_indent(const char *text, const Node *slots)
{
	const Node *first = slots->items->len ? slots->items->pdata[0] : NULL;
	const char *line = first ? text + offset_of_line(text, first->place.line) : "";
	gsize blanks = strspn(line, " ");

	return line[blanks] == '-' ? g_strndup(line, blanks) : NULL;
}

static char *longer_text(const Teach *teach, GError **error)
{
	const Fixture *fixture = teach->options->fixture;
	const Node *slots = node_get(fixture->tree, "slots");
	g_autofree char *indent = slot_indent(fixture->text, slots), *lines = NULL;
	g_autofree char *common = NULL;
	g_autoptr(GString) text = g_string_new(fixture->text);

	if (!is_last(fixture->tree, slots) || !indent) {
		refuse(teach, "'slots' must stand last in it, one '- slot:' a line", error);
		return NULL;
	}
	if (text->len && text->str[text->len - 1] != '\n')
		g_string_append_c(text, '\n');
	lines = slot_lines(teach, indent);
	g_string_append(text, lines);
	/* The end first: what stands before keeps its lines. */
	common = fixture_lines(teach);
	g_string_insert(text, (gssize)offset_of_line(text->str, slots->key_place.line), common);
	if (!insert_controllers(teach, text, error))
		return NULL;
	return g_strdup(text->str);
}

/* ---- into its place ---------------------------------------------------------------------------- */

/* What cannot be read back the way it is meant must not be written. */
static gboolean is_sound(const Teach *teach, const char *path, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Fixture) fixture = fixture_load(path, problems);
	const Fixture *before = teach->options->fixture;
	guint slots = (before ? before->slots->len : 0) + teach->done->len;
	g_autofree char *text = problems_text(problems);

	if (fixture && fixture->slots->len == slots)
		return TRUE;
	return refuse(teach, *text ? text : "not all slots would be in it", error);
}

/* Somebody may have edited it while the operator was busy. */
static gboolean is_unchanged(const Teach *teach, GError **error)
{
	const Fixture *fixture = teach->options->fixture;
	const char *before = teach->written ? teach->written : fixture ? fixture->text : NULL;
	g_autofree char *now = NULL;

	if (!g_file_get_contents(teach->options->path, &now, NULL, NULL))
		return !before || refuse(teach, "it cannot be read any more", error);
	return (before && !strcmp(now, before)) ||
	       refuse(teach, "somebody has changed it meanwhile", error);
}

gboolean teach_write(Teach *teach, GError **error)
{
	const char *path = teach->options->path;
	g_autofree char *text =
		teach->options->fixture ? longer_text(teach, error) : new_text(teach);
	g_autofree char *fresh = g_strconcat(path, ".new.yaml", NULL);
	g_autoptr(GError) failure = NULL;
	gboolean done;

	if (!text || !is_unchanged(teach, error))
		return FALSE;
	if (!g_file_set_contents_full(fresh, text, -1,
		    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, &failure))
		return refuse(teach, failure->message, error);
	done = is_sound(teach, fresh, error);
	if (done && g_rename(fresh, path) != 0)
		done = refuse(teach, g_strerror(errno), error);
	if (!done) {
		g_unlink(fresh);
		return FALSE;
	}
	g_free(teach->written);
	teach->written = g_steal_pointer(&text);
	teach->kept = teach->done->len;
	return TRUE;
}

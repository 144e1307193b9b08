/* A lease as a file: what stands in it, and whose it is. */
#include "core/file.h"
#include "core/text.h"
#include "line/lease_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 16 << 20, NUMBERS_MAX = 1000000, DIGITS_MAX = 18 };

static guint64 count_of(const Range *range)
{
	return range->last - range->first + 1;
}

static gsize digits_at_end(const char *text)
{
	gsize length = strlen(text), digits = 0;

	while (digits < length && g_ascii_isdigit(text[length - 1 - digits]))
		digits++;
	return MIN(digits, DIGITS_MAX);
}

/* "OMV000100..OMV000199", or one serial. */
static gboolean read_range(const char *line, Range *range)
{
	g_auto(GStrv) ends = g_strsplit(line, "..", 3);
	gsize digits = digits_at_end(ends[0]), prefix = strlen(ends[0]) - digits;

	if (!text_is_serial(ends[0]))
		return FALSE;
	if (!ends[1]) {
		*range = (Range){.prefix = g_strdup(line)};
		return TRUE;
	}
	if (ends[2] || digits == 0 || strlen(ends[1]) != strlen(ends[0]) ||
		strncmp(ends[0], ends[1], prefix) || digits_at_end(ends[1]) < digits ||
		!g_ascii_string_to_unsigned(
			ends[0] + prefix, 10, 0, G_MAXINT64, &range->first, NULL) ||
		!g_ascii_string_to_unsigned(
			ends[1] + prefix, 10, range->first, G_MAXINT64, &range->last, NULL))
		return FALSE;
	range->prefix = g_strndup(ends[0], prefix);
	range->digits = (guint)digits;
	return TRUE;
}

/* A range fits the recipe when both its ends do: a pattern that lets every tenth through is for lists. */
static void check_range(const Lease *lease, const Range *range, Place place, Problems *problems)
{
	const guint64 ends[] = {range->first, range->last};

	for (gsize i = 0; i < (range->digits ? 2 : 1); i++) {
		g_autofree char *serial = lease_serial(lease, range, ends[i]);
		g_autofree char *why =
			serial ? recipe_refuses_serial(lease->recipe, serial)
			       : g_strdup_printf("'%s' can have no check digit (%s)", range->prefix,
					 check_digit_words[lease->recipe->serial_check]);

		if (why)
			problems_add(problems, place, "%s", why);
	}
}

/* One number in two lines would be given once only, but then somebody has miscounted. */
static void check_overlap(const Lease *lease, const Range *range, Place place, Problems *problems)
{
	for (guint i = 0; i < lease->ranges->len; i++) {
		const Range *other = &g_array_index(lease->ranges, Range, i);

		if (other->digits == range->digits && !strcmp(other->prefix, range->prefix) &&
			other->first <= range->last && range->first <= other->last) {
			problems_add(problems, place, "numbers of this line stand further up");
			return;
		}
	}
}

static void take_line(Lease *lease, const char *line, Place place, Problems *problems)
{
	Range range = {0};
	g_autofree char *shown = NULL;

	if (read_range(line, &range)) {
		check_range(lease, &range, place, problems);
		check_overlap(lease, &range, place, problems);
		g_array_append_val(lease->ranges, range);
		return;
	}
	shown = text_clip(line, 60);
	problems_add(problems, place, "'%s' is neither a serial nor a range: OMV000100..OMV000199",
		shown);
}

static void read_lines(Lease *lease, const char *text, Place place, Problems *problems)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	guint64 count = 0;

	for (guint i = 0; lines[i]; i++) {
		place.line = i + 1;
		g_strstrip(lines[i]);
		if (*lines[i] && *lines[i] != '#')
			take_line(lease, lines[i], place, problems);
	}
	place.line = 0;
	for (guint i = 0; i < lease->ranges->len; i++)
		count += count_of(&g_array_index(lease->ranges, Range, i));
	if (count == 0)
		problems_add(problems, place, "no serial in it");
	if (count > NUMBERS_MAX)
		problems_add(problems, place, "more than %d numbers", NUMBERS_MAX);
}

gboolean lease_read_file(Lease *lease, const char *path, Problems *problems)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = file_bytes(path, FILE_MAX, &error);
	Place place = {g_intern_string(path), 0, 1};
	guint before = problems_count(problems);
	gsize size;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	if (!bytes)
		problems_add(problems, place, "%s", error->message);
	else if (!g_utf8_validate(text, (gssize)size, NULL))
		problems_add(problems, place, "is not a text file");
	else
		read_lines(lease, text, place, problems);
	return problems_count(problems) == before;
}

/* ---- whose it is --------------------------------------------------------------------------------- */

/* FILE.taken: made once, whole or not at all, and never by two: link() refuses where it is. */
static gboolean write_claim(const char *claim, const char *text, GError **error)
{
	g_autofree char *fresh = g_strdup_printf("%s.%d", claim, (int)getpid());
	gboolean made = g_file_set_contents_full(fresh, text, -1,
		G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);

	if (made && link(fresh, claim) != 0 && errno != EEXIST) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", claim,
			g_strerror(errno));
		made = FALSE;
	}
	g_unlink(fresh);
	return made;
}

/* A name in a folder is on the disk when its folder is. */
static gboolean sync_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean synced = handle >= 0 && fsync(handle) == 0;

	if (!synced)
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", folder,
			g_strerror(errno));
	if (handle >= 0)
		close(handle);
	return synced;
}

gboolean lease_claim_file(const char *path, Journal *journal, Problems *problems)
{
	g_autofree char *claim = g_strconcat(path, ".taken", NULL);
	g_autofree char *id = NULL, *ours = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) theirs = NULL;
	Place place = {g_intern_string(path), 0, 1};

	id = journal_id(journal, &error);
	ours = id ? g_strdup_printf("journal %s\n", id) : NULL;
	if (ours && write_claim(claim, ours, &error) && sync_folder(claim, &error))
		theirs = file_bytes(claim, 1024, &error);
	if (!theirs) {
		problems_add(
			problems, place, "cannot be taken for this station: %s", error->message);
		return FALSE;
	}
	if (!strcmp(g_bytes_get_data(theirs, NULL), ours))
		return TRUE;
	problems_add(problems, place,
		"these numbers belong to another journal (%s says which): its station gives them "
		"out; "
		"lease others to this one",
		claim);
	return FALSE;
}

/* Which probe reaches which board, and which of two pins is power. */
#include "core/failure.h"
#include "core/text.h"
#include "link/openocd.h"
#include "setup/teach_parts.h"
#include "steps/chip_uid.h"

#include <glib/gstdio.h>
#include <string.h>

enum {
	SWD_MS = 15000,
	START_MS = 200, /* a supply that rises */
	FADE_MS = 250,  /* one that falls, of a board whose core is halted */
	SWD_KHZ = 1000, /* of wiring that nobody knows yet */
	LATE_MS = 1000,
	BOOT_MS = 3000, /* OpenMV's bootloader is there for 1.5 s: boards.md section 1.5 */
};
#define UNIQUE_ID 0x1FF1E800 /* boards.md section 4.3 */

/* Whether a chip answers this probe, and says its unique id, which `uid` (25 bytes) takes: one that does not is held in
 * reset, so it is another board's. NULL: it is asked once, and not believed to answer. */
static gboolean answers(Teach *teach, const char *probe, char *uid)
{
	g_autofree char *folder = g_dir_make_tmp("flashline-swd-XXXXXX", NULL);
	Watch watch = {.stop = teach->options->stop};
	g_autoptr(GError) error = NULL;
	g_autoptr(Openocd) openocd = NULL;
	guint32 word[3] = {0};
	gboolean reached;

	watch_begin(&watch, SWD_MS, 0);
	if (folder)
		openocd = uid ? openocd_start(probe, SWD_KHZ, folder, &watch, &error)
			      : openocd_try(probe, SWD_KHZ, folder, &watch, &error);
	reached = openocd != NULL;
	if (reached && uid)
		reached = openocd_read(openocd, UNIQUE_ID, 32, 3, word, &watch, NULL);
	if (reached && uid)
		g_snprintf(uid, 25, "%08X%08X%08X", word[2], word[1], word[0]);
	g_clear_pointer(&openocd, openocd_free);
	if (folder)
		g_rmdir(folder);
	return reached;
}

/* ---- which probe ------------------------------------------------------------------------------- */

static gboolean is_free(const Teach *teach, const GPtrArray *boards, const char *serial)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; i < boards->len; i++)
		if (!g_strcmp0(((const TeachBoard *)boards->pdata[i])->probe, serial))
			return FALSE;
	for (guint i = 0; fixture && i < fixture->slots->len; i++)
		if (!g_strcmp0(((const Slot *)fixture->slots->pdata[i])->probe, serial))
			return FALSE;
	return TRUE;
}

/* Serials of probes that no slot has, in the order of their ports: mostly that of the boards too. */
static GPtrArray *free_probes(const Teach *teach)
{
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);
	GPtrArray *probes = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (thing_kind(entry) == THING_PROBE && entry->serial &&
			text_is_serial(entry->serial) &&
			is_free(teach, teach->boards, entry->serial) &&
			is_free(teach, teach->done, entry->serial))
			g_ptr_array_add(probes, g_strdup(entry->serial));
	}
	return probes;
}

/* ---- which pin is power ------------------------------------------------------------------------ */

/* In reset a chip still answers its probe; without power it does not. */
static gboolean silences(
	Teach *teach, const char *probe, gint wire, gboolean *silent, GError **error)
{
	if (!teach_set(teach, wire, FALSE, error) || !teach_pause(teach, FADE_MS, error))
		return FALSE;
	*silent = !answers(teach, probe, NULL);
	return teach_set(teach, wire, TRUE, error);
}

static gint ask_power(const Teach *teach, const TeachBoard *board, gint first, gint second)
{
	g_autofree char *a = teach_wire_name(teach, first), *b = teach_wire_name(teach, second);
	g_autofree char *answer = teach_ask(teach,
		"  port %s: pins %s and %s both take the board away. Does the first one switch its "
		"power? [yes] ",
		board->port, a, b);

	return answer && (*answer == 'n' || *answer == 'N') ? second : first;
}

static void set_power(const Teach *teach, TeachBoard *board, const gboolean silent[2])
{
	gint first = g_array_index(board->takes, gint, 0);
	gint second = board->takes->len > 1 ? g_array_index(board->takes, gint, 1) : NO_WIRE;

	if (second == NO_WIRE || silent[0] != silent[1])
		board->power = silent[0] ? first : second;
	else
		board->power = ask_power(teach, board, first, second);
	board->nrst = board->power == first ? second : first;
}

/* A probe that goes on answering whatever is switched reaches another chip: one that has power always. */
static gboolean is_its_probe(
	Teach *teach, TeachBoard *board, const char *probe, gboolean *its, GError **error)
{
	gboolean silent[2] = {FALSE, FALSE};

	/* What silences it is its power; the other one is not asked about. */
	for (guint i = 0; i < board->takes->len && i < 2 && !silent[0]; i++)
		if (!silences(
			    teach, probe, g_array_index(board->takes, gint, i), &silent[i], error))
			return FALSE;
	*its = silent[0] || silent[1];
	if (*its)
		set_power(teach, board, silent);
	return TRUE;
}

/* Only this board has power: who answers, and falls silent with it, is its probe. */
static gboolean find_probe(Teach *teach, TeachBoard *board, GError **error)
{
	g_autoptr(GPtrArray) probes = free_probes(teach);

	if (!teach_only(teach, board, error) || !teach_pause(teach, START_MS, error))
		return FALSE;
	for (guint i = 0; i < probes->len && !board->probe; i++) {
		const char *probe = probes->pdata[i];
		char uid[sizeof board->uid] = "";
		gboolean its = FALSE;

		if (answers(teach, probe, uid) && !is_its_probe(teach, board, probe, &its, error))
			return FALSE;
		if (!its)
			continue;
		board->probe = g_strdup(probe);
		g_strlcpy(board->uid, uid, sizeof board->uid);
	}
	return TRUE;
}

static void ask_single(const Teach *teach, TeachBoard *board)
{
	gint wire = g_array_index(board->takes, gint, 0);
	g_autofree char *name = teach_wire_name(teach, wire);
	g_autofree char *answer = teach_ask(teach,
		"  port %s: pin %s alone takes the board away. Does it switch its power ('no': it "
		"is "
		"its reset)? [yes] ",
		board->port, name);

	if (answer && (*answer == 'n' || *answer == 'N'))
		board->nrst = wire;
	else
		board->power = wire;
}

/* Without a probe nobody can tell power from reset but the operator. */
static void do_without_probe(const Teach *teach, TeachBoard *board)
{
	const gboolean silent[2] = {FALSE, FALSE};

	teach_say(teach, "  port %s: no free probe reaches its chip\n", board->port);
	if (board->takes->len == 1)
		ask_single(teach, board);
	else if (board->takes->len == 2)
		set_power(teach, board, silent);
	else
		teach_say(teach, "  port %s: %u pins take the board away; none can be told\n",
			board->port, board->takes->len);
}

gboolean teach_find_probes(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		if (!find_probe(teach, board, error))
			return FALSE;
		if (!board->probe)
			do_without_probe(teach, board);
	}
	/* From cold, all of them: BOOT0 counts as power comes. */
	return teach_only(teach, NULL, error) && teach_all_on(teach, error);
}

/* ---- the other way ----------------------------------------------------------------------------- */

static gboolean compare(const Teach *teach, const GPtrArray *list, guint *seen, GError **error)
{
	*seen = 0;
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];
		const UsbEntry *entry = usb_list_find(list, board->port);

		*seen += entry && thing_kind(entry) == THING_BOOTLOADER;
		if (!entry || !*board->uid || chip_uid_fits(board->uid, entry->id, entry->serial))
			continue;
		g_set_error(error, FAILURE, FAILURE_CHIP_SEEN_TWICE,
			"probe %s reads chip %s, but the board on port %s says it is %s: wires are "
			"crossed",
			board->probe, board->uid, board->port, entry->serial);
		return FALSE;
	}
	return TRUE;
}

gboolean teach_confirm(Teach *teach, GError **error)
{
	Watch watch = {.stop = teach->options->stop};
	guint seen = 0;

	/* All other wires stay low, BOOT0 among them. */
	if (!teach_only(teach, NULL, error))
		return FALSE;
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		for (guint w = 0; w < board->takes->len; w++)
			if (!teach_set(teach, g_array_index(board->takes, gint, w), TRUE, error))
				return FALSE;
	}
	watch_begin(&watch, MIN(BOOT_MS, LATE_MS + 2 * teach->came_ms), 0);
	while (seen < teach->boards->len && watch_ok(&watch, NULL)) {
		g_autoptr(GPtrArray) list = usb_list(teach->options->usb);

		if (!compare(teach, list, &seen, error))
			return FALSE;
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
	}
	return teach_only(teach, NULL, error);
}

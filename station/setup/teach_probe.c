/* Which probe reaches which board, and which of two pins is power. */
#include "core/text.h"
#include "link/openocd.h"
#include "setup/teach_parts.h"

#include <glib/gstdio.h>
#include <string.h>

enum {
	SWD_MS = 15000,
	START_MS = 200,     /* a supply that rises */
	FADE_MS = 250,      /* one that falls, of a board whose core is halted */
	HUB_FADE_MS = 1000, /* the same behind a hub, with its own capacitors */
	SWD_KHZ = 1000,     /* of wiring that nobody knows yet */
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
	guint fade_ms = teach_is_hub(teach, wire) ? HUB_FADE_MS : FADE_MS;

	if (!teach_set(teach, wire, FALSE, error) || !teach_pause(teach, fade_ms, error))
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
	if (teach_is_hub(teach, board->nrst))
		board->nrst = NO_WIRE;
}

/* The pin that takes the board away, where there is a port of a hub that does so, too. */
static gint pin_beside_hub(const Teach *teach, const TeachBoard *board)
{
	gint wire = g_array_index(board->takes, gint, 0);

	return teach_is_hub(teach, wire) ? NO_WIRE : wire;
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

static void keep_probe(TeachBoard *board, const char *probe, const char *uid)
{
	g_free(board->probe);
	board->probe = g_strdup(probe);
	g_strlcpy(board->uid, uid, sizeof board->uid);
}

/* Nothing that was switched silences this probe's chip. The pin that takes its own board away leaves it its power: a
 * reset. */
static void note_fed(Teach *teach, TeachBoard *board, const char *probe, const char *uid)
{
	TeachChip chip = teach_hub_of(teach, board) == NO_WIRE ? TEACH_CHIP_OTHER
							       : teach_ask_chip(teach, board, uid);

	if (chip == TEACH_CHIP_UNTOLD && !board->fed)
		board->fed = g_strdup(probe);
	if (chip != TEACH_CHIP_ITS)
		return;
	teach_say_fed(teach, board, probe, TRUE);
	keep_probe(board, probe, uid);
	board->nrst = pin_beside_hub(teach, board);
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

		if (!answers(teach, probe, uid))
			continue;
		if (!is_its_probe(teach, board, probe, &its, error))
			return FALSE;
		if (its)
			keep_probe(board, probe, uid);
		else
			note_fed(teach, board, probe, uid);
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

/* A chip that kept its power may be this board's: nothing proves what the hub does. */
static gboolean do_with_hub(Teach *teach, TeachBoard *board, GError **error)
{
	gint pin = pin_beside_hub(teach, board);

	if (board->fed)
		teach_say_fed(teach, board, board->fed, FALSE);
	else if (!teach_ask_hub(teach, board, error))
		return FALSE;
	if (pin != NO_WIRE && board->power != NO_WIRE)
		board->nrst = pin;
	else if (pin != NO_WIRE)
		ask_single(teach, board);
	return TRUE;
}

/* Without a probe nobody can tell power from reset but the operator. */
static gboolean do_without_probe(Teach *teach, TeachBoard *board, GError **error)
{
	const gboolean silent[2] = {FALSE, FALSE};

	teach_say(teach, "  port %s: no free probe reaches its chip\n", board->port);
	if (teach_hub_of(teach, board) != NO_WIRE)
		return do_with_hub(teach, board, error);
	if (board->takes->len == 1)
		ask_single(teach, board);
	else if (board->takes->len == 2)
		set_power(teach, board, silent);
	else
		teach_say(teach, "  port %s: %u pins take the board away; none can be told\n",
			board->port, board->takes->len);
	return TRUE;
}

gboolean teach_find_probes(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		if (!find_probe(teach, board, error))
			return FALSE;
		if (!board->probe && !do_without_probe(teach, board, error))
			return FALSE;
	}
	/* From cold, all of them: BOOT0 counts as power comes. */
	return teach_only(teach, NULL, error) && teach_all_on(teach, error);
}

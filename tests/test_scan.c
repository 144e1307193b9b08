/* Scanners: keys into text, text into codes, codes into actions. */
#include "lib/corpus.h"
#include "lib/scan_proof.h"
#include "scan/scan_code.h"
#include "scan/scan_desk.h"
#include "scan/scan_keys.h"

#include <linux/input-event-codes.h>
#include <string.h>

#define MS 1000

/* ---- keys ---------------------------------------------------------------------------------------- */

typedef struct {
	ScanText text;
	ScanKeys keys;
	GString *heard; /* "OMV1|" a scan, "OMV?2|" one with flaw 2 */
	gint64 now;
} Typist;

static void hear(const char *text, ScanFlaw flaw, gpointer data)
{
	Typist *typist = data;

	g_string_append(typist->heard, text);
	if (flaw != SCAN_WHOLE)
		g_string_append_printf(typist->heard, "?%d", flaw);
	g_string_append_c(typist->heard, '|');
}

static void typist_init(Typist *typist)
{
	*typist = (Typist){.heard = g_string_new(NULL), .now = 7 * G_USEC_PER_SEC};
	scan_text_init(&typist->text, SCAN_GAP_KEYS_MS, hear, typist);
	typist->keys = (ScanKeys){.text = &typist->text};
}

static void typist_clear(Typist *typist)
{
	scan_text_clear(&typist->text);
	g_string_free(typist->heard, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Typist, typist_clear)

static void key(Typist *typist, guint code, gint value)
{
	typist->now += 2 * MS;
	scan_keys_event(&typist->keys, code, value, typist->now);
}

static void stroke(Typist *typist, guint code)
{
	key(typist, code, 1);
	key(typist, code, 0);
}

/* Where a US keyboard has its characters, row by row: what the kernel's codes are counted by. */
static const char rows[] = "\0\0"
			   "1234567890-="
			   "\0\t"
			   "qwertyuiop[]"
			   "\n\0"
			   "asdfghjkl;'`"
			   "\0\\"
			   "zxcvbnm,./";
static const char shifted[] = "\0\0"
			      "!@#$%^&*()_+"
			      "\0\t"
			      "QWERTYUIOP{}"
			      "\n\0"
			      "ASDFGHJKL:\"~"
			      "\0|"
			      "ZXCVBNM<>?";

static void type(Typist *typist, const char *text)
{
	for (; *text; text++) {
		const char *plain = memchr(rows, *text, sizeof rows - 1);
		const char *upper = memchr(shifted, *text, sizeof shifted - 1);

		if (*text == ' ') {
			stroke(typist, KEY_SPACE);
		} else if (plain) {
			stroke(typist, (guint)(plain - rows));
		} else {
			g_assert_nonnull(upper);
			key(typist, KEY_LEFTSHIFT, 1);
			stroke(typist, (guint)(upper - shifted));
			key(typist, KEY_LEFTSHIFT, 0);
		}
	}
}

static void test_every_character(void)
{
	g_auto(Typist) typist = {0};

	typist_init(&typist);
	type(&typist, "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ \n");
	type(&typist, "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?\n");
	g_assert_cmpstr(typist.heard->str, ==,
		"`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ |"
		"~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?|");
}

static void test_number_pad(void)
{
	static const guint codes[] = {
		KEY_KP1, KEY_KP9, KEY_KPDOT, KEY_KPMINUS, KEY_KP0, KEY_KPENTER};
	g_auto(Typist) typist = {0};

	typist_init(&typist);
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		stroke(&typist, codes[i]);
	g_assert_cmpstr(typist.heard->str, ==, "19.-0|");
}

/* Caps Lock turns letters alone; a repeating key is one key. */
static void test_modifiers(void)
{
	g_auto(Typist) typist = {0};

	typist_init(&typist);
	stroke(&typist, KEY_CAPSLOCK);
	type(&typist, "omv-1");
	stroke(&typist, KEY_CAPSLOCK);
	key(&typist, KEY_A, 1);
	key(&typist, KEY_A, 2);
	key(&typist, KEY_A, 2);
	key(&typist, KEY_A, 0);
	type(&typist, "\n");
	key(&typist, KEY_LEFTCTRL, 1);
	stroke(&typist, KEY_RIGHTBRACE);
	key(&typist, KEY_LEFTCTRL, 0);
	key(&typist, KEY_LEFTALT, 1);
	stroke(&typist, KEY_KP0);
	stroke(&typist, KEY_KP6);
	stroke(&typist, KEY_KP5);
	key(&typist, KEY_LEFTALT, 0);
	type(&typist, "\n");
	g_assert_cmpstr(typist.heard->str, ==, "OMV-1a|\\x1dA|");
}

/* A scan with a piece missing is never taken for a shorter one. */
static void test_flaws(void)
{
	g_auto(Typist) typist = {0};

	typist_init(&typist);
	type(&typist, "OMV0");
	typist.now += 60 * MS;
	type(&typist, "SLOT-1\n");
	g_assert_cmpstr(typist.heard->str, ==, "OMV0?1|SLOT-1|");
	g_string_truncate(typist.heard, 0);
	type(&typist, "OMV");
	stroke(&typist, KEY_F1);
	type(&typist, "1\nOMV");
	scan_keys_lost(&typist.keys, typist.now);
	type(&typist, "2\n");
	key(&typist, KEY_LEFTALT, 1);
	stroke(&typist, KEY_X);
	key(&typist, KEY_LEFTALT, 0);
	type(&typist, "3\nOK\n\n\n");
	g_assert_cmpstr(typist.heard->str, ==, "OMV1?3|OMV2?3|3?3|OK|");
}

/* What stopped in the middle is told without a key that follows. */
static void test_expire(void)
{
	g_auto(Typist) typist = {0};
	guint wait;

	typist_init(&typist);
	g_assert_cmpuint(scan_text_expire(&typist.text, typist.now), ==, 0);
	type(&typist, "OMV");
	wait = scan_text_expire(&typist.text, typist.now);
	g_assert_cmpuint(wait, >, 0);
	g_assert_cmpuint(wait, <=, SCAN_GAP_KEYS_MS + 1);
	g_assert_cmpstr(typist.heard->str, ==, "");
	g_assert_cmpuint(
		scan_text_expire(&typist.text, typist.now + (gint64)(wait + 2) * MS), ==, 0);
	g_assert_cmpstr(typist.heard->str, ==, "OMV?1|");
}

static void test_long(void)
{
	g_auto(Typist) typist = {0};

	typist_init(&typist);
	for (guint i = 0; i < SCAN_MAX; i++)
		scan_text_byte(&typist.text, 'x', typist.now);
	scan_text_byte(&typist.text, '\n', typist.now);
	g_assert_cmpuint(typist.heard->len, ==, SCAN_MAX + 1);
	g_string_truncate(typist.heard, 0);
	for (guint i = 0; i < 100000; i++)
		scan_text_byte(&typist.text, '\x1b', typist.now);
	g_assert_cmpuint(typist.text.bytes->len, ==, SCAN_MAX);
	scan_text_byte(&typist.text, '\r', typist.now);
	scan_text_byte(&typist.text, '\n', typist.now);
	g_assert_cmpuint(typist.heard->len, ==, SCAN_MAX * 4 + 3);
	g_assert_true(g_str_has_suffix(typist.heard->str, "\\x1b?2|"));
}

/* ---- the desk ------------------------------------------------------------------------------------ */

typedef struct {
	guint64 slots, asking; /* a bit a slot, the lowest slot 1's */
	const char *taken;     /* a serial that is at work already */
} Station;

static char *refuses(const char *serial, guint slot, gpointer data)
{
	const Station *station = data;

	if (!g_str_has_prefix(serial, "OMV"))
		return g_strdup_printf("'%s' does not match", serial);
	return g_strcmp0(serial, station->taken)
		       ? NULL
		       : g_strdup_printf("'%s' is in slot 5 already", serial);
}

static gboolean has(guint slot, gpointer data)
{
	return (((const Station *)data)->slots >> (slot - 1)) & 1;
}

static gboolean asks(guint slot, gpointer data)
{
	return (((const Station *)data)->asking >> (slot - 1)) & 1;
}

typedef struct {
	guint own;
	const char *text;
	ScanActionKind kind;
	guint slot;
	const char *sentence;
} Case;

static void play(ScanOrder order, Station *station, const Case *cases, gsize count)
{
	const ScanDeskPort port = {refuses, has, asks, station};
	g_autoptr(ScanDesk) desk = scan_desk_new(order, &port);

	for (gsize i = 0; i < count; i++) {
		g_auto(ScanAction) action = {0};

		scan_desk_take(desk, cases[i].text, SCAN_WHOLE, cases[i].own,
			(gint64)(i + 1) * G_USEC_PER_SEC, &action);
		g_assert_cmpstr(action.sentence, ==, cases[i].sentence);
		g_assert_cmpint(action.kind, ==, cases[i].kind);
		g_assert_cmpuint(action.slot, ==, cases[i].slot);
	}
}

static void test_slot_first(void)
{
	static const Case cases[] = {
		{0, "SLOT-3", SCAN_NOTHING, 0,
			"slot 3: now scan its serial, START, ABORT or RETEST"},
		{0, "OMV1", SCAN_SERIAL, 3, "serial OMV1 for slot 3"},
		{0, "OMV2", SCAN_NOTHING, 0,
			"OMV2 has no slot: scan the slot first, then the serial"},
		{0, "SLOT-9", SCAN_NOTHING, 0, "there is no slot 9 here"},
		{0, "SLOT-03", SCAN_NOTHING, 0,
			"SLOT-03 has no slot: scan the slot first, then the serial"},
		{0, "SLOT-1", SCAN_NOTHING, 0,
			"slot 1: now scan its serial, START, ABORT or RETEST"},
		{0, "XYZ", SCAN_NOTHING, 0, "slot 1: 'XYZ' does not match"},
		{0, "SLOT-1", SCAN_NOTHING, 0,
			"slot 1: now scan its serial, START, ABORT or RETEST"},
		{0, "OMV7", SCAN_NOTHING, 0, "slot 1: 'OMV7' is in slot 5 already"},
		{0, "SLOT-1", SCAN_NOTHING, 0,
			"slot 1: now scan its serial, START, ABORT or RETEST"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan its serial, START, ABORT or RETEST"},
		{0, "RETEST", SCAN_RETEST, 2, "RETEST slot 2"},
		{0, "RETEST", SCAN_NOTHING, 0,
			"RETEST of which slot? Scan the slot first, then RETEST"},
		{0, "START", SCAN_START, 0, "START all slots"},
		{0, "ABORT", SCAN_ABORT, 0, "ABORT all slots"},
		{0, "$(reboot)", SCAN_NOTHING, 0,
			"'$(reboot)' is neither a serial number nor one of START, ABORT, RETEST, "
			"SLOT-n, YES, NO, "
			"DONE"},
	};
	Station station = {.slots = 0xFF, .taken = "OMV7"};

	play(SCAN_SLOT_FIRST, &station, cases, G_N_ELEMENTS(cases));
}

static void test_serial_first(void)
{
	static const Case cases[] = {
		{0, "OMV1", SCAN_NOTHING, 0, "serial OMV1: now scan its slot"},
		{0, "OMV2", SCAN_NOTHING, 0, "serial OMV2 instead of OMV1: now scan its slot"},
		{0, "SLOT-3", SCAN_SERIAL, 3, "serial OMV2 for slot 3"},
		{0, "SLOT-3", SCAN_NOTHING, 0,
			"slot 3: now scan START, ABORT or RETEST; a serial comes before its slot"},
		{0, "ABORT", SCAN_ABORT, 3, "ABORT slot 3"},
		{0, "OMV7", SCAN_NOTHING, 0, "'OMV7' is in slot 5 already"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan START, ABORT or RETEST; a serial comes before its slot"},
	};
	Station station = {.slots = 0xFF, .taken = "OMV7"};

	play(SCAN_SERIAL_FIRST, &station, cases, G_N_ELEMENTS(cases));
}

static void test_own_scanner(void)
{
	static const Case cases[] = {
		{2, "OMV1", SCAN_SERIAL, 2, "serial OMV1 for slot 2"},
		{3, "SLOT-2", SCAN_NOTHING, 0, "this scanner belongs to slot 3, not to slot 2"},
		{3, "ABORT", SCAN_ABORT, 3, "ABORT slot 3"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan its serial, START, ABORT or RETEST"},
		{4, "OMV4", SCAN_SERIAL, 4, "serial OMV4 for slot 4"},
	};
	static const Case only[] = {
		{0, "OMV1", SCAN_SERIAL, 4, "serial OMV1 for slot 4"},
		{0, "RETEST", SCAN_RETEST, 4, "RETEST slot 4"},
	};
	Station station = {.slots = 0xFF}, one = {.slots = 8};

	play(SCAN_SLOT_FIRST, &station, cases, G_N_ELEMENTS(cases));
	play(SCAN_SERIAL_FIRST, &one, only, G_N_ELEMENTS(only));
}

static void test_answers(void)
{
	static const Case cases[] = {
		{0, "YES", SCAN_NOTHING, 0,
			"YES: no slot asks, or several do; scan the slot first"},
		{0, "SLOT-2", SCAN_NOTHING, 0,
			"slot 2: now scan its serial, START, ABORT or RETEST"},
		{0, "NO", SCAN_ANSWER, 2, "NO for slot 2"},
		{1, "DONE", SCAN_ANSWER, 1, "DONE for slot 1"},
		{3, "DONE", SCAN_NOTHING, 0, "slot 3 has asked nothing"},
	};
	static const Case one[] = {{0, "YES", SCAN_ANSWER, 6, "YES for slot 6"}};
	Station two = {.slots = 0xFF, .asking = 3}, six = {.slots = 0xFF, .asking = 1 << 5};

	play(SCAN_SLOT_FIRST, &two, cases, G_N_ELEMENTS(cases));
	play(SCAN_SLOT_FIRST, &six, one, G_N_ELEMENTS(one));
}

/* Half a pair of scans is not completed by the next shift's operator, nor by a scan with a flaw. */
static void test_forgets(void)
{
	Station station = {.slots = 0xFF};
	const ScanDeskPort port = {refuses, has, asks, &station};
	g_autoptr(ScanDesk) desk = scan_desk_new(SCAN_SLOT_FIRST, &port);
	g_auto(ScanAction) slot = {0}, cut = {0}, late = {0};

	scan_desk_take(desk, "SLOT-1", SCAN_WHOLE, 0, 0, &slot);
	scan_desk_take(desk, "OMV1", SCAN_CUT, 0, 1000 * MS, &cut);
	g_assert_cmpint(cut.kind, ==, SCAN_NOTHING);
	g_assert_cmpstr(cut.sentence, ==, scan_flaw_text(SCAN_CUT));
	scan_desk_take(desk, "OMV1", SCAN_WHOLE, 0, 31002 * MS, &late);
	g_assert_cmpint(late.kind, ==, SCAN_NOTHING);
}

static void test_corpus(void)
{
	corpus_replay("tests/data/scan", 4, scan_proof);
}

/* Thousands of random ones, the shape of real events. */
static void test_random(void)
{
	for (guint round = 0; round < 3000; round++) {
		guint8 data[601];

		for (gsize i = 0; i < sizeof data; i++)
			data[i] = (guint8)g_test_rand_int_range(0, 256);
		for (gsize i = 1; i + 2 < sizeof data; i += 3)
			data[i] = data[i] % 90;
		scan_proof(data, sizeof data);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scan/keys/every-character", test_every_character);
	g_test_add_func("/scan/keys/number-pad", test_number_pad);
	g_test_add_func("/scan/keys/modifiers", test_modifiers);
	g_test_add_func("/scan/keys/flaws", test_flaws);
	g_test_add_func("/scan/keys/expire", test_expire);
	g_test_add_func("/scan/keys/long", test_long);
	g_test_add_func("/scan/desk/slot-first", test_slot_first);
	g_test_add_func("/scan/desk/serial-first", test_serial_first);
	g_test_add_func("/scan/desk/own-scanner", test_own_scanner);
	g_test_add_func("/scan/desk/answers", test_answers);
	g_test_add_func("/scan/desk/forgets", test_forgets);
	g_test_add_func("/scan/corpus", test_corpus);
	g_test_add_func("/scan/random", test_random);
	return g_test_run();
}

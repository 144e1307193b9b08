/* A scanner's keys and bytes into text: every character, and pieces that are missing. */
#include "scan/scan_keys.h"

#include <linux/input-event-codes.h>
#include <string.h>

#define MS 1000

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
	type(&typist, "0001\n");
	g_assert_cmpstr(typist.heard->str, ==, "OMV0?1|0001?1|"); /* its rest is no serial */
	type(&typist, "SLOT-1\nOMV0");
	typist.now += SCAN_REST_MS * MS;
	type(&typist, "SLOT-1\n");
	g_assert_cmpstr(typist.heard->str, ==, "OMV0?1|0001?1|SLOT-1|OMV0?1|SLOT-1|");
	typist.now += 1;
	type(&typist, "OMV");
	typist.now += 60 * MS;
	type(&typist, "\nOK\n");
	g_assert_true(g_str_has_suffix(typist.heard->str, "|OMV?1|OK|"));
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

/* As scanners do that type every character by its number: 13. */
static void alt_enter(Typist *typist)
{
	key(typist, KEY_LEFTALT, 1);
	stroke(typist, KEY_KP1);
	stroke(typist, KEY_KP3);
	key(typist, KEY_LEFTALT, 0);
}

/* A release that is lost: "OMV001001" would come as "OMV011". */
static void test_stuck(void)
{
	g_auto(Typist) typist = {0};

	typist_init(&typist);
	type(&typist, "omv");
	key(&typist, KEY_0, 1);
	type(&typist, "11\n");
	g_assert_cmpstr(typist.heard->str, ==, "omv011?4|");
	g_string_truncate(typist.heard, 0);
	key(&typist, KEY_1, 1);
	key(&typist, KEY_0, 0);
	key(&typist, KEY_2, 1);
	key(&typist, KEY_1, 0);
	key(&typist, KEY_ENTER, 1); /* before the release of the key in front of it */
	key(&typist, KEY_2, 0);
	key(&typist, KEY_ENTER, 0);
	g_assert_cmpstr(typist.heard->str, ==, "12|");
	type(&typist, "3");
	key(&typist, KEY_4, 1);
	scan_keys_lost(&typist.keys, typist.now);
	type(&typist, "\n5\n"); /* what was down is not known, and does not matter any more */
	g_assert_cmpstr(typist.heard->str, ==, "12|34?3|5|");
	g_string_truncate(typist.heard, 0);
	key(&typist, KEY_4, 1);
	type(&typist, "1");
	alt_enter(&typist);
	key(&typist, KEY_4, 0);
	type(&typist, "41");
	alt_enter(&typist);
	g_assert_cmpstr(typist.heard->str, ==, "41?4|41|");
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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scan/keys/every-character", test_every_character);
	g_test_add_func("/scan/keys/number-pad", test_number_pad);
	g_test_add_func("/scan/keys/modifiers", test_modifiers);
	g_test_add_func("/scan/keys/flaws", test_flaws);
	g_test_add_func("/scan/keys/stuck", test_stuck);
	g_test_add_func("/scan/keys/expire", test_expire);
	g_test_add_func("/scan/keys/long", test_long);
	return g_test_run();
}

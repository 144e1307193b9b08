#include "scan/scan_keys.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* Without and with Shift. */
typedef struct {
	char plain, shifted;
} Key;

static const Key us[] = {
	[KEY_1] = {'1', '!'},
	[KEY_2] = {'2', '@'},
	[KEY_3] = {'3', '#'},
	[KEY_4] = {'4', '$'},
	[KEY_5] = {'5', '%'},
	[KEY_6] = {'6', '^'},
	[KEY_7] = {'7', '&'},
	[KEY_8] = {'8', '*'},
	[KEY_9] = {'9', '('},
	[KEY_0] = {'0', ')'},
	[KEY_MINUS] = {'-', '_'},
	[KEY_EQUAL] = {'=', '+'},
	[KEY_Q] = {'q', 'Q'},
	[KEY_W] = {'w', 'W'},
	[KEY_E] = {'e', 'E'},
	[KEY_R] = {'r', 'R'},
	[KEY_T] = {'t', 'T'},
	[KEY_Y] = {'y', 'Y'},
	[KEY_U] = {'u', 'U'},
	[KEY_I] = {'i', 'I'},
	[KEY_O] = {'o', 'O'},
	[KEY_P] = {'p', 'P'},
	[KEY_A] = {'a', 'A'},
	[KEY_S] = {'s', 'S'},
	[KEY_D] = {'d', 'D'},
	[KEY_F] = {'f', 'F'},
	[KEY_G] = {'g', 'G'},
	[KEY_H] = {'h', 'H'},
	[KEY_J] = {'j', 'J'},
	[KEY_K] = {'k', 'K'},
	[KEY_L] = {'l', 'L'},
	[KEY_Z] = {'z', 'Z'},
	[KEY_X] = {'x', 'X'},
	[KEY_C] = {'c', 'C'},
	[KEY_V] = {'v', 'V'},
	[KEY_B] = {'b', 'B'},
	[KEY_N] = {'n', 'N'},
	[KEY_M] = {'m', 'M'},
	[KEY_LEFTBRACE] = {'[', '{'},
	[KEY_RIGHTBRACE] = {']', '}'},
	[KEY_SEMICOLON] = {';', ':'},
	[KEY_APOSTROPHE] = {'\'', '"'},
	[KEY_GRAVE] = {'`', '~'},
	[KEY_BACKSLASH] = {'\\', '|'},
	[KEY_COMMA] = {',', '<'},
	[KEY_DOT] = {'.', '>'},
	[KEY_SLASH] = {'/', '?'},
	[KEY_SPACE] = {' ', ' '},
	[KEY_TAB] = {'\t', '\t'},
	[KEY_ENTER] = {'\n', '\n'},
	[KEY_KPENTER] = {'\n', '\n'},
	[KEY_KP0] = {'0', '0'},
	[KEY_KP1] = {'1', '1'},
	[KEY_KP2] = {'2', '2'},
	[KEY_KP3] = {'3', '3'},
	[KEY_KP4] = {'4', '4'},
	[KEY_KP5] = {'5', '5'},
	[KEY_KP6] = {'6', '6'},
	[KEY_KP7] = {'7', '7'},
	[KEY_KP8] = {'8', '8'},
	[KEY_KP9] = {'9', '9'},
	[KEY_KPDOT] = {'.', '.'},
	[KEY_KPMINUS] = {'-', '-'},
	[KEY_KPPLUS] = {'+', '+'},
	[KEY_KPASTERISK] = {'*', '*'},
	[KEY_KPSLASH] = {'/', '/'},
};

static char character(const ScanKeys *keys, guint code)
{
	gboolean shift = keys->shift[0] || keys->shift[1];
	char plain = code < G_N_ELEMENTS(us) ? us[code].plain : 0;

	if (keys->caps && g_ascii_isalpha(plain))
		shift = !shift;
	return shift && plain ? us[code].shifted : plain;
}

static void note(ScanKeys *keys, guint code, gboolean down)
{
	guint32 bit = 1u << code % 32;

	if (code >= KEY_CNT)
		return;
	if (down)
		keys->down[code / 32] |= bit;
	else
		keys->down[code / 32] &= ~bit;
}

/* The kernel tells no press of a key that is down. One that is still down at the end of a scan, and is not the last one
 * before it (a quick scanner's next key may overtake that one's release), may have been typed more often. */
static gboolean is_stuck(const ScanKeys *keys, guint code)
{
	ScanKeys others = {0};
	guint32 any = 0;

	memcpy(others.down, keys->down, sizeof others.down);
	note(&others, code, FALSE);
	note(&others, keys->last, FALSE);
	for (gsize i = 0; i < G_N_ELEMENTS(others.down); i++)
		any |= others.down[i];
	return any != 0;
}

static void add(ScanKeys *keys, guint code, char byte, gint64 now_us)
{
	if ((byte == '\n' || byte == '\r') && is_stuck(keys, code))
		scan_text_spoil(keys->text, SCAN_STUCK, now_us);
	scan_text_byte(keys->text, byte, now_us);
}

/* Alt is up: the number that was typed is a byte, or nothing. */
static void end_number(ScanKeys *keys, gint64 now_us)
{
	if (keys->numbered && keys->number > 0 && keys->number < 0x80)
		add(keys, KEY_RESERVED, (char)keys->number, now_us);
	else if (keys->numbered)
		scan_text_spoil(keys->text, SCAN_UNCLEAR, now_us);
	keys->numbered = FALSE;
	keys->number = 0;
}

/* TRUE: it was one of the keys that change what others mean. */
static gboolean modifier(ScanKeys *keys, guint code, gint value, gint64 now_us)
{
	gboolean down = value != 0;

	switch (code) {
	case KEY_LEFTSHIFT:
	case KEY_RIGHTSHIFT:
		keys->shift[code == KEY_RIGHTSHIFT] = down;
		return TRUE;
	case KEY_LEFTCTRL:
	case KEY_RIGHTCTRL:
		keys->ctrl[code == KEY_RIGHTCTRL] = down;
		return TRUE;
	case KEY_LEFTALT:
	case KEY_RIGHTALT:
		keys->alt[code == KEY_RIGHTALT] = down;
		if (!down)
			end_number(keys, now_us);
		return TRUE;
	case KEY_CAPSLOCK:
		keys->caps ^= value == 1;
		return TRUE;
	case KEY_NUMLOCK: /* scanners set it before they type a number */
		return TRUE;
	default:
		return FALSE;
	}
}

static void add_number(ScanKeys *keys, char digit, gint64 now_us)
{
	keys->numbered = TRUE;
	if (!g_ascii_isdigit(digit))
		keys->number = G_MAXUINT; /* nothing it could mean */
	else if (keys->number < 1000)
		keys->number = keys->number * 10 + (guint)(digit - '0');
}

static void type(ScanKeys *keys, guint code, gint64 now_us)
{
	char typed = character(keys, code);

	if (keys->alt[0] || keys->alt[1])
		add_number(keys, typed, now_us);
	else if (!typed)
		scan_text_spoil(keys->text, SCAN_UNCLEAR, now_us);
	else if (!keys->ctrl[0] && !keys->ctrl[1])
		add(keys, code, typed, now_us);
	else if (g_ascii_isalpha(typed) || strchr("[\\]^_", typed))
		add(keys, code, (char)(typed & 0x1F), now_us);
	else
		scan_text_spoil(keys->text, SCAN_UNCLEAR, now_us);
}

void scan_keys_event(ScanKeys *keys, guint code, gint value, gint64 now_us)
{
	if (modifier(keys, code, value, now_us))
		return;
	note(keys, code, value != 0);
	if (value != 1)
		return;
	type(keys, code, now_us);
	keys->last = code;
}

void scan_keys_lost(ScanKeys *keys, gint64 now_us)
{
	ScanText *text = keys->text;
	gboolean caps = keys->caps;

	*keys = (ScanKeys){.text = text, .caps = caps};
	scan_text_spoil(text, SCAN_UNCLEAR, now_us);
}

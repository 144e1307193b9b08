#include "lib/scan_proof.h"
#include "core/text.h"
#include "scan/scan_desk.h"
#include "scan/scan_keys.h"

#include <string.h>

#define SLOTS 8

typedef struct {
	ScanDesk *desk;
	guint own;
	gint64 now_us;
} Proof;

/* As a recipe would: only what begins with a capital letter. */
static char *refuses(const char *serial, guint slot, gpointer data)
{
	g_assert_true(text_is_serial(serial));
	return g_ascii_isupper(*serial) ? NULL : g_strdup("no serial of this product");
}

static gboolean has(guint slot, gpointer data)
{
	return slot >= 1 && slot <= SLOTS;
}

static gboolean asks(guint slot, gpointer data)
{
	return slot == 2;
}

static void prove(const Proof *proof, const ScanAction *action, const char *text, ScanFlaw flaw)
{
	g_assert_nonnull(action->sentence);
	g_assert_true(g_utf8_validate(action->sentence, -1, NULL));
	if (action->kind == SCAN_NOTHING)
		return;
	g_assert_cmpint(flaw, ==, SCAN_WHOLE);
	g_assert_true(action->slot == 0 || has(action->slot, NULL));
	g_assert_true(!proof->own || action->slot == proof->own);
	if (action->kind == SCAN_SERIAL) {
		g_assert_true(has(action->slot, NULL));
		g_assert_true(text_is_serial(action->serial) && g_ascii_isupper(*action->serial));
		/* What was scanned just now, or was held for the slot that was scanned just now. */
		g_assert_true(!strcmp(text, action->serial) || g_str_has_prefix(text, "SLOT-"));
	}
	if (action->kind == SCAN_ANSWER)
		g_assert_cmpuint(action->slot, ==, 2);
}

static void take(const char *text, ScanFlaw flaw, gpointer data)
{
	Proof *proof = data;
	g_auto(ScanAction) action = {0};
	g_autofree char *again = text_clean(text, -1);

	g_assert_cmpstr(again, ==, text);
	g_assert_cmpuint(strlen(text), <=, SCAN_MAX * 4);
	g_assert_true(flaw != SCAN_WHOLE || *text);
	scan_desk_take(proof->desk, text, flaw, proof->own, proof->now_us, &action);
	prove(proof, &action, text, flaw);
}

void scan_proof(const guint8 *data, gsize size)
{
	static const guint step_ms[] = {0, 1, 5, 40, 51, 1000, 31000};
	const ScanDeskPort port = {.refuses = refuses, .has = has, .asks = asks};
	Proof proof = {0};
	ScanText text;
	ScanKeys keys = {.text = &text};

	if (size < 1)
		return;
	proof.own = (data[0] >> 1) & 3;
	proof.desk = scan_desk_new(data[0] & 1 ? SCAN_SERIAL_FIRST : SCAN_SLOT_FIRST, &port);
	scan_text_init(&text, SCAN_GAP_KEYS_MS, take, &proof);
	for (gsize i = 1; i + 2 < size; i += 3) {
		proof.now_us += (gint64)step_ms[data[i + 2] % G_N_ELEMENTS(step_ms)] * 1000;
		if (data[i + 1] == 0xFF)
			scan_keys_lost(&keys, proof.now_us);
		else if (data[i + 1] == 0xFE)
			scan_text_expire(&text, proof.now_us);
		else if (data[i + 1] == 0xFD)
			scan_text_byte(&text, (char)data[i], proof.now_us);
		else
			scan_keys_event(&keys, data[i], data[i + 1] % 3, proof.now_us);
	}
	scan_text_expire(&text, proof.now_us + G_USEC_PER_SEC);
	g_assert_cmpuint(scan_text_expire(&text, proof.now_us), ==, 0);
	scan_text_clear(&text);
	scan_desk_free(proof.desk);
}

#include "scan/scan_desk.h"
#include "core/text.h"
#include "scan/scan_code.h"

struct ScanDesk {
	ScanOrder order;
	ScanDeskPort port;
	guint only;   /* the one slot of a fixture with one; 0 */
	guint slot;   /* scanned, and waits for what is to follow; 0 */
	char *serial; /* the same; NULL */
	gint64 since_us;
};

void scan_action_clear(ScanAction *action)
{
	g_free(action->serial);
	g_free(action->sentence);
	*action = (ScanAction){0};
}

/* The one slot for which it holds; 0 where there are none or several. */
static guint only_slot(const ScanDesk *desk, gboolean (*holds)(guint slot, gpointer data))
{
	guint found = 0;

	for (guint slot = 1; slot <= SCAN_SLOT_MAX; slot++) {
		if (!holds(slot, desk->port.data))
			continue;
		if (found)
			return 0;
		found = slot;
	}
	return found;
}

ScanDesk *scan_desk_new(ScanOrder order, const ScanDeskPort *port)
{
	ScanDesk *desk = g_new0(ScanDesk, 1);

	desk->order = order;
	desk->port = *port;
	desk->only = only_slot(desk, port->has);
	return desk;
}

void scan_desk_free(ScanDesk *desk)
{
	if (!desk)
		return;
	g_free(desk->serial);
	g_free(desk);
}

static void say(ScanAction *action, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(ScanAction *action, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	action->sentence = g_strdup_vprintf(format, args);
	va_end(args);
}

static void forget(ScanDesk *desk)
{
	desk->slot = 0;
	g_clear_pointer(&desk->serial, g_free);
}

/* A serial and its slot are known: may they be together? */
static void give(ScanDesk *desk, guint slot, const char *serial, ScanAction *action)
{
	g_autofree char *why = desk->port.refuses(serial, slot, desk->port.data);

	if (why) {
		say(action, "slot %u: %s", slot, why);
	} else {
		action->kind = SCAN_SERIAL;
		action->slot = slot;
		action->serial = g_strdup(serial);
		say(action, "serial %s for slot %u", serial, slot);
	}
	forget(desk);
}

/* Held for the slot that is to follow, unless no slot could have it. */
static void hold_serial(ScanDesk *desk, const char *serial, ScanAction *action)
{
	g_autofree char *why = desk->port.refuses(serial, 0, desk->port.data);

	if (why) {
		say(action, "%s", why);
		return;
	}
	if (desk->serial && !g_str_equal(desk->serial, serial))
		say(action, "serial %s instead of %s: now scan its slot", serial, desk->serial);
	else
		say(action, "serial %s: now scan its slot", serial);
	g_free(desk->serial);
	desk->serial = g_strdup(serial);
}

/* What is no serial by its looks was meant as a code. */
static gboolean known(const char *text, ScanAction *action)
{
	g_autofree char *shown = NULL;

	if (text_is_serial(text))
		return TRUE;
	shown = text_clip(text, 40);
	say(action,
		"'%s' is neither a serial number nor one of START, ABORT, RETEST, SLOT-n, YES, NO, "
		"DONE",
		shown);
	return FALSE;
}

static void take_serial(ScanDesk *desk, const char *text, guint own, ScanAction *action)
{
	guint slot = own ? own : desk->slot ? desk->slot : desk->only;

	if (!known(text, action))
		return;
	if (slot)
		give(desk, slot, text, action);
	else if (desk->order == SCAN_SERIAL_FIRST)
		hold_serial(desk, text, action);
	else
		say(action, "%s has no slot: scan the slot first, then the serial", text);
}

static void take_slot(ScanDesk *desk, guint slot, guint own, ScanAction *action)
{
	if (!desk->port.has(slot, desk->port.data)) {
		say(action, "there is no slot %u here", slot);
	} else if (own && own != slot) {
		say(action, "this scanner belongs to slot %u, not to slot %u", own, slot);
	} else if (desk->serial) {
		g_autofree char *serial = g_strdup(desk->serial);

		give(desk, slot, serial, action);
	} else {
		desk->slot = slot;
		say(action, "slot %u: %s", slot,
			desk->order == SCAN_SLOT_FIRST
				? "now scan its serial, START, ABORT or RETEST"
				: "now scan START, ABORT or RETEST; a serial comes before its "
				  "slot");
	}
}

static void take_command(ScanDesk *desk, ScanCode code, guint own, ScanAction *action)
{
	static const ScanActionKind kinds[] = {
		[CODE_START] = SCAN_START, [CODE_ABORT] = SCAN_ABORT, [CODE_RETEST] = SCAN_RETEST};
	const char *word = scan_code_word(code);
	guint slot = own ? own : desk->slot ? desk->slot : desk->only;

	if (code == CODE_RETEST && !slot) {
		say(action, "RETEST of which slot? Scan the slot first, then RETEST");
		return;
	}
	action->kind = kinds[code];
	action->slot = slot;
	if (slot)
		say(action, "%s slot %u", word, slot);
	else
		say(action, "%s all slots", word);
	forget(desk);
}

static void take_answer(ScanDesk *desk, ScanCode code, guint own, ScanAction *action)
{
	const char *word = scan_code_word(code);
	guint slot = own ? own : desk->slot;

	if (!slot)
		slot = only_slot(desk, desk->port.asks);
	if (slot && desk->port.asks(slot, desk->port.data)) {
		action->kind = SCAN_ANSWER;
		action->slot = slot;
		action->answer = word;
		say(action, "%s for slot %u", word, slot);
		forget(desk);
	} else if (slot) {
		say(action, "slot %u has asked nothing", slot);
	} else {
		say(action, "%s: no slot asks, or several do; scan the slot first", word);
	}
}

void scan_desk_take(ScanDesk *desk, const char *text, ScanFlaw flaw, guint own, gint64 now_us,
	ScanAction *action)
{
	guint slot;
	ScanCode code = scan_code(text, &slot);

	*action = (ScanAction){0};
	if (now_us - desk->since_us > (gint64)SCAN_DESK_FORGET_MS * 1000)
		forget(desk);
	desk->since_us = now_us;
	if (flaw != SCAN_WHOLE)
		say(action, "%s", scan_flaw_text(flaw));
	else if (code == CODE_SERIAL)
		take_serial(desk, text, own, action);
	else if (code == CODE_SLOT)
		take_slot(desk, slot, own, action);
	else if (code < CODE_YES)
		take_command(desk, code, own, action);
	else
		take_answer(desk, code, own, action);
}

/* A script's way to the board: by windows where the firmware offers raw paste, else as it is. */
#include "core/failure.h"
#include "link/repl_parts.h"

#include <string.h>

enum {
	END = 0x04,       /* Ctrl-D: the board has seen enough */
	MORE = 0x01,      /* room for one window more */
	PLAIN_PIECE = 64, /* at once without flow control */
	/* More windows than the script needs, of which the first two come unasked. */
	WINDOWS_SPARE = 8,
};

const char *repl_script_problem(const char *script, gsize length)
{
	gboolean blank = TRUE;

	if (length > REPL_SCRIPT_MAX)
		return "has more than 64 KiB";
	for (gsize i = 0; i < length; i++) {
		guchar c = (guchar)script[i];

		if (c < 0x20 && !strchr("\t\n\r", c))
			return "has a control character, which the console would obey";
		if (c == 0)
			return "has a NUL";
		blank = blank && g_ascii_isspace(c);
	}
	if (blank)
		return "is empty";
	return g_utf8_validate(script, (gssize)length, NULL) ? NULL : "is not UTF-8";
}

/* Waits for room. *ended: the board has seen enough of it, an error in its syntax for one. */
static gboolean await_room(Repl *repl, gboolean *ended, GError **error)
{
	guint8 byte;

	if (!repl_next(repl, "sending the script", &byte, error))
		return FALSE;
	*ended = byte == END;
	return byte == END || byte == MORE ||
	       repl_violated(repl, "sending the script: neither room nor an end", error);
}

/* The board's own end of the script, behind room that was not needed. */
static gboolean await_end(Repl *repl, guint spare, GError **error)
{
	while (spare--) {
		gboolean ended;

		if (!await_room(repl, &ended, error))
			return FALSE;
		if (ended)
			return TRUE;
	}
	return repl_violated(repl, "behind the script: room without end", error);
}

static gboolean paste(Repl *repl, const char *script, gsize length, GError **error)
{
	guint8 low, high;
	gsize window, room;
	gboolean ended = FALSE;

	if (!repl_next(repl, "the window's size", &low, error) ||
		!repl_next(repl, "the window's size", &high, error))
		return FALSE;
	window = room = (gsize)(low | high << 8);
	if (!window)
		return repl_violated(repl, "a window of 0 bytes", error);
	for (gsize sent = 0; sent < length && !ended;) {
		gsize piece = MIN(room, length - sent);

		if (!piece) {
			if (!await_room(repl, &ended, error))
				return FALSE;
			room += window;
			continue;
		}
		if (!repl_send(repl, script + sent, piece, error))
			return FALSE;
		sent += piece;
		room -= piece;
	}
	if (!repl_say(repl, CTRL_D, error))
		return FALSE;
	return ended || await_end(repl, (guint)(length / window) + WINDOWS_SPARE, error);
}

static gboolean send_plain(Repl *repl, const char *script, gsize length, GError **error)
{
	for (gsize sent = 0; sent < length; sent += PLAIN_PIECE)
		if (!repl_send(repl, script + sent, MIN(length - sent, PLAIN_PIECE), error))
			return FALSE;
	return repl_say(repl, CTRL_D, error) &&
	       repl_expect(repl, "behind the script: no OK", "OK", error);
}

gboolean repl_send_script(Repl *repl, const char *script, gsize length, GError **error)
{
	guint8 first, second;

	if (!repl_say(repl, CTRL_E "A" CTRL_A, error) ||
		!repl_next(repl, "raw paste", &first, error) ||
		!repl_next(repl, "raw paste", &second, error))
		return FALSE;
	if (first == 'R' && second == 1)
		return paste(repl, script, length, error);
	if (first == 'R' && second == 0)
		return send_plain(repl, script, length, error);
	/* Firmware that does not know the question begins anew. */
	if (first == REPL_PROMPT[0] && second == REPL_PROMPT[1])
		return repl_expect(repl, "raw paste: no prompt", &REPL_PROMPT[2], error) &&
		       send_plain(repl, script, length, error);
	return repl_violated(repl, "raw paste: neither yes nor no", error);
}

#include "lib/fake_console.h"

#include "core/failure.h"

#include <string.h>

enum { PACKET = 64, WINDOW = 128, IDLE_US = 2000 };

static void say(FakeConsole *console, const char *text)
{
	g_string_append(console->says, text);
}

static void run(FakeConsole *console, gboolean pasted)
{
	g_string_assign(console->script, console->line->str);
	g_string_truncate(console->line, 0);
	if (console->fault == CONSOLE_STUCK) {
		console->mode = IN_SCRIPT;
		return;
	}
	if (!pasted)
		say(console, console->fault == CONSOLE_NO_OK ? "NO" : "OK");
	console->mode = console->fault == CONSOLE_FLOOD ? IN_SCRIPT : IN_RAW;
	if (console->fault == CONSOLE_FLOOD)
		return;
	say(console, console->out);
	say(console, "\x04");
	say(console, console->error);
	say(console, "\x04");
	say(console, console->fault == CONSOLE_REBOOT ? "MPY: soft reboot\r\n" : ">");
}

static void begin_paste(FakeConsole *console)
{
	guint window = console->window ? console->window : WINDOW;

	if (console->fault == CONSOLE_NO_WINDOW)
		window = 0;
	say(console, "R\x01");
	g_string_append_c(console->says, (char)window);
	g_string_append_c(console->says, (char)(window >> 8));
	say(console, "\x01");
	console->mode = IN_PASTE;
	console->taken = 0;
}

static void ask_paste(FakeConsole *console)
{
	g_string_truncate(console->line, 0);
	switch (console->fault) {
	case CONSOLE_NO_PASTE:
	case CONSOLE_NO_OK:
		g_string_append_len(console->says, "R\0", 2);
		break;
	case CONSOLE_OLD:
		say(console, "raw REPL; CTRL-B to exit\r\n>");
		break;
	case CONSOLE_NO_ANSWER:
		break;
	case CONSOLE_WRONG_ANSWER:
		say(console, "xy");
		break;
	default:
		begin_paste(console);
	}
}

static void interrupt(FakeConsole *console)
{
	g_string_truncate(console->line, 0);
	console->interrupts++;
	if (console->fault == CONSOLE_DEAF && console->interrupts < 5)
		return;
	if (console->mode == IN_PROGRAM)
		say(console, "Traceback (most recent call last):\r\nKeyboardInterrupt: \r\n");
	if (console->mode == IN_PROGRAM || console->mode == IN_FRIENDLY) {
		console->mode = IN_FRIENDLY;
		say(console, "\r\n>>> ");
	}
	if (console->mode == IN_SCRIPT)
		console->mode = IN_RAW;
}

static void take_raw(FakeConsole *console, char byte)
{
	if (byte == 4) {
		run(console, FALSE);
	} else if (byte == 2) {
		console->mode = IN_FRIENDLY;
		say(console, "\r\n>>> ");
	} else if (byte == 1 && g_str_equal(console->line->str, "\x05"
								"A")) {
		ask_paste(console);
	} else if (byte == 1) {
		g_string_truncate(console->line, 0);
		say(console, "raw REPL; CTRL-B to exit\r\n>");
	} else {
		g_string_append_c(console->line, byte);
	}
}

static void take_paste(FakeConsole *console, char byte)
{
	guint window = console->window ? console->window : WINDOW;

	if (byte == 4) {
		if (console->fault == CONSOLE_ENDLESS_ROOM)
			for (guint i = 0; i < 10000; i++)
				say(console, "\x01");
		if (console->fault == CONSOLE_WRONG_ROOM)
			say(console, "x");
		if (console->fault != CONSOLE_EARLY || console->taken < window)
			say(console, "\x04");
		run(console, TRUE);
		return;
	}
	g_string_append_c(console->line, byte);
	if (++console->taken % window == 0 && console->fault != CONSOLE_EARLY)
		say(console, "\x01");
	if (console->fault == CONSOLE_EARLY && console->taken == window)
		say(console, "\x04");
}

static void take(FakeConsole *console, char byte)
{
	if (byte == 3) {
		interrupt(console);
	} else if (console->mode == IN_RAW) {
		take_raw(console, byte);
	} else if (console->mode == IN_PASTE) {
		take_paste(console, byte);
	} else if (console->mode == IN_FRIENDLY && byte == 1) {
		console->mode = IN_RAW;
		g_string_truncate(console->line, 0);
		say(console, "\r\nraw REPL; CTRL-B to exit\r\n>");
	}
}

/* ---- the pipe ---------------------------------------------------------------------------------- */

static gboolean gone(FakeConsole *console, GError **error)
{
	console->transfers++;
	if (!console->vanish_at || console->transfers < console->vanish_at)
		return FALSE;
	g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
	return TRUE;
}

static gssize nothing(guint timeout_ms, GError **error)
{
	g_usleep(MIN(timeout_ms * 1000ul, IDLE_US));
	g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
	return -1;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	FakeConsole *console = (FakeConsole *)pipe;

	if (gone(console, error))
		return -1;
	g_assert_cmpuint(index, ==, 1);
	if (request == 0x20)
		console->baud = data[0] | data[1] << 8 | data[2] << 16 | (guint32)data[3] << 24;
	if (request == 0x22)
		console->dtr = value & 1;
	if (request == 0x21 && console->fault == CONSOLE_DEAD)
		return nothing(timeout_ms, error);
	return length;
}

static void chatter(FakeConsole *console)
{
	gboolean garbage = console->fault == CONSOLE_GARBAGE;
	gboolean flood = console->fault == CONSOLE_FLOOD_BEFORE ||
			 (console->fault == CONSOLE_FLOOD && console->mode == IN_SCRIPT);

	for (guint i = 0; i < PACKET && garbage; i++)
		g_string_append_c(console->says, (char)g_test_rand_int());
	if (flood)
		say(console, "fps: 41.7 fps: 41.7 fps: 41.7 fps: 41.7\r\n");
}

static gssize receive(
	FakeConsole *console, guint8 *data, gsize length, guint timeout_ms, GError **error)
{
	gsize moved;

	chatter(console);
	moved = MIN(MIN(console->says->len, length), PACKET);
	if (!moved || console->fault == CONSOLE_SILENT || console->fault == CONSOLE_DEAD)
		return nothing(timeout_ms, error);
	memcpy(data, console->says->str, moved);
	g_string_erase(console->says, 0, (gssize)moved);
	return (gssize)moved;
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	FakeConsole *console = (FakeConsole *)pipe;
	gboolean heeds =
		console->fault != CONSOLE_GARBAGE && console->fault != CONSOLE_FLOOD_BEFORE;

	if (gone(console, error))
		return -1;
	if (endpoint & 0x80)
		return receive(console, data, length, timeout_ms, error);
	if (console->most_out)
		length = MIN(length, console->most_out);
	for (gsize i = 0; i < length && heeds; i++)
		take(console, (char)data[i]);
	return (gssize)length;
}

FakeConsole *fake_console_new(ConsoleFault fault)
{
	FakeConsole *console = g_new0(FakeConsole, 1);

	console->pipe = (UsbPipe){.control = control, .bulk = bulk};
	console->fault = fault;
	console->out = console->error = "";
	console->script = g_string_new(NULL);
	console->line = g_string_new(NULL);
	console->says = g_string_new("OpenMV\r\n");
	return console;
}

void fake_console_free(FakeConsole *console)
{
	if (!console)
		return;
	g_string_free(console->script, TRUE);
	g_string_free(console->line, TRUE);
	g_string_free(console->says, TRUE);
	g_free(console);
}

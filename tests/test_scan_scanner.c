/* Scanners as devices: a keyboard through the real libevdev, a serial port that is a pseudo terminal. */
#include "lib/fake_keyboard.h"
#include "lib/folder.h"
#include "scan/scanner.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/input-event-codes.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	char *folder, *device;
	ScannerPlace place;
	GString *heard; /* "+" ready, "-" gone, "OMV1|" a scan, "OM?1|" one with flaw 1 */
	char *said;     /* the last sentence */
} Bench;

static void on_scan(Scanner *scanner, const char *text, ScanFlaw flaw, gpointer data)
{
	Bench *bench = data;

	g_string_append(bench->heard, text);
	if (flaw != SCAN_WHOLE)
		g_string_append_printf(bench->heard, "?%d", flaw);
	g_string_append_c(bench->heard, '|');
}

static void on_state(Scanner *scanner, gboolean there, const char *sentence, gpointer data)
{
	Bench *bench = data;

	g_string_append_c(bench->heard, there ? '+' : '-');
	g_free(bench->said);
	bench->said = g_strdup(sentence);
}

static Scanner *bench_make(Bench *bench, ScannerType type)
{
	const ScannerPort port = {on_scan, on_state, bench};

	*bench = (Bench){.folder = folder_new(), .heard = g_string_new(NULL)};
	bench->device = g_build_filename(bench->folder, "usb-Acme_Scanner", NULL);
	bench->place =
		(ScannerPlace){.name = "desk", .device = bench->device, .type = type, .baud = 9600};
	return scanner_new(&bench->place, &port);
}

static void bench_clear(Bench *bench)
{
	folder_remove(bench->folder);
	g_free(bench->device);
	g_free(bench->said);
	g_string_free(bench->heard, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static gboolean give_up(gpointer data)
{
	g_assert_not_reached(); /* it took 20 s */
	return G_SOURCE_REMOVE;
}

/* Runs the main loop until it has heard so much. */
static void await(Bench *bench, const char *wanted)
{
	guint bound = g_timeout_add_seconds(20, give_up, NULL);

	while (bench->heard->len < strlen(wanted))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(bound);
	g_assert_cmpstr(bench->heard->str, ==, wanted);
}

static void type_omv(FakeKeyboard *keyboard)
{
	static const guint codes[] = {KEY_O, KEY_M, KEY_V};

	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		fake_keyboard_stroke(keyboard, codes[i], 2);
}

/* There, gone in the middle of a scan, back: grabbed each time. */
static void test_keyboard(void)
{
	g_auto(Bench) bench = {0};
	G_GNUC_UNUSED g_autoptr(Scanner) scanner = bench_make(&bench, SCANNER_KEYBOARD);
	FakeKeyboard keyboard = {0};
	guint grabs = fake_keyboard_grabs();

	await(&bench, "-");
	g_assert_nonnull(strstr(bench.said, "No such file"));
	fake_keyboard_plug(&keyboard, bench.device);
	await(&bench, "-+");
	g_assert_cmpstr(bench.said, ==, "scanner desk is ready");
	g_assert_cmpuint(fake_keyboard_grabs(), ==, grabs + 1);
	type_omv(&keyboard);
	fake_keyboard_stroke(&keyboard, KEY_ENTER, 2);
	await(&bench, "-+omv|");
	type_omv(&keyboard);
	fake_keyboard_unplug(&keyboard);
	await(&bench, "-+omv|omv?1|-");
	fake_keyboard_plug(&keyboard, bench.device);
	await(&bench, "-+omv|omv?1|-+");
	fake_keyboard_stroke(&keyboard, KEY_1, 2);
	fake_keyboard_stroke(&keyboard, KEY_ENTER, 2);
	await(&bench, "-+omv|omv?1|-+1|");
	g_assert_cmpuint(fake_keyboard_grabs(), ==, grabs + 2);
	fake_keyboard_unplug(&keyboard);
}

/* Keys that were lost, and keys that stopped. */
static void test_keyboard_flaws(void)
{
	g_auto(Bench) bench = {0};
	FakeKeyboard keyboard = {0};
	G_GNUC_UNUSED g_autoptr(Scanner) scanner = bench_make(&bench, SCANNER_KEYBOARD);

	fake_keyboard_plug(&keyboard, bench.device);
	await(&bench, "+");
	type_omv(&keyboard);
	fake_keyboard_overflow(&keyboard);
	fake_keyboard_stroke(
		&keyboard, KEY_ENTER, 2); /* libevdev throws away what came behind, too */
	await(&bench, "+omv?3|");
	type_omv(&keyboard);
	await(&bench, "+omv?3|omv?1|");
	fake_keyboard_unplug(&keyboard);
}

static void test_keyboard_held(void)
{
	g_auto(Bench) bench = {0};
	FakeKeyboard keyboard = {0};
	G_GNUC_UNUSED g_autoptr(Scanner) scanner = bench_make(&bench, SCANNER_KEYBOARD);

	fake_keyboard_plug(&keyboard, bench.device);
	fake_keyboard_hold(TRUE);
	await(&bench, "-");
	g_assert_nonnull(strstr(bench.said, "is held by another program"));
	fake_keyboard_hold(FALSE);
	await(&bench, "-+");
	fake_keyboard_unplug(&keyboard);
}

static int plug_serial(const Bench *bench)
{
	int master, slave;
	char name[64];

	g_assert_cmpint(openpty(&master, &slave, name, NULL, NULL), ==, 0);
	g_unlink(bench->device);
	g_assert_cmpint(symlink(name, bench->device), ==, 0);
	close(slave);
	return master;
}

static void say(int master, const char *text)
{
	g_assert_cmpint(write(master, text, strlen(text)), ==, (gssize)strlen(text));
}

static void test_serial(void)
{
	g_auto(Bench) bench = {0};
	G_GNUC_UNUSED g_autoptr(Scanner) scanner = bench_make(&bench, SCANNER_SERIAL);
	int master = plug_serial(&bench);

	await(&bench, "+");
	say(master, "OMV1\r\nSLOT-2\rOMV");
	await(&bench, "+OMV1|SLOT-2|OMV?1|");
	say(master, "\nOK\n"); /* the end of what stopped; then a new one */
	await(&bench, "+OMV1|SLOT-2|OMV?1|OK|");
	say(master, "\x1b]0;x\x07\n");
	await(&bench, "+OMV1|SLOT-2|OMV?1|OK|\\x1b]0;x\\x07|");
	g_unlink(bench.device);
	close(master);
	await(&bench, "+OMV1|SLOT-2|OMV?1|OK|\\x1b]0;x\\x07|-");
	master = plug_serial(&bench);
	await(&bench, "+OMV1|SLOT-2|OMV?1|OK|\\x1b]0;x\\x07|-+");
	say(master, "YES\n");
	await(&bench, "+OMV1|SLOT-2|OMV?1|OK|\\x1b]0;x\\x07|-+YES|");
	close(master);
}

static void test_no_scanner(void)
{
	g_auto(Bench) bench = {0};
	G_GNUC_UNUSED g_autoptr(Scanner) scanner = bench_make(&bench, SCANNER_SERIAL);

	g_free(folder_write(bench.folder, "usb-Acme_Scanner", "text"));
	await(&bench, "-");
	g_assert_nonnull(strstr(bench.said, "is no serial port"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scanner/keyboard", test_keyboard);
	g_test_add_func("/scanner/keyboard-flaws", test_keyboard_flaws);
	g_test_add_func("/scanner/keyboard-held", test_keyboard_held);
	g_test_add_func("/scanner/serial", test_serial);
	g_test_add_func("/scanner/no-scanner", test_no_scanner);
	return g_test_run();
}

/* A world's scanners: what they type, the event device that they type into, and how a world names them. */
#include "evdev.h"
#include "lib/world_text.h"
#include "random.h"
#include "scan/scan_keys.h"
#include "scan_steps.h"

#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <string.h>
#include <unistd.h>

/* ---- steps: a station's keys are the judge ---------------------------------------------------------- */

static void hear(const char *text, ScanFlaw flaw, gpointer data)
{
	g_string_append_printf(data, flaw == SCAN_WHOLE ? "%s|" : "%s?|", text);
}

/* What a station makes of it, as a keyboard types it. */
static char *typed(const char *bytes, gsize length, ScanManner manner)
{
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(GBytes) code = g_bytes_new(bytes, length);
	g_autoptr(GArray) steps = scan_steps(FALSE, code, manner);
	ScanText text;
	ScanKeys keys = {.text = &text};
	gint64 now = G_USEC_PER_SEC;

	scan_text_init(&text, SCAN_GAP_KEYS_MS, hear, heard);
	for (guint i = 0; i < steps->len; i++) {
		const ScanStep *step = &g_array_index(steps, ScanStep, i);

		now += 1000 + step->pause_ms * 1000;
		if (step->kind == SCAN_STEP_KEY)
			scan_keys_event(&keys, step->code, step->down, now);
	}
	scan_text_expire(&text, G_MAXINT64);
	scan_text_clear(&text);
	return g_string_free(g_steal_pointer(&heard), FALSE);
}

static void test_every_byte(void)
{
	for (guint byte = 1; byte < 256; byte++) {
		const char bytes[] = {'a', (char)byte, 'Z'};
		g_autofree char *heard = typed(bytes, sizeof bytes, SCAN_MANNER_GOOD);
		g_autofree char *clean = text_clean(bytes, sizeof bytes);
		g_autofree char *wanted = byte == '\n' || byte == '\r' ? g_strdup("a|Z|")
					  : byte >= 0x80               ? g_strdup("aZ?|")
							 : g_strdup_printf("%s|", clean);

		g_assert_cmpstr(heard, ==, wanted);
	}
}

static void test_manners(void)
{
	static const struct {
		ScanManner manner;
		const char *heard;
	} cases[] = {{SCAN_MANNER_NO_ENTER, "abc-12?|"}, {SCAN_MANNER_SLOW, "abc-?|12?|"},
		{SCAN_MANNER_STICKS, "abc-12?|"}, {SCAN_MANNER_DROPS, "abc-?|"},
		{SCAN_MANNER_UNPLUGS, "abc-?|"}, {SCAN_MANNER_NOISE, "abc-12?|"}};
	g_autofree char *endless = typed("abc", 3, SCAN_MANNER_ENDLESS);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *heard = typed("abc-12", 6, cases[i].manner);

		g_assert_cmpstr(heard, ==, cases[i].heard);
	}
	g_assert_true(g_str_has_suffix(endless, "abca?|"));
	g_assert_cmpuint(strlen(endless), ==, SCAN_MAX + strlen("?|"));
}

static void test_serial_bytes(void)
{
	g_autoptr(GBytes) code = g_bytes_new_static("\xff\x1d", 2);
	g_autoptr(GArray) steps = scan_steps(TRUE, code, SCAN_MANNER_GOOD);
	static const guint wanted[] = {0xFF, 0x1D, '\n'};

	g_assert_cmpuint(steps->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < steps->len; i++) {
		g_assert_cmpint(g_array_index(steps, ScanStep, i).kind, ==, SCAN_STEP_BYTE);
		g_assert_cmpuint(g_array_index(steps, ScanStep, i).code, ==, wanted[i]);
	}
}

/* ---- the event device ------------------------------------------------------------------------------- */

typedef struct {
	VLoop *loop;
	Evdev *evdev;
	GString *grabs;
	int ends[2]; /* to read from */
	EvdevFile *files[2];
} Device;

static void on_grab(bool grabbed, void *data)
{
	g_string_append_c(((Device *)data)->grabs, grabbed ? '+' : '-');
}

static void device_open(Device *device)
{
	static const EvdevId id = {
		.name = "Scanner", .phys = "usb", .uniq = "", .vendor = 1, .product = 2};

	*device = (Device){.loop = vloop_new(0), .grabs = g_string_new(NULL)};
	device->evdev = evdev_new(device->loop, &id, on_grab, device);
	for (guint i = 0; i < 2; i++) {
		int ends[2];

		g_assert_cmpint(pipe2(ends, O_CLOEXEC | O_NONBLOCK), ==, 0);
		device->ends[i] = ends[0];
		device->files[i] = evdev_open(device->evdev, ends[1]);
	}
}

static void device_close(Device *device)
{
	for (guint i = 0; i < 2; i++) {
		evdev_close(device->files[i]);
		close(device->ends[i]);
	}
	evdev_free(device->evdev);
	vloop_free(device->loop);
	g_string_free(device->grabs, TRUE);
}

static int ask(Device *device, guint file, guint32 request, gint32 argument)
{
	guint8 answer[EVDEV_ANSWER];
	gsize length;
	int result = evdev_ioctl(device->files[file], request, argument, answer, &length);

	g_assert_cmpuint(length, <=, MIN(sizeof answer, _IOC_SIZE(request)));
	return result;
}

/* Which keys come to this reader, "+30" down and "-30" up; "end" at the end. */
static char *events(const Device *device, guint reader)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	struct input_event event;
	gssize got;

	while ((got = read(device->ends[reader], &event, sizeof event)) == sizeof event)
		if (event.type == EV_KEY)
			g_string_append_printf(seen, "%c%u", event.value ? '+' : '-', event.code);
	if (got == 0)
		g_string_append(seen, "end");
	return g_string_free(g_steal_pointer(&seen), FALSE);
}

static void stroke(Device *device, guint code, bool down)
{
	evdev_key(device->evdev, code, down, vloop_now(device->loop));
	evdev_flush(device->evdev);
}

static void expect_events(const Device *device, guint reader, const char *wanted)
{
	g_autofree char *seen = events(device, reader);

	g_assert_cmpstr(seen, ==, wanted);
}

static void test_grab(void)
{
	Device device;

	device_open(&device);
	stroke(&device, KEY_A, true);
	stroke(&device, KEY_A, true); /* is down: no event */
	stroke(&device, KEY_A, false);
	expect_events(&device, 0, "+30-30");
	expect_events(&device, 1, "+30-30");
	g_assert_cmpint(ask(&device, 0, EVIOCGRAB, 0), ==, -EINVAL);
	g_assert_cmpint(ask(&device, 0, EVIOCGRAB, 1), ==, 0);
	g_assert_cmpint(ask(&device, 1, EVIOCGRAB, 1), ==, -EBUSY);
	g_assert_true(evdev_is_grabbed(device.evdev));
	stroke(&device, KEY_B, true);
	expect_events(&device, 0, "+48");
	expect_events(&device, 1, "");
	evdev_close(device.files[0]);
	device.files[0] = NULL;
	g_assert_cmpstr(device.grabs->str, ==, "+-");
	stroke(&device, KEY_B, false);
	expect_events(&device, 1, "-48");
	evdev_unplug(device.evdev);
	expect_events(&device, 1, "end");
	g_assert_cmpint(ask(&device, 1, EVIOCGVERSION, 0), ==, -ENODEV);
	device_close(&device);
}

/* Whatever is asked, no more comes than there is room for; a reader that has gone hurts nobody. */
static void test_any_ioctl(void)
{
	guint64 seed = 5;
	Device device;

	device_open(&device);
	g_assert_cmpint(ask(&device, 0, EVIOCGID, 0), ==, 0);
	g_assert_cmpint(ask(&device, 0, EVIOCGNAME(4), 0), ==, 4);
	g_assert_cmpint(ask(&device, 0, EVIOCGNAME(256), 0), ==, (int)sizeof "Scanner");
	g_assert_cmpint(ask(&device, 0, EVIOCGABS(0), 0), ==, -EINVAL);
	for (guint i = 0; i < 20000; i++) {
		guint32 request = (guint32)random_next(&seed);

		ask(&device, 0, i % 4 ? (request & ~0xFF00u) | 'E' << 8 : request,
			(gint32)random_next(&seed));
	}
	close(device.ends[1]);
	stroke(&device, KEY_A, true);
	device.ends[1] = dup(device.ends[0]);
	device_close(&device);
}

/* ---- the world -------------------------------------------------------------------------------------- */

static void test_world(void)
{
	g_autofree char *said = NULL, *fixture = NULL, *first = NULL, *third = NULL;
	g_autoptr(World) world =
		world_text("virtual: 1\n"
			   "scanners: {desk: {}, left: {type: serial, slot: 2, baud: 1200}}\n"
			   "operator:\n"
			   "  shift: {scan_order: serial-first}\n"
			   "  script: [{at: 1s, scan: 'a\\033', scanner: left, manner: slow}]\n"
			   "boards: {count: 3, labels: A-98}\n",
			&said);
	const WorldAct *act;

	g_assert_cmpstr(said, ==, "");
	act = &g_array_index(world->hands->script, WorldAct, 0);
	g_assert_cmpstr(act->scanner->name, ==, "left");
	g_assert_cmpmem(g_bytes_get_data(act->text, NULL), g_bytes_get_size(act->text), "a\x1b", 2);
	g_assert_cmpint(act->manner, ==, SCAN_MANNER_SLOW);
	first = world_board_label(world, 1);
	third = world_board_label(world, 3);
	g_assert_cmpstr(first, ==, "A-98");
	g_assert_cmpstr(third, ==, "A-100");
	g_assert_cmpstr(world_scanner_for(world->scanners, 1)->name, ==, "desk");
	g_assert_cmpstr(world_scanner_for(world->scanners, 2)->name, ==, "left");
	fixture = world_fixture(world, NULL);
	g_assert_nonnull(strstr(fixture, "scan_order: serial-first\n"));
	g_assert_nonnull(strstr(fixture, "    scanner: left\n  - slot: 3\n"));
}

static void test_mistakes(void)
{
	g_autofree char *said = NULL;
	g_autoptr(World) world =
		world_text("virtual: 1\n"
			   "scanners: {left: {slot: 1}, other: {slot: 1}, far: {slot: 9}}\n"
			   "operator:\n"
			   "  shift: {}\n"
			   "  script:\n"
			   "    - {at: 1s, scan: x, scanner: right}\n"
			   "    - {at: 1s, scan: x}\n"
			   "    - {at: 1s, unplug: right}\n"
			   "    - {at: 1s, scan: x, insert: 1, slot: 1}\n"
			   "boards: {count: 2, labels: A1}\n",
			&said);

	g_assert_null(world);
	g_assert_nonnull(strstr(said, "slot 1 has a scanner already"));
	g_assert_nonnull(strstr(said, "there is no slot 9 of 2"));
	g_assert_nonnull(strstr(said, ":6:7: error: there is no scanner 'right'"));
	g_assert_nonnull(strstr(said, ":7:7: error: there is no scanner ''"));
	g_assert_nonnull(strstr(said, ":8:7: error: there is no scanner 'right'"));
	g_assert_nonnull(strstr(said, ":9:7: error: one of these is wanted: insert"));
	g_assert_nonnull(strstr(said, "boards with labels want a scanner for slot 2"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/scanner/every-byte", test_every_byte);
	g_test_add_func("/virtual/scanner/manners", test_manners);
	g_test_add_func("/virtual/scanner/serial-bytes", test_serial_bytes);
	g_test_add_func("/virtual/scanner/grab", test_grab);
	g_test_add_func("/virtual/scanner/any-ioctl", test_any_ioctl);
	g_test_add_func("/virtual/scanner/world", test_world);
	g_test_add_func("/virtual/scanner/mistakes", test_mistakes);
	return g_test_run();
}

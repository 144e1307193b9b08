/* The virtual fixture's bus: plugging, and the requests that it answers itself. */
#include "lib/echo.h"

#include <errno.h>
#include <string.h>

/* ---- plugging ---- */

static void test_enumeration(void)
{
	Small small;
	unsigned first;
	uint64_t start;

	small_open(&small, 0.1);
	start = vloop_now(small.loop);
	g_assert_false(vbus_attached(&small.echo.dev));
	while (small.echo.configured == 0) {
		small_quit_after(&small, 10 * V_MS);
		small_run(&small);
	}
	g_assert_cmpuint(
		vloop_now(small.loop) - start, >=, 24 * V_MS); /* 250 ms, ten times as fast */
	g_assert_true(vbus_attached(&small.echo.dev));
	first = small.echo.dev.port->devnum;

	vbus_detach(small.bus, &small.echo.dev);
	g_assert_false(vbus_attached(&small.echo.dev));
	g_assert_cmpuint(small.echo.detached, ==, 1);
	vbus_detach(small.bus, &small.echo.dev); /* nothing happens */
	g_assert_cmpuint(small.echo.detached, ==, 1);

	vbus_attach(small.bus, "1-2.3", &small.echo.dev);
	vbus_settle(small.bus);
	g_assert_true(vbus_attached(&small.echo.dev));
	g_assert_cmpuint(small.echo.dev.port->devnum, !=, first);
	small_close(&small);
	g_assert_cmpuint(small.echo.detached, ==, 2);
}

/* When this device is there, in ms since `start` */
static double there_after(Small *small, Echo *echo, uint64_t start)
{
	while (!vbus_attached(&echo->dev)) {
		small_quit_after(small, 2 * V_MS);
		small_run(small);
	}
	return (double)(vloop_now(small->loop) - start) / V_MS;
}

/* One port of a hub after the other, by their numbers; another hub works at the same time. */
static void test_turns(void)
{
	Small small;
	Echo first = {0}, second = {0}, gone = {0}, beside = {0};
	uint64_t start;

	small_open(&small, 0.4); /* port 3 was first, and has its turn: 100 ms */
	start = vloop_now(small.loop);
	small_plug(&small, &second, "1-2.2");
	small_plug(&small, &gone, "1-2.1");
	small_plug(&small, &first, "1-2.4");
	small_plug(&small, &beside, "1-5");
	vbus_detach(small.bus, &gone.dev); /* before its turn: it takes none */
	g_assert_cmpfloat(there_after(&small, &beside, start), >=, 99);
	g_assert_false(vbus_attached(&first.dev));
	g_assert_cmpfloat(there_after(&small, &small.echo, start), >=, 99);
	g_assert_cmpfloat(there_after(&small, &first, start), >=, 199);
	g_assert_false(vbus_attached(&second.dev));
	vbus_detach(small.bus, &first.dev);
	g_assert_cmpfloat(there_after(&small, &second, start), >=, 299);
	small_plug(&small, &first, "1-2.4");
	small_plug(&small, &gone, "1-2.1");
	vbus_detach(small.bus, &first.dev); /* in its turn: the next has it at once */
	start = vloop_now(small.loop);
	g_assert_cmpfloat(there_after(&small, &gone, start), >=, 99);
	g_assert_cmpuint(first.configured, ==, 1);
	g_assert_cmpuint(gone.configured, ==, 1);
	small_close(&small);
}

/* Addresses go round, and never to two devices. */
static void test_addresses(void)
{
	Small small;
	unsigned hub;

	small_open(&small, 0);
	hub = ((VPort *)g_hash_table_lookup(small.bus->ports, "1-2"))->devnum;
	for (unsigned i = 0; i < 300; i++) {
		vbus_settle(small.bus);
		g_assert_cmpuint(small.echo.dev.port->devnum, >, hub);
		g_assert_cmpuint(small.echo.dev.port->devnum, <=, 127);
		vbus_detach(small.bus, &small.echo.dev);
		vbus_attach(small.bus, "1-2.3", &small.echo.dev);
	}
	small_close(&small);
}

static void test_detach_while_enumerating(void)
{
	Small small;

	small_open(&small, 0);
	vbus_detach(small.bus, &small.echo.dev);
	small_quit_after(&small, V_S);
	small_run(&small);
	g_assert_cmpuint(small.echo.configured, ==, 0);
	small_close(&small);
}

/* ---- chapter 9 ---- */

static void test_descriptor_requests(void)
{
	static const uint8_t name[] = {14, 3, 'H', 0, 0xe4, 0, 'n', 0, 's', 0, 'e', 0, 'l', 0};
	Small small;
	Call call;

	small_open(&small, 0);
	vbus_settle(small.bus);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0100, 0, 255), ==, 18);
	g_assert_cmpmem(call.data, 18, echo_device, 18);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0100, 0, 8), ==, 8);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0200, 0, 9), ==, 9);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0200, 0, 255), ==,
		sizeof(echo_configuration));
	g_assert_cmpmem(call.data, sizeof(echo_configuration), echo_configuration,
		sizeof(echo_configuration));
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0201, 0, 255), ==, -EPIPE);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0300, 0, 255), ==, 4); /* LANGID */
	g_assert_cmpmem(call.data, 4, ((const uint8_t[]){4, 3, 9, 4}), 4);
	g_assert_cmpint(
		call_control(&small, &call, 0x80, 6, 0x0302, 0x0409, 255), ==, sizeof(name));
	g_assert_cmpmem(call.data, sizeof(name), name, sizeof(name));
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0304, 0x0409, 255), ==, -EPIPE);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x03ee, 0, 255), ==, -EPIPE);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0600, 0, 10), ==, -EPIPE);
	g_assert_cmpint(call_control(&small, &call, 0x80, 6, 0x0f00, 0, 5), ==, -EPIPE);
	small_close(&small);
}

static void test_settings(void)
{
	Small small;
	Call call;

	small_open(&small, 0);
	vbus_settle(small.bus);
	g_assert_cmpint(call_control(&small, &call, 0x80, 8, 0, 0, 1), ==, 1);
	g_assert_cmpuint(call.data[0], ==, 1);
	g_assert_cmpint(call_control(&small, &call, 0x01, 11, 1, 0, 0), ==, 0);
	g_assert_cmpuint(small.echo.alt, ==, 1);
	g_assert_cmpint(vdev_endpoint_interface(&small.echo.dev, 0x83), ==, 0);
	g_assert_cmpint(vdev_endpoint_interface(&small.echo.dev, 0x81), ==, -1);
	g_assert_cmpint(call_control(&small, &call, 0x81, 10, 0, 0, 1), ==, 1);
	g_assert_cmpuint(call.data[0], ==, 1);
	g_assert_cmpint(call_control(&small, &call, 0x01, 11, 2, 0, 0), ==, -EPIPE);
	g_assert_cmpint(call_control(&small, &call, 0x01, 11, 0, 7, 0), ==, -EPIPE);
	g_assert_cmpint(
		call_control(&small, &call, 0x00, 9, 1, 0, 0), ==, 0); /* back to setting 0 */
	g_assert_cmpuint(small.echo.configured, ==, 2);
	g_assert_cmpint(vdev_endpoint_interface(&small.echo.dev, 0x81), ==, 0);
	g_assert_cmpint(call_control(&small, &call, 0x00, 9, 5, 0, 0), ==, -EPIPE);
	g_assert_cmpint(call_control(&small, &call, 0x80, 0, 0, 0, 2), ==, 2); /* self-powered */
	g_assert_cmpuint(call.data[0], ==, 1);
	g_assert_cmpint(call_control(&small, &call, 0x00, 5, 9, 0, 0), ==, -EPIPE);
	small_close(&small);
}

static void test_class_requests(void)
{
	Small small;
	Call call;

	small_open(&small, 0);
	vbus_settle(small.bus);
	g_assert_cmpint(
		call_control(&small, &call, 0xa1, 3, 0, 0, 6), ==, 6); /* class: the model's */
	g_assert_cmpint(call_control(&small, &call, 0xc0, 1, 0, 0, 5), ==, 5); /* vendor */
	g_assert_cmpint(call_control(&small, &call, 0x81, 6, 0x2200, 0, 7), ==,
		7); /* a report descriptor */
	small.echo.status = -EPIPE;
	g_assert_cmpint(call_control(&small, &call, 0xc0, 1, 0, 0, 5), ==, -EPIPE);
	small.echo.status = 0; /* a stall of endpoint 0 does not stay */
	g_assert_cmpint(call_control(&small, &call, 0xc0, 1, 0, 0, 5), ==, 5);
	small_close(&small);
}

static void test_hub(void)
{
	Small small;
	Call call;
	VPort *hub;

	small_open(&small, 0);
	vbus_settle(small.bus);
	hub = g_hash_table_lookup(small.bus->ports, "1-2");
	call_new(&call, &small, 0, 4);
	call.urb.dev = hub->dev;
	memcpy(call.urb.setup, ((const uint8_t[]){0xa3, 0, 0, 0, 3, 0, 4, 0}), 8);
	call.quit = true;
	vbus_submit(&call.urb);
	small_run(&small);
	g_assert_cmpint(call.urb.status, ==, 0);
	g_assert_cmpmem(
		call.data, 2, ((const uint8_t[]){0x01 | 0x02, 0x01}), 2); /* there, full speed */
	small_close(&small);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(void);
	} tests[] = {{"enumeration", test_enumeration}, {"turns", test_turns},
		{"addresses", test_addresses}, {"short", test_detach_while_enumerating},
		{"descriptors", test_descriptor_requests}, {"settings", test_settings},
		{"others", test_class_requests}, {"hub", test_hub}};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/virtual/bus/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].func);
	}
	return g_test_run();
}

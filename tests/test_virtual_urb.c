/* The virtual fixture's bus: transfers, their order, their ends, their time; bus reset. */
#include "lib/echo.h"

#include <errno.h>
#include <string.h>

/* ---- transfers ---- */

static void test_order(void)
{
	Small small;
	Call calls[5];

	small_open(&small, 0);
	vbus_settle(small.bus);
	small.echo.status = 1;
	for (unsigned i = 0; i < 5; i++) {
		call_new(&calls[i], &small, i == 4 ? 0x81 : 0x02, 10);
		vbus_submit(&calls[i].urb);
	}
	/* One of an endpoint is with the model; another endpoint does not wait for it. */
	g_assert_cmpuint(small.echo.held_count, ==, 2);
	g_assert_true(small.echo.held[0] == &calls[0].urb && small.echo.held[1] == &calls[4].urb);
	small.echo.held_count = 0;
	small.echo.status = 0; /* those behind are done at once */
	calls[3].quit = true;
	vurb_complete(&calls[0].urb, 0, 10);
	if (!calls[3].done)
		small_run(&small);
	for (unsigned i = 0; i < 4; i++) {
		g_assert_cmpuint(calls[i].done, ==, 1);
		g_assert_cmpuint(calls[i].place, ==, calls[0].place + i);
	}
	g_assert_cmpuint(calls[4].done, ==, 0);
	vurb_complete(&calls[4].urb, 0, 99); /* never more than there is room for */
	g_assert_cmpuint(calls[4].urb.actual, ==, 10);
	small_close(&small);
}

static void test_halt(void)
{
	Small small;
	Call stalled, behind, status, call;

	small_open(&small, 0);
	vbus_settle(small.bus);
	small.echo.status = 1;
	call_new(&stalled, &small, 0x81, 8);
	call_new(&behind, &small, 0x81, 8);
	behind.quit = true;
	vbus_submit(&stalled.urb);
	vbus_submit(&behind.urb);
	small.echo.held_count = 0;
	vurb_complete(&stalled.urb, -EPIPE, 0);
	small_run(&small);
	g_assert_cmpint(behind.urb.status, ==, -EPIPE);
	g_assert_cmpuint(small.echo.held_count, ==, 0); /* the model saw nothing of it */
	g_assert_cmpint(call_control(&small, &status, 0x82, 0, 0, 0x81, 2), ==, 2);
	g_assert_cmpuint(status.data[0], ==, 1);
	g_assert_cmpint(call_control(&small, &status, 0x02, 1, 0, 0x81, 0), ==, 0);
	g_assert_cmpuint(small.echo.cleared, ==, 1);
	small.echo.status = 0;
	call_new(&call, &small, 0x81, 8);
	call.quit = true;
	vbus_submit(&call.urb);
	small_run(&small);
	g_assert_cmpint(call.urb.status, ==, 0);
	small_close(&small);
}

static void test_cancel(void)
{
	Small small;
	Call calls[3];

	small_open(&small, 1.0);
	vbus_settle(small.bus);
	small.echo.status = 1;
	for (unsigned i = 0; i < 3; i++) {
		call_new(&calls[i], &small, 0x81, 8);
		vbus_submit(&calls[i].urb);
	}
	vbus_cancel(&calls[1].urb, -ENOENT); /* behind another: the model does not know it */
	g_assert_cmpuint(small.echo.held_count, ==, 1);
	vbus_cancel(&calls[0].urb, -ENOENT); /* with the model: the next one takes its place */
	g_assert_cmpuint(small.echo.held_count, ==, 1);
	g_assert_true(small.echo.held[0] == &calls[2].urb);
	vurb_complete_wire(&calls[2].urb, 0, 8, 0);
	g_assert_cmpuint(calls[2].done, ==, 0);
	small.echo.held_count = 0;
	vbus_cancel(&calls[2].urb, -ENOENT); /* on the wire: the model has nothing more to do */
	for (unsigned i = 0; i < 3; i++) {
		g_assert_cmpuint(calls[i].done, ==, 1);
		g_assert_cmpint(calls[i].urb.status, ==, -ENOENT);
		g_assert_cmpuint(calls[i].urb.actual, ==, 0);
	}
	small_close(&small);
}

static void test_unplug(void)
{
	Small small;
	Call calls[5];

	small_open(&small, 1.0);
	vbus_settle(small.bus);
	small.echo.status = 1;
	for (unsigned i = 0; i < 5; i++) { /* held, behind; held, on the wire; behind that */
		call_new(&calls[i], &small, i < 2 ? 0x81 : 0x02, 8);
		vbus_submit(&calls[i].urb);
	}
	g_assert_cmpuint(small.echo.held_count, ==, 2);
	small.echo.held_count = 1;
	vurb_complete_wire(&calls[2].urb, 0, 8, vloop_now(small.loop) + V_S);
	vbus_detach(small.bus, &small.echo.dev);
	g_assert_cmpuint(small.echo.held_count, ==, 0);
	g_assert_cmpuint(small.echo.detached, ==, 1);
	for (unsigned i = 0; i < 5; i++) {
		g_assert_cmpuint(calls[i].done, ==, 1);
		g_assert_cmpint(calls[i].urb.status, ==, -ESHUTDOWN);
	}
	small_close(&small);
}

/* ---- bus reset ---- */

static void reset_over(int result, void *data)
{
	*(int *)data = result;
}

static void test_reset(void)
{
	Small small;
	Call call;
	int result = 1, second = 1;

	small_open(&small, 0.1);
	vbus_settle(small.bus);
	small.echo.status = 1;
	small.echo.dev.alts[0] = 1;
	call_new(&call, &small, 0x83, 8);
	vbus_submit(&call.urb);
	vport_reset(small.echo.dev.port, reset_over, &result);
	g_assert_cmpint(call.urb.status, ==, -ESHUTDOWN);
	vport_reset(small.echo.dev.port, reset_over, &second);
	g_assert_cmpint(second, ==, -EBUSY);
	small_quit_after(&small, 100 * V_MS);
	small_run(&small);
	g_assert_cmpint(result, ==, 0);
	g_assert_cmpuint(small.echo.resets, ==, 1);
	g_assert_cmpuint(small.echo.configured, ==, 2);
	g_assert_cmpuint(small.echo.dev.alts[0], ==, 0);
	small_close(&small);
}

/* OpenMV's bootloader boots its application at a bus reset (boards.md section 1.5). */
static void test_reset_leaves(void)
{
	Small small;
	int result = 1;

	small_open(&small, 0.1);
	vbus_settle(small.bus);
	small.echo.leave_at_reset = true;
	vport_reset(small.echo.dev.port, reset_over, &result);
	g_assert_cmpint(result, ==, -ENODEV);
	g_assert_null(small.echo.dev.port);
	small_close(&small);
}

/* ---- bus time: never faster than the wire; how much slower is the machine's business ---- */

static uint64_t wire_ns(VSpeed speed, uint8_t endpoint, size_t bytes, unsigned count)
{
	g_autofree Call *calls = g_new0(Call, count);
	Small small;
	uint64_t start, end;

	small_open(&small, 1.0);
	small.echo.dev.speed = speed;
	vbus_settle(small.bus);
	start = vloop_now(small.loop);
	for (unsigned i = 0; i < count; i++) {
		call_new(&calls[i], &small, endpoint, bytes);
		calls[i].urb.setup[0] = 0xc0; /* where it is a control transfer */
		calls[i].quit = i + 1 == count;
		vbus_submit(&calls[i].urb);
	}
	small_run(&small);
	end = calls[count - 1].when;
	small_close(&small);
	return end - start;
}

static void test_wire(void)
{
	/* 19 packets of 64 bytes a frame; 13 of 512 bytes a microframe; a frame for a control transfer. */
	g_assert_cmpuint(wire_ns(V_FULL_SPEED, 0x02, 64, 38), >=, 2 * V_MS - V_US);
	g_assert_cmpuint(wire_ns(V_FULL_SPEED, 0x02, 19 * 64, 2), >=, 2 * V_MS - V_US);
	g_assert_cmpuint(wire_ns(V_FULL_SPEED, 0, 6, 5), >=, 5 * V_MS);
	g_assert_cmpuint(wire_ns(V_FULL_SPEED, 0, 4096, 1), >=, V_MS + 64 * V_MS / 19 - V_US);
	g_assert_cmpuint(wire_ns(V_HIGH_SPEED, 0x02, 512, 1), >=, 60 * V_US);
	g_assert_cmpuint(wire_ns(V_HIGH_SPEED, 0x02, 13 * 512, 8), >=, 8 * 125 * V_US - V_US);
}

/* What a model will answer later does not keep the wire from others until then. */
static void test_wire_later(void)
{
	Small small;
	Call slow, quick;

	small_open(&small, 1.0);
	vbus_settle(small.bus);
	small.echo.status = 1;
	call_new(&slow, &small, 0x81, 8);
	call_new(&quick, &small, 0x02, 8);
	quick.quit = true;
	vbus_submit(&slow.urb);
	vbus_submit(&quick.urb);
	small.echo.held_count = 0;
	vurb_complete_wire(&slow.urb, 0, 8, vloop_now(small.loop) + 3600 * V_S);
	vurb_complete_wire(&quick.urb, 0, 8, 0);
	small_run(&small);
	g_assert_cmpuint(quick.done, ==, 1);
	g_assert_cmpuint(slow.done, ==, 0);
	small_close(&small);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(void);
	} tests[] = {{"order", test_order}, {"halt", test_halt}, {"cancel", test_cancel},
		{"unplug", test_unplug}, {"reset", test_reset}, {"reset-leaves", test_reset_leaves},
		{"wire", test_wire}, {"wire-later", test_wire_later}};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/virtual/urb/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].func);
	}
	return g_test_run();
}

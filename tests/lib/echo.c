#include "lib/echo.h"

#include <errno.h>
#include <string.h>

/* Longer than anything here may take. */
#define PATIENCE_NS (20 * V_S)

const uint8_t echo_device[18] = {
	18, 1, 0, 2, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56, 1, 2, 1, 2, 3, 1};
const uint8_t echo_configuration[48] = {9, 2, 9 + 9 + 7 + 7 + 9 + 7, 0, 1, 1, 0, 0xc0, 50, /**/
	9, 4, 0, 0, 2, 0xff, 0, 0, 0, 7, 5, 0x81, 2, 64, 0, 0, 7, 5, 0x02, 2, 64, 0, 0,    /**/
	9, 4, 0, 1, 1, 0xff, 0, 0, 0, 7, 5, 0x83, 2, 64, 0, 0};
static const char *const echo_strings[] = {NULL, "Echo", "H\xc3\xa4nsel", "4711", NULL};

static void echo_submit(VDev *dev, VUrb *urb)
{
	Echo *echo = dev->model;

	if (echo->status <= 0) {
		vurb_complete_wire(urb, echo->status, urb->length, 0);
		return;
	}
	g_assert_cmpuint(echo->held_count, <, G_N_ELEMENTS(echo->held));
	echo->held[echo->held_count++] = urb;
}

static void echo_cancel(VDev *dev, VUrb *urb)
{
	Echo *echo = dev->model;
	unsigned left = 0;

	for (unsigned i = 0; i < echo->held_count; i++)
		if (echo->held[i] != urb)
			echo->held[left++] = echo->held[i];
	g_assert_cmpuint(left + 1, ==, echo->held_count);
	echo->held_count = left;
}

static void echo_configured(VDev *dev, uint8_t configuration)
{
	((Echo *)dev->model)->configured++;
}

static void echo_set_interface(VDev *dev, uint8_t interface, uint8_t alt)
{
	Echo *echo = dev->model;

	echo->interface = interface;
	echo->alt = alt;
}

static void echo_clear_halt(VDev *dev, uint8_t endpoint)
{
	((Echo *)dev->model)->cleared++;
}

static void echo_bus_reset(VDev *dev)
{
	Echo *echo = dev->model;

	echo->resets++;
	if (echo->leave_at_reset)
		vbus_detach(dev->bus, dev);
}

static void echo_detached(VDev *dev)
{
	((Echo *)dev->model)->detached++;
}

static const VDevOps echo_ops = {.name = "echo",
	.submit = echo_submit,
	.cancel = echo_cancel,
	.configured = echo_configured,
	.set_interface = echo_set_interface,
	.clear_halt = echo_clear_halt,
	.bus_reset = echo_bus_reset,
	.detached = echo_detached};

void small_open(Small *small, double time)
{
	small_open_at(small, time, NULL);
}

void small_plug(Small *small, Echo *echo, const char *path)
{
	echo->dev = (VDev){.ops = &echo_ops,
		.model = echo,
		.device_descriptor = echo_device,
		.configuration_descriptor = echo_configuration,
		.strings = echo_strings};
	vbus_attach(small->bus, path, &echo->dev);
}

void small_open_at(Small *small, double time, const char *root)
{
	memset(small, 0, sizeof(*small));
	small->loop = vloop_new(time);
	small->bus = vbus_new(small->loop, root);
	g_assert_nonnull(small->bus);
	vbus_add_root(small->bus, 1, V_HIGH_SPEED);
	vbus_add_hub(small->bus, "1-2", 4, V_HIGH_SPEED);
	small->target = &small->echo.dev;
	small_plug(small, &small->echo, "1-2.3");
}

void small_close(Small *small)
{
	vbus_free(small->bus);
	vloop_free(small->loop);
}

static void quit(void *loop)
{
	vloop_quit(loop);
}

static void too_long(void *data)
{
	g_error("the world stands still");
}

void small_run(Small *small)
{
	VTimer *guard = vloop_window(small->loop, PATIENCE_NS, too_long, NULL);

	vloop_run(small->loop);
	vtimer_cancel(small->loop, guard);
}

static void call_done(VUrb *urb)
{
	Call *call = urb->front;

	call->done++;
	call->place = call->small->ends++;
	call->when = vloop_now(call->small->loop);
	if (call->quit)
		vloop_quit(call->small->loop);
}

void small_quit_after(Small *small, uint64_t ns)
{
	vloop_work(small->loop, ns, quit, small->loop);
}

void call_new(Call *call, Small *small, uint8_t endpoint, size_t length)
{
	*call = (Call){.small = small};
	call->urb = (VUrb){.dev = small->target,
		.endpoint = endpoint,
		.data = call->data,
		.length = length,
		.front = call,
		.done = call_done};
}

/* A control transfer to its end; the number of bytes or a negative errno. */
int call_control(Small *small, Call *call, uint8_t type, uint8_t request, uint16_t value,
	uint16_t index, uint16_t length)
{
	const uint8_t setup[8] = {type, request, value & 0xff, (uint8_t)(value >> 8), index & 0xff,
		(uint8_t)(index >> 8), length & 0xff, (uint8_t)(length >> 8)};

	call_new(call, small, 0, length);
	memcpy(call->urb.setup, setup, sizeof(setup));
	call->quit = true;
	vbus_submit(&call->urb);
	if (!call->done)
		small_run(small);
	g_assert_cmpuint(call->done, ==, 1);
	return call->urb.status < 0 ? call->urb.status : (int)call->urb.actual;
}

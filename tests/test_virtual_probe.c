/* The simulated CMSIS-DAP probe: packets as a host sends them, by the engine and by its endpoints. */
#include "cmsis_dap.h"
#include "lib/swd.h"
#include "probe.h"

#include <errno.h>
#include <string.h>

typedef struct {
	Swd swd;
	CmsisDap dap;
	uint8_t response[CMSIS_DAP_PACKET];
	size_t length;
} Bench;

static void bench_open(Bench *b, double time, bool wired)
{
	swd_open(&b->swd, time, NULL);
	h7_power(b->swd.h7, true);
	cmsis_dap_init(&b->dap, b->swd.loop, wired ? b->swd.h7 : NULL, "FLPROBE01");
	b->dap.time = vloop_now(b->swd.loop);
}

static void bench_close(Bench *b)
{
	swd_close(&b->swd);
}

static void send(Bench *b, const uint8_t *request, size_t length)
{
	memset(b->response, 0xEE, sizeof b->response);
	b->length = cmsis_dap_command(&b->dap, request, length, b->response);
	g_assert_cmpuint(b->length, <=, CMSIS_DAP_PACKET);
}

#define SEND(b, ...) send(b, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define U32(v)       (v) & 0xFF, (v) >> 8 & 0xFF, (v) >> 16 & 0xFF, (uint8_t)((v) >> 24)

#define EXPECT(b, ...)                                                                             \
	g_assert_cmpmem((b)->response, (b)->length, ((const uint8_t[]){__VA_ARGS__}),              \
		sizeof((const uint8_t[]){__VA_ARGS__}))

/* DAP_Transfer's request bytes. */
enum { DP_IDR = 0x02, DP_ABORT = 0x00, DP_STAT_R = 0x06, DP_STAT_W = 0x04, DP_SELECT = 0x08 };
enum { AP_CSW = 0x01, AP_TAR = 0x05, AP_TAR_R = 0x07, AP_DRW = 0x0D, AP_DRW_R = 0x0F };

/* Connect, switch to SWD, read DPIDR, power up the debug domain. */
static void attach(Bench *b)
{
	SEND(b, 0x02, 1);
	EXPECT(b, 0x02, 1);
	SEND(b, 0x12, 136, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x9E, 0xE7, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0x00);
	EXPECT(b, 0x12, 0);
	SEND(b, 0x05, 0, 1, DP_IDR);
	EXPECT(b, 0x05, 1, 1, 0x77, 0x24, 0xA0, 0x6B);
	SEND(b, 0x05, 0, 3, DP_STAT_W, U32(0x50000000u), DP_SELECT, U32(0u), AP_CSW, U32(0x12u));
	EXPECT(b, 0x05, 3, 1);
}

/* ---- commands ---- */

static void test_info(void)
{
	Bench b;

	bench_open(&b, 0, true);
	SEND(&b, 0x00, 0x03);
	EXPECT(&b, 0x00, 10, 'F', 'L', 'P', 'R', 'O', 'B', 'E', '0', '1', 0);
	SEND(&b, 0x00, 0xF0);
	EXPECT(&b, 0x00, 1, 1); /* SWD only */
	SEND(&b, 0x00, 0xFF);
	EXPECT(&b, 0x00, 2, 0x00, 0x04);
	SEND(&b, 0x00, 0xFE);
	EXPECT(&b, 0x00, 1, CMSIS_DAP_PACKETS);
	SEND(&b, 0x00, 0x77);
	EXPECT(&b, 0x00, 0);
	SEND(&b, 0x02, 2); /* JTAG */
	EXPECT(&b, 0x02, 0);
	SEND(&b, 0x11, U32(0u));
	EXPECT(&b, 0x11, 0xFF);
	SEND(&b, 0x99, 1, 2);
	EXPECT(&b, 0xFF);
	bench_close(&b);
}

static void test_transfer(void)
{
	Bench b;

	bench_open(&b, 0, true);
	SEND(&b, 0x05, 0, 1, DP_IDR);
	EXPECT(&b, 0x05, 0, 0); /* not connected */
	attach(&b);
	swd_until_count(&b.swd, &b.swd.runs, 1);
	/* Two writes and, after another address, three posted reads with a DP read among them. */
	SEND(&b, 0x05, 0, 3, AP_TAR, U32(0x20000010u), AP_DRW, U32(0x11223344u), AP_DRW,
		U32(0x55667788u));
	EXPECT(&b, 0x05, 3, 1);
	SEND(&b, 0x05, 0, 5, AP_TAR, U32(0x20000010u), AP_DRW_R, AP_DRW_R, DP_IDR, AP_TAR_R);
	EXPECT(&b, 0x05, 5, 1, U32(0x11223344u), U32(0x55667788u), U32(0x6BA02477u),
		U32(0x20000018u));
	bench_close(&b);
}

static void test_block(void)
{
	uint8_t request[5 + 400] = {0x06, 0, 100, 0, AP_DRW};
	Bench b;

	bench_open(&b, 0, true);
	attach(&b);
	swd_until_count(&b.swd, &b.swd.runs, 1);
	for (unsigned i = 0; i < 400; i++)
		request[5 + i] = (uint8_t)(i * 3);
	SEND(&b, 0x05, 0, 1, AP_TAR, U32(0x20000400u));
	send(&b, request, sizeof request);
	EXPECT(&b, 0x06, 100, 0, 1);
	SEND(&b, 0x05, 0, 1, AP_TAR, U32(0x20000400u));
	SEND(&b, 0x06, 0, 100, 0, AP_DRW_R);
	g_assert_cmpuint(b.length, ==, 404);
	g_assert_cmpmem(b.response + 4, 400, request + 5, 400);
	g_assert_cmpuint(b.response[1], ==, 100);
	bench_close(&b);
}

static void test_match(void)
{
	Bench b;

	bench_open(&b, 0, true);
	attach(&b);
	SEND(&b, 0x04, 0, 10, 0, 5, 0);
	EXPECT(&b, 0x04, 0);
	/* Mask, then CTRL/STAT until its acknowledge bits are set. */
	SEND(&b, 0x05, 0, 2, 0x20, U32(0xF0000000u), DP_STAT_R | 0x10, U32(0xF0000000u));
	EXPECT(&b, 0x05, 2, 1);
	SEND(&b, 0x05, 0, 2, DP_STAT_R | 0x10, U32(0x00000000u), DP_IDR);
	EXPECT(&b, 0x05, 0, 0x11); /* never */
	bench_close(&b);
}

/* An error stops the packet; what was read before it is handed over. */
static void test_fault(void)
{
	Bench b;

	bench_open(&b, 0, true);
	attach(&b);
	SEND(&b, 0x05, 0, 4, DP_IDR, AP_TAR, U32(0xA0000000u), AP_DRW_R, DP_IDR);
	EXPECT(&b, 0x05, 3, 4, U32(0x6BA02477u));
	SEND(&b, 0x05, 0, 1, DP_SELECT, U32(0u));
	EXPECT(&b, 0x05, 0, 4);
	SEND(&b, 0x08, 0, U32(0x1Eu));
	EXPECT(&b, 0x08, 0);
	SEND(&b, 0x05, 0, 1, DP_SELECT, U32(0u));
	EXPECT(&b, 0x05, 1, 1);
	bench_close(&b);
}

/* While a bank is busy a read of it gets WAIT; the probe tries again as often as it was told. */
static void test_wait(void)
{
	enum { LENGTH = 0x10000 }; /* 2048 words, 369 ms */
	g_autofree uint8_t *zeros = g_malloc0(LENGTH);
	Bench b;

	bench_open(&b, 1, true);
	attach(&b);
	swd_until_count(&b.swd, &b.swd.runs, 1);
	SEND(&b, 0x11, U32(1000000u));
	SEND(&b, 0x04, 0, 1, 0, 0, 0);
	h7_program(b.swd.h7, 0x08000000, zeros, LENGTH);
	SEND(&b, 0x05, 0, 2, AP_TAR, U32(0x08000000u), AP_DRW_R);
	EXPECT(&b, 0x05, 1, 2);
	SEND(&b, 0x04, 0, 0xFF, 0xFF, 0, 0); /* 65535 times 16 us */
	SEND(&b, 0x05, 0, 1, AP_DRW_R);
	EXPECT(&b, 0x05, 1, 1, U32(0u));
	bench_close(&b);
}

static void test_no_chip(void)
{
	for (unsigned wired = 0; wired < 2; wired++) {
		Bench b;
		bench_open(&b, 0, wired);
		h7_power(b.swd.h7, false);
		SEND(&b, 0x02, 0);
		EXPECT(&b, 0x02, 1);
		SEND(&b, 0x05, 0, 2, DP_IDR, DP_STAT_R);
		EXPECT(&b, 0x05, 0, 7);
		SEND(&b, 0x06, 0, 2, 0, DP_IDR);
		EXPECT(&b, 0x06, 0, 0, 7);
		SEND(&b, 0x10, 0, 0, U32(0u));
		g_assert_cmphex(b.response[1] & 0x80, ==, wired ? 0 : 0x80);
		bench_close(&b);
	}
}

static void test_nreset(void)
{
	Bench b;

	bench_open(&b, 0, true);
	swd_until_count(&b.swd, &b.swd.runs, 1);
	SEND(&b, 0x02, 1);
	SEND(&b, 0x10, 0x00, 0x80, U32(0u));
	g_assert_cmphex(b.response[1] & 0x80, ==, 0);
	g_assert_cmpuint(b.swd.stops, ==, 1);
	SEND(&b, 0x10, 0x80, 0x80, U32(0u));
	g_assert_cmphex(b.response[1] & 0x80, ==, 0x80);
	swd_until_count(&b.swd, &b.swd.runs, 2);
	h7_nrst(b.swd.h7, true); /* the fixture holds it: no use to wait */
	SEND(&b, 0x10, 0x80, 0x80, U32(1000u));
	g_assert_cmphex(b.response[1] & 0x80, ==, 0);
	bench_close(&b);
}

/* 100 transfers of 50 clocks at 1 MHz are 5 ms on the wires. */
static void test_time(void)
{
	uint8_t request[3 + 100] = {0x05, 0, 100};
	uint64_t before;
	Bench b;

	bench_open(&b, 1, true);
	attach(&b);
	memset(request + 3, DP_IDR, 100);
	SEND(&b, 0x11, U32(1000000u));
	before = b.dap.time;
	send(&b, request, sizeof request);
	g_assert_cmpuint(b.response[1], ==, 100);
	g_assert_cmpuint(b.dap.time - before, ==, 5 * V_MS);
	before = b.dap.time;
	SEND(&b, 0x09, 0xE8, 0x03);
	EXPECT(&b, 0x09, 0);
	g_assert_cmpuint(b.dap.time - before, ==, V_MS);
	bench_close(&b);
}

/* Whatever a host sends: an answer that fits, and no byte beyond the request is read (ASan). */
static void test_hostile(void)
{
	guint32 seed = g_test_rand_int();
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	Bench b;

	g_test_message("seed %u", seed);
	bench_open(&b, 0, true);
	attach(&b);
	for (unsigned round = 0; round < 20000; round++) {
		size_t length = (size_t)g_rand_int_range(random, 0, 60);
		g_autofree uint8_t *request = g_malloc(length);
		for (size_t i = 0; i < length; i++)
			request[i] = (uint8_t)g_rand_int(random);
		if (length && round % 4)
			request[0] = (uint8_t)g_rand_int_range(random, 0, 0x20);
		b.dap.match_retry = b.dap.wait_retry = 0;
		b.dap.connected = true;
		send(&b, request, length);
	}
	bench_close(&b);
}

/* ---- endpoints ---- */

typedef struct {
	VUrb urb;
	uint8_t data[CMSIS_DAP_PACKET];
	unsigned done;
} Urb;

static void on_done(VUrb *urb)
{
	Urb *mine = urb->front;

	mine->done++;
}

static void submit(Probe *probe, Urb *urb, uint8_t endpoint, size_t length)
{
	VDev *dev = probe_dev(probe);

	urb->urb = (VUrb){.dev = dev, .endpoint = endpoint, .data = urb->data, .length = length};
	urb->urb.done = on_done;
	urb->urb.front = urb;
	urb->done = 0;
	dev->ops->submit(dev, &urb->urb);
}

/* Five requests before the first answer: four are taken, the fifth waits; answers keep the order. */
static void test_endpoints_queue(void)
{
	static const uint8_t ids[] = {0xFF, 0xFE, 0xF0, 0x04, 0x02};
	Urb out[5], in;
	Probe *probe;
	Swd swd;

	swd_open(&swd, 0, NULL);
	probe = probe_new(swd.loop, NULL, "FLPROBE01", NULL);
	for (unsigned i = 0; i < 5; i++) {
		out[i].data[0] = 0;
		out[i].data[1] = ids[i];
		submit(probe, &out[i], 0x01, 2);
		g_assert_cmpuint(out[i].done, ==, i < 4);
	}
	for (unsigned i = 0; i < 5; i++) {
		submit(probe, &in, 0x81, 512);
		g_assert_cmpuint(in.done, ==, 1);
		g_assert_cmpint(in.urb.status, ==, 0);
		if (i == 0)
			g_assert_cmpmem(in.data, in.urb.actual, "\0\2\0\4", 4);
		if (i == 1)
			g_assert_cmpmem(in.data, in.urb.actual, "\0\1\4", 3);
		g_assert_cmpuint(out[4].done, ==, 1); /* there is room now */
	}
	probe_free(probe);
	swd_close(&swd);
}

static void test_endpoints_limits(void)
{
	Urb out, in;
	Probe *probe;
	Swd swd;

	swd_open(&swd, 0, NULL);
	probe = probe_new(swd.loop, NULL, "FLPROBE01", NULL);
	submit(probe, &out, 0x01, CMSIS_DAP_PACKET + 1);
	g_assert_cmpint(out.urb.status, ==, -EPIPE);
	submit(probe, &out, 0x02, 1);
	g_assert_cmpint(out.urb.status, ==, -EPIPE);
	submit(probe, &in, 0x81, 1); /* waits, and is too short */
	g_assert_cmpuint(in.done, ==, 0);
	memcpy(out.data, "\0\xFF", 2);
	submit(probe, &out, 0x01, 2);
	g_assert_cmpint(in.urb.status, ==, -EOVERFLOW);
	out.data[0] = 0x07; /* DAP_TransferAbort is never answered */
	submit(probe, &out, 0x01, 1);
	submit(probe, &in, 0x81, 512);
	g_assert_cmpuint(in.done, ==, 0);
	probe_dev(probe)->ops->cancel(probe_dev(probe), &in.urb);
	out.data[0] = 0;
	submit(probe, &out, 0x01, 2);
	submit(probe, &in, 0x81, 512);
	g_assert_cmpuint(in.done, ==, 1);
	probe_free(probe);
	swd_close(&swd);
}

/* An answer is there when its bits have passed. */
static void test_endpoints_time(void)
{
	uint64_t start;
	Urb out, in;
	Probe *probe;
	Swd swd;

	swd_open(&swd, 1, NULL);
	probe = probe_new(swd.loop, NULL, "FLPROBE01", NULL);
	start = vloop_now(swd.loop);
	memcpy(out.data, "\x09\x10\x27", 3); /* DAP_Delay 10 ms */
	submit(probe, &out, 0x01, 3);
	submit(probe, &in, 0x81, 512);
	g_assert_cmpuint(in.done, ==, 0);
	swd_until_count(&swd, &in.done, 1);
	g_assert_cmpuint(vloop_now(swd.loop) - start, >=, 10 * V_MS);
	probe_free(probe);
	swd_close(&swd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe/info", test_info);
	g_test_add_func("/probe/transfer", test_transfer);
	g_test_add_func("/probe/block", test_block);
	g_test_add_func("/probe/match", test_match);
	g_test_add_func("/probe/fault", test_fault);
	g_test_add_func("/probe/wait", test_wait);
	g_test_add_func("/probe/no chip", test_no_chip);
	g_test_add_func("/probe/nreset", test_nreset);
	g_test_add_func("/probe/time", test_time);
	g_test_add_func("/probe/hostile", test_hostile);
	g_test_add_func("/probe/endpoints/queue", test_endpoints_queue);
	g_test_add_func("/probe/endpoints/limits", test_endpoints_limits);
	g_test_add_func("/probe/endpoints/time", test_endpoints_time);
	return g_test_run();
}

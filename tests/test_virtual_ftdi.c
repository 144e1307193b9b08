/* The simulated FT4232H, by the requests that libftdi1 makes. */
#include "ftdi_model.h"
#include "lib/echo.h"

#include <errno.h>
#include <string.h>

enum { OUT = 0x40, IN = 0xc0 };
enum {
	RESET = 0,
	SET_BAUD = 3,
	SET_LATENCY = 9,
	GET_LATENCY = 10,
	SET_BITMODE = 11,
	READ_PINS = 12
};
enum { READ_EEPROM = 0x90 };
enum { BITBANG = 0x0100, SYNC_BITBANG = 0x0400, MPSSE = 0x0200 };
enum { CHANNEL_A = 1, CHANNEL_C = 3 };

typedef struct {
	Small small;
	FtdiModel *model;
	GString *seen; /* "A0+ A1- A0." : high, low, open */
	Call call;
} Rig;

static void on_pin(char channel, unsigned pin, FtdiLevel level, void *data)
{
	static const char marks[] = {[FTDI_OPEN] = '.', [FTDI_LOW] = '-', [FTDI_HIGH] = '+'};

	g_string_append_printf(data, "%c%u%c ", channel, pin, marks[level]);
}

static void rig_open(Rig *rig)
{
	small_open(&rig->small, 0);
	rig->seen = g_string_new(NULL);
	rig->model = ftdi_model_new(rig->small.loop, &ftdi_ft4232h, "FLPINS07", on_pin, rig->seen);
	vbus_attach(rig->small.bus, "1-2.1", ftdi_model_dev(rig->model));
	vbus_settle(rig->small.bus);
	rig->small.target = ftdi_model_dev(rig->model);
}

static void rig_close(Rig *rig)
{
	ftdi_model_free(rig->model);
	small_close(&rig->small);
	g_string_free(rig->seen, TRUE);
}

/* What has been seen since the last look. */
static void expect_pins(Rig *rig, const char *text)
{
	g_assert_cmpstr(rig->seen->str, ==, text);
	g_string_truncate(rig->seen, 0);
}

static int ask(
	Rig *rig, uint8_t type, uint8_t request, uint16_t value, uint16_t index, uint16_t length)
{
	return call_control(&rig->small, &rig->call, type, request, value, index, length);
}

static uint8_t read_pins(Rig *rig, uint16_t channel)
{
	g_assert_cmpint(ask(rig, IN, READ_PINS, 0, channel, 1), ==, 1);
	return rig->call.data[0];
}

/* One transfer on a bulk endpoint to its end. */
static void bulk(Rig *rig, Call *call, uint8_t endpoint, const char *bytes, size_t length)
{
	call_new(call, &rig->small, endpoint, length);
	for (size_t i = 0; bytes && i < length; i++)
		call->data[i] = (uint8_t)bytes[i];
	call->quit = true;
	vbus_submit(&call->urb);
	if (!call->done)
		small_run(&rig->small);
	g_assert_cmpint(call->urb.status, ==, 0);
}

/* Lets the pins follow what has been written: a tick a round of the loop, in a world without time. */
static void settle(Rig *rig)
{
	for (unsigned quiet = 0; quiet < 8; quiet++) {
		gsize before = rig->seen->len;

		small_quit_after(&rig->small, 0);
		small_run(&rig->small);
		quiet = rig->seen->len == before ? quiet : 0;
	}
}

static void write_pins(Rig *rig, uint8_t endpoint, const char *bytes, size_t length)
{
	bulk(rig, &rig->call, endpoint, bytes, length);
	settle(rig);
}

static void test_bitbang(void)
{
	Rig rig;

	rig_open(&rig);
	expect_pins(&rig, "");
	g_assert_cmpint(ask(&rig, OUT, SET_BITMODE, BITBANG | 0x03, CHANNEL_A, 0), ==, 0);
	expect_pins(&rig, "A0- A1- ");
	write_pins(&rig, 0x02, "\x05", 1); /* pin 2 is not driven */
	expect_pins(&rig, "A0+ ");
	g_assert_cmpuint(read_pins(&rig, CHANNEL_A), ==, 0x01);
	ftdi_model_input(rig.model, 'A', 7, true);
	ftdi_model_input(rig.model, 'A', 1, true); /* loses against the chip */
	g_assert_cmpuint(read_pins(&rig, CHANNEL_A), ==, 0x81);
	write_pins(&rig, 0x02, "\x02\x01\x02", 3); /* each byte in its turn */
	expect_pins(&rig, "A0- A1+ A0+ A1- A0- A1+ ");
	g_assert_cmpuint(read_pins(&rig, CHANNEL_C), ==, 0);
	g_assert_cmpint(ask(&rig, OUT, SET_BITMODE, BITBANG | 0x01, CHANNEL_C, 0), ==, 0);
	write_pins(&rig, 0x06, "\x01", 1);
	expect_pins(&rig, "C0- C0+ ");
	rig_close(&rig);
}

/* However it loses its mode, it lets the pins go. */
static void test_lets_go(void)
{
	Rig rig;

	rig_open(&rig);
	for (unsigned way = 0; way < 4; way++) {
		ask(&rig, OUT, SET_BITMODE, BITBANG | 0x01, CHANNEL_A, 0);
		write_pins(&rig, 0x02, "\x01", 1);
		expect_pins(&rig, "A0- A0+ ");
		if (way == 0)
			ask(&rig, OUT, SET_BITMODE, 0, CHANNEL_A, 0);
		else if (way == 1)
			ask(&rig, OUT, RESET, 0, CHANNEL_A, 0);
		else if (way == 2)
			rig.small.target->ops->bus_reset(rig.small.target);
		else
			vbus_detach(rig.small.bus, rig.small.target);
		expect_pins(&rig, "A0. ");
	}
	rig_close(&rig);
}

static void test_other_modes(void)
{
	Rig rig;

	rig_open(&rig);
	/* The serial engine is on channels A and B only. */
	g_assert_cmpint(ask(&rig, OUT, SET_BITMODE, MPSSE | 0x01, CHANNEL_C, 0), ==, -EPIPE);
	g_assert_cmpint(ask(&rig, IN, 0x55, 0, CHANNEL_A, 1), ==, -EPIPE);
	write_pins(&rig, 0x02, "UART", 4); /* leaves on a TXD that is wired to nothing */
	expect_pins(&rig, "");
	rig_close(&rig);
}

/* A packet of status only when there is nothing else; each byte out is a sample in. */
static void test_samples(void)
{
	Rig rig;
	Call in;

	rig_open(&rig);
	g_assert_cmpint(ask(&rig, OUT, SET_LATENCY, 1, CHANNEL_A, 0), ==, 0);
	g_assert_cmpint(ask(&rig, IN, GET_LATENCY, 0, CHANNEL_A, 1), ==, 1);
	g_assert_cmpuint(rig.call.data[0], ==, 1);
	bulk(&rig, &in, 0x81, NULL, 512);
	g_assert_cmpuint(in.urb.actual, ==, 2);
	ask(&rig, OUT, SET_BITMODE, SYNC_BITBANG | 0xff, CHANNEL_A, 0);
	write_pins(&rig, 0x02, "\x01\x02\x03", 3);
	bulk(&rig, &in, 0x81, NULL, 512);
	g_assert_cmpmem(in.data + 2, in.urb.actual - 2, ((const uint8_t[]){0, 1, 2}), 3);
	g_assert_cmpint(ask(&rig, OUT, RESET, 1, CHANNEL_A, 0), ==, 0);
	rig_close(&rig);
}

/* More than the chip has room for waits, and arrives whole. */
static void test_backpressure(void)
{
	g_autofree char *bytes = g_malloc(4096);
	Rig rig;
	Call calls[3];

	rig_open(&rig);
	for (size_t i = 0; i < 4096; i++)
		bytes[i] = i & 1 ? '\x01' : '\x00';
	ask(&rig, OUT, SET_BITMODE, BITBANG | 0x01, CHANNEL_A, 0);
	expect_pins(&rig, "A0- ");
	for (unsigned i = 0; i < 3; i++)
		bulk(&rig, &calls[i], 0x02, bytes, 4096);
	settle(&rig);
	/* Each byte is a change, but the first. */
	g_assert_cmpuint(rig.seen->len, ==, 3 * 4096 * 4 - 4);
	rig_close(&rig);
}

/* The engine sets pins, clocks bits through a wire from pin 1 to pin 2, and says what it does not know. */
static void test_engine(void)
{
	static const char program[] = "\x84"                 /* loopback */
				      "\x80\x00\x03"         /* clock and data driven, low */
				      "\x31\x01\x00\xA5\x3C" /* two bytes out and in */
				      "\x81\xAA\x87";        /* the pins; no command; send */
	Rig rig;
	Call in;

	rig_open(&rig);
	g_assert_cmpint(ask(&rig, OUT, SET_BITMODE, MPSSE, CHANNEL_A, 0), ==, 0);
	write_pins(&rig, 0x02, program, 6); /* in two pieces */
	write_pins(&rig, 0x02, program + 6, sizeof program - 1 - 6);
	bulk(&rig, &in, 0x81, NULL, 512);
	g_assert_cmpmem(in.data + 2, in.urb.actual - 2,
		((const uint8_t[]){0xA5, 0x3C, 0x00, 0xFA, 0xAA}), 5);
	g_assert_nonnull(strstr(rig.seen->str, "A0- A1- A1+ A0+ A0- "));
	rig_close(&rig);
}

static void test_eeprom(void)
{
	Rig rig;
	uint16_t words[128], sum = 0xaaaa;
	unsigned serial, length;

	rig_open(&rig);
	for (uint16_t i = 0; i < 128; i++) {
		g_assert_cmpint(ask(&rig, IN, READ_EEPROM, 0, i, 2), ==, 2);
		words[i] = GET16(rig.call.data);
	}
	for (unsigned i = 0; i < 127; i++) {
		sum ^= words[i];
		sum = (uint16_t)(sum << 1 | sum >> 15);
	}
	g_assert_cmphex(words[127], ==, sum);
	g_assert_cmphex(words[1], ==, 0x0403);
	g_assert_cmphex(words[2], ==, 0x6011);
	serial = (words[9] & 0x7f) | 0x80;
	length = words[9] >> 8;
	g_assert_cmpuint(length, ==, 2 + 2 * strlen("FLPINS07"));
	for (unsigned i = 0; i < 8; i++)
		g_assert_cmpint(words[serial / 2 + 1 + i], ==, "FLPINS07"[i]);
	rig_close(&rig);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(void);
	} tests[] = {{"bitbang", test_bitbang}, {"lets-go", test_lets_go},
		{"other-modes", test_other_modes}, {"samples", test_samples},
		{"backpressure", test_backpressure}, {"engine", test_engine},
		{"eeprom", test_eeprom}};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/virtual/ftdi/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].func);
	}
	return g_test_run();
}

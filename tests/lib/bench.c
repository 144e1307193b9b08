#include "lib/bench.h"

#include "images.h"
#include "vbus_core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

BoardConfig bench_config(void)
{
	return (BoardConfig){.name = "board",
		.port = BENCH_PORT,
		.kind = board_kind("openmv-h7"),
		.chip = {.uid = {0x00330032, 0x33335105, 0x38393631},
			.rev_id = 0x2003,
			.dev_id = 0x450,
			.flash_kib = 2048,
			.rom = 0x91,
			.rdp = 0xAA,
			.seed = 1}};
}

void bench_load(Bench *bench, DemoImage which)
{
	size_t length;
	uint8_t *image = demo_image(which, &length);
	memcpy(bench_flash(bench, demo_image_address(which)), image, length);
	free(image);
}

void bench_open(Bench *bench, double time, const BoardConfig *config, bool flashed)
{
	bench->config = config;
	bench->loop = vloop_new(time);
	bench->bus = vbus_new(bench->loop, NULL);
	vbus_add_root(bench->bus, 1, V_HIGH_SPEED);
	bench->board = board_new(bench->loop, bench->bus, config);
	if (!flashed)
		return;
	bench_load(bench, config->kind->images[GENERATION_DFU].bootloader);
	bench_load(bench, config->kind->images[GENERATION_DFU].firmware);
}

void bench_close(Bench *bench)
{
	board_free(bench->board);
	vbus_free(bench->bus);
	vloop_free(bench->loop);
}

uint8_t *bench_flash(Bench *bench, uint32_t address)
{
	return h7_flash(board_h7(bench->board)) + (address - H7_FLASH_BASE);
}

VDev *bench_device(Bench *bench)
{
	VPort *port = g_hash_table_lookup(bench->bus->ports, BENCH_PORT);
	return port && port->enumerated ? port->dev : NULL;
}

unsigned bench_product(Bench *bench)
{
	VDev *dev = bench_device(bench);
	return dev ? dev->device_descriptor[10] | dev->device_descriptor[11] << 8 : 0;
}

/* ---- letting the world go on --------------------------------------------------------------------- */

typedef struct {
	Bench *bench;
	BenchDone done;
	void *data;
	uint64_t end;
	bool was_done;
} Wait;

static void look(void *data)
{
	Wait *wait = data;
	VLoop *loop = wait->bench->loop;
	wait->was_done = wait->done && wait->done(wait->bench, wait->data);
	if (wait->was_done || vloop_now(loop) >= wait->end)
		vloop_quit(loop);
	else
		vloop_window(loop, V_MS / 4, look, wait);
}

bool bench_until(Bench *bench, unsigned ms, BenchDone done, void *data)
{
	Wait wait = {bench, done, data, vloop_now(bench->loop) + ms * V_MS, false};
	vloop_window(bench->loop, 0, look, &wait);
	vloop_run(bench->loop);
	return wait.was_done;
}

static bool is_there(Bench *bench, void *data)
{
	return bench_product(bench) == *(unsigned *)data;
}

bool bench_await(Bench *bench, unsigned product, unsigned ms)
{
	return bench_until(bench, ms, is_there, &product);
}

void bench_pass(Bench *bench, unsigned ms)
{
	bench_until(bench, ms, NULL, NULL);
}

/* ---- transfers -------------------------------------------------------------------------------------- */

static void on_done(VUrb *urb)
{
	*(bool *)urb->front = true;
}

static bool is_done(Bench *bench, void *data)
{
	return *(bool *)data;
}

static int transfer(Bench *bench, unsigned ms, VUrb *urb)
{
	bool done = false;
	urb->dev = bench_device(bench);
	if (!urb->dev)
		return -ENODEV;
	urb->front = &done;
	urb->done = on_done;
	vbus_submit(urb);
	if (!done && !bench_until(bench, ms, is_done, &done)) {
		vbus_cancel(urb, -ETIMEDOUT);
		return -ETIMEDOUT;
	}
	return urb->status ? urb->status : (int)urb->actual;
}

int bench_control(Bench *bench, uint8_t type, uint8_t request, uint16_t value, uint16_t index,
	void *data, size_t length)
{
	return bench_control_within(
		bench, BENCH_PATIENCE_MS, type, request, value, index, data, length);
}

int bench_control_within(Bench *bench, unsigned ms, uint8_t type, uint8_t request, uint16_t value,
	uint16_t index, void *data, size_t length)
{
	VUrb urb = {.setup = {type, request, (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)index,
			    (uint8_t)(index >> 8), (uint8_t)length, (uint8_t)(length >> 8)},
		.data = data,
		.length = length};
	return transfer(bench, ms, &urb);
}

int bench_bulk(Bench *bench, uint8_t endpoint, void *data, size_t length)
{
	return bench_bulk_within(bench, BENCH_PATIENCE_MS, endpoint, data, length);
}

int bench_bulk_within(Bench *bench, unsigned ms, uint8_t endpoint, void *data, size_t length)
{
	VUrb urb = {.endpoint = endpoint, .data = data, .length = length};
	return transfer(bench, ms, &urb);
}

void bench_fill(Bench *bench)
{
	memset(bench_flash(bench, H7_FLASH_BASE), 0x5A, H7_FLASH_SIZE);
}

bool bench_blank(Bench *bench, uint32_t address)
{
	const uint8_t *sector = bench_flash(bench, address);
	for (size_t i = 0; i < H7_SECTOR; i++)
		if (sector[i] != 0xFF)
			return false;
	return true;
}

bool bench_is_mute(Bench *bench, uint8_t type, uint8_t request, uint16_t value)
{
	uint8_t data[32];
	return bench_control_within(bench, 200, type, request, value, 0, data, sizeof data) ==
	       -ETIMEDOUT;
}

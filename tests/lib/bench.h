/*
 * One virtual board on a bus without a front end, with a host that does one transfer at a time: for
 * tests of what runs on the board.
 */
#pragma once

#include "board.h"
#include "vbus.h"

#include <glib.h>

#define BENCH_PORT "1-1"
/* Longer than anything may take; what waits for it in vain has failed. */
#define BENCH_PATIENCE_MS 20000u

enum {
	PID_BOOTLOADER = 0x9204,
	PID_CAMERA = 0x1204,
	PID_BOOTLOADER_PLUS = 0x924A,
	PID_CAMERA_PLUS = 0x124A,
	PID_ROM = 0xDF11,
	PID_CDC = 0xABD1, /* both bootloader and firmware */
};

typedef struct {
	VLoop *loop;
	VBus *bus;
	Board *board;
	const BoardConfig *config;
} Bench;

/* What the board is: its UID is set, the rest usual; a test changes what it likes. */
BoardConfig bench_config(void);
/* `config` must live as long. The bootloader and firmware are in flash if `flashed`. Power is off. */
void bench_open(Bench *bench, double time, const BoardConfig *config, bool flashed);
void bench_close(Bench *bench);
/* Puts a demo image where it belongs. */
void bench_load(Bench *bench, DemoImage which);
uint8_t *bench_flash(Bench *bench, uint32_t address);

/* The enumerated device in the port, or NULL; its idProduct, or 0. */
VDev *bench_device(Bench *bench);
unsigned bench_product(Bench *bench);

/* Lets the world go on until `done` says so; false after `ms`. */
typedef bool (*BenchDone)(Bench *bench, void *data);
bool bench_until(Bench *bench, unsigned ms, BenchDone done, void *data);
/* Until a device with this idProduct (0: none) is there. */
bool bench_await(Bench *bench, unsigned product, unsigned ms);
/* Lets it go on for so long. */
void bench_pass(Bench *bench, unsigned ms);

/* Transfers: the number of bytes, or a negative errno (-ETIMEDOUT after BENCH_PATIENCE_MS, and then
 * the transfer has been cancelled). */
int bench_control(Bench *bench, uint8_t type, uint8_t request, uint16_t value, uint16_t index,
	void *data, size_t length);
/* The same with a patience of its own. */
int bench_control_within(Bench *bench, unsigned ms, uint8_t type, uint8_t request, uint16_t value,
	uint16_t index, void *data, size_t length);
int bench_bulk(Bench *bench, uint8_t endpoint, void *data, size_t length);
int bench_bulk_within(Bench *bench, unsigned ms, uint8_t endpoint, void *data, size_t length);
/* Whether a control request to interface 0 gets no answer in a time in which others have long been given theirs. */
bool bench_is_mute(Bench *bench, uint8_t type, uint8_t request, uint16_t value);

/* All of flash holds 0x5A; whether the sector that begins here is erased. */
void bench_fill(Bench *bench);
bool bench_blank(Bench *bench, uint32_t address);

/*
 * A host of a virtual board's DFU bootloaders, request by request: numbers are those of dfu_request.h. What
 * goes wrong in them fails the test.
 */
#pragma once

#include "lib/bench.h"

/* A class request: the number of bytes, or a negative errno. */
int dfu_out(Bench *bench, uint8_t request, uint16_t value, const void *data, size_t length);
int dfu_in(Bench *bench, uint8_t request, uint16_t value, void *data, size_t length);

typedef struct {
	unsigned status, state, poll; /* ms */
} DfuAnswer;

DfuAnswer dfu_ask(Bench *bench);
/* One GETSTATUS is answered with these. */
void dfu_expect(Bench *bench, unsigned status, unsigned state);

/* ---- ST's ROM ---- */

void rom_enter(Bench *bench);
/* Of this version, the rest as `config` says. */
void rom_open(Bench *bench, BoardConfig *config, uint8_t version, bool flashed);
/* A command of five bytes, and the GETSTATUS that starts it. */
void rom_send(Bench *bench, uint8_t what, uint32_t address);
/* Commands and blocks up to their end. */
void rom_point(Bench *bench, uint32_t address);
void rom_erase(Bench *bench, uint32_t address);
void rom_write(Bench *bench, uint16_t block, const void *data, size_t length);

/* ---- OpenMV's ---- */

/* The state; checks the rest of the answer. */
unsigned openmv_status(Bench *bench, unsigned expected);
void openmv_set_alt(Bench *bench, uint16_t alt);
void openmv_boot(Bench *bench);
void openmv_hold(Bench *bench);
/* One block, as a host writes it. */
void openmv_write(Bench *bench, uint16_t block, const uint8_t *data, size_t length);

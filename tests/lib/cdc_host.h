/*
 * A host of a virtual board's CDC bootloader, packet by packet (boards.md section 1.4). What goes wrong in it
 * fails the test.
 */
#pragma once

#include "lib/bench.h"

enum { CDC_OUT = 0x01, CDC_IN = 0x81 };
enum { CDC_START = 0xABCD0001, CDC_RESET = 0xABCD0002, CDC_ERASE = 0xABCD0004 };
enum { CDC_WRITE = 0xABCD0008, CDC_LAYOUT = 0xABCD0010, CDC_QSPI_ERASE = 0xABCD1004 };
enum { CDC_QSPI_WRITE = 0xABCD1008, CDC_QSPI_LAYOUT = 0xABCD1010, CDC_QSPI_TEST = 0xABCD1020 };

/* Whether the bootloader is in the port; the firmware has the same id, and another serial. */
bool cdc_host_is_there(Bench *bench);
/* For bench_until(). */
bool cdc_host_firmware_there(Bench *bench, void *data);
bool cdc_host_gone(Bench *bench, void *data);

/* A flashed board of that generation, in its bootloader. */
void cdc_host_open_board(Bench *bench, double time, const BoardConfig *config);

/* One packet; what the transfer gives. */
int cdc_host_send(Bench *bench, uint32_t what, const void *data, size_t length);
/* Packets without and with an argument. */
void cdc_host_command(Bench *bench, uint32_t what);
void cdc_host_command_number(Bench *bench, uint32_t what, uint32_t number);
/* Reads words, as many as one reply has. */
void cdc_host_expect_words(Bench *bench, const uint32_t *words, unsigned count);
void cdc_host_expect_word(Bench *bench, uint32_t word);
/* START, answered with version 3. */
void cdc_host_start(Bench *bench);
/* In packets of 60 bytes. */
void cdc_host_write(Bench *bench, const uint8_t *data, size_t length);

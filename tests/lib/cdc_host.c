#include "lib/cdc_host.h"

#include <string.h>

bool cdc_host_is_there(Bench *bench)
{
	VDev *dev = bench_device(bench);

	return dev && strcmp(dev->strings[3], "000000000011") == 0;
}

bool cdc_host_firmware_there(Bench *bench, void *data)
{
	return bench_product(bench) == PID_CDC && !cdc_host_is_there(bench);
}

bool cdc_host_gone(Bench *bench, void *data)
{
	return !cdc_host_is_there(bench);
}

void cdc_host_open_board(Bench *bench, double time, const BoardConfig *config)
{
	const BoardImages *images = &config->kind->images[GENERATION_CDC];

	bench_open(bench, time, config, false);
	bench_load(bench, images->bootloader);
	bench_load(bench, images->firmware);
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_CDC, BENCH_PATIENCE_MS));
	g_assert_true(cdc_host_is_there(bench));
}

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

int cdc_host_send(Bench *bench, uint32_t what, const void *data, size_t length)
{
	uint8_t packet[64];

	put32(packet, what);
	if (length)
		memcpy(packet + 4, data, length);
	return bench_bulk(bench, CDC_OUT, packet, 4 + length);
}

void cdc_host_command(Bench *bench, uint32_t what)
{
	g_assert_cmpint(cdc_host_send(bench, what, NULL, 0), ==, 4);
}

void cdc_host_command_number(Bench *bench, uint32_t what, uint32_t number)
{
	uint8_t argument[4];

	put32(argument, number);
	g_assert_cmpint(cdc_host_send(bench, what, argument, 4), ==, 8);
}

void cdc_host_expect_words(Bench *bench, const uint32_t *words, unsigned count)
{
	uint8_t data[64];

	g_assert_cmpint(bench_bulk(bench, CDC_IN, data, sizeof data), ==, (int)(4 * count));
	for (unsigned i = 0; i < count; i++)
		g_assert_cmphex(get32(data + 4 * i), ==, words[i]);
}

void cdc_host_expect_word(Bench *bench, uint32_t word)
{
	cdc_host_expect_words(bench, &word, 1);
}

void cdc_host_start(Bench *bench)
{
	cdc_host_command(bench, CDC_START);
	cdc_host_expect_word(bench, 0xABCD0003);
}

void cdc_host_write(Bench *bench, const uint8_t *data, size_t length)
{
	for (size_t at = 0; at < length; at += 60) {
		size_t piece = MIN(60, length - at);

		g_assert_cmpint(
			cdc_host_send(bench, CDC_WRITE, data + at, piece), ==, (int)piece + 4);
	}
}

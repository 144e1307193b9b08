#include "lib/dfu_host.h"

#include "dfu_request.h"

int dfu_out(Bench *bench, uint8_t request, uint16_t value, const void *data, size_t length)
{
	return bench_control(bench, 0x21, request, value, 0, (void *)data, length);
}

int dfu_in(Bench *bench, uint8_t request, uint16_t value, void *data, size_t length)
{
	return bench_control(bench, 0xA1, request, value, 0, data, length);
}

DfuAnswer dfu_ask(Bench *bench)
{
	uint8_t answer[6];

	g_assert_cmpint(dfu_in(bench, GETSTATUS, 0, answer, 6), ==, 6);
	g_assert_cmpuint(answer[5], ==, 0);
	return (DfuAnswer){
		answer[0], answer[4], (unsigned)(answer[1] | answer[2] << 8 | answer[3] << 16)};
}

void dfu_expect(Bench *bench, unsigned status, unsigned state)
{
	DfuAnswer got = dfu_ask(bench);

	g_assert_cmpuint(got.status, ==, status);
	g_assert_cmpuint(got.state, ==, state);
}

/* ---- ST's ROM ---- */

void rom_enter(Bench *bench)
{
	board_boot0(bench->board, true);
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_ROM, BENCH_PATIENCE_MS));
}

void rom_open(Bench *bench, BoardConfig *config, uint8_t version, bool flashed)
{
	config->chip.rom = version;
	bench_open(bench, 0, config, flashed);
	rom_enter(bench);
}

void rom_send(Bench *bench, uint8_t what, uint32_t address)
{
	const uint8_t data[5] = {what, (uint8_t)address, (uint8_t)(address >> 8),
		(uint8_t)(address >> 16), (uint8_t)(address >> 24)};

	g_assert_cmpint(dfu_out(bench, DNLOAD, 0, data, 5), ==, 5);
	dfu_expect(bench, STATUS_OK, DNBUSY);
}

void rom_point(Bench *bench, uint32_t address)
{
	rom_send(bench, 0x21, address);
	dfu_expect(bench, STATUS_OK, DNLOAD_IDLE);
}

void rom_erase(Bench *bench, uint32_t address)
{
	rom_send(bench, 0x41, address);
	dfu_expect(bench, STATUS_OK, DNLOAD_IDLE);
}

void rom_write(Bench *bench, uint16_t block, const void *data, size_t length)
{
	g_assert_cmpint(dfu_out(bench, DNLOAD, block, data, length), ==, (int)length);
	dfu_expect(bench, STATUS_OK, DNBUSY);
	dfu_expect(bench, STATUS_OK, DNLOAD_IDLE);
}

/* ---- OpenMV's ---- */

unsigned openmv_status(Bench *bench, unsigned expected)
{
	uint8_t answer[6];
	g_assert_cmpint(dfu_in(bench, GETSTATUS, 0, answer, 6), ==, 6);
	g_assert_cmpuint(answer[0], ==, expected);
	g_assert_cmpuint(answer[1] | answer[2] | answer[3], ==, 0); /* poll time */
	return answer[4];
}

void openmv_set_alt(Bench *bench, uint16_t alt)
{
	g_assert_cmpint(bench_control(bench, 0x01, 11, alt, 0, NULL, 0), ==, 0);
}

void openmv_boot(Bench *bench)
{
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
}

void openmv_hold(Bench *bench)
{
	uint8_t byte[4];
	g_assert_cmpint(dfu_in(bench, UPLOAD, 0, byte, 4), ==, 4);
}

void openmv_write(Bench *bench, uint16_t block, const uint8_t *data, size_t length)
{
	g_assert_cmpint(dfu_out(bench, DNLOAD, block, data, length), ==, (int)length);
	g_assert_cmpuint(openmv_status(bench, STATUS_OK), ==, DNBUSY);
	g_assert_cmpuint(openmv_status(bench, STATUS_OK), ==, DNLOAD_IDLE);
}

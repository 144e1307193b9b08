#include "lib/swd.h"

enum { AP = 1, READ = 2 };
enum { ABORT = 0x0, CTRL_STAT = 0x4, SELECT = 0x8, RDBUFF = 0xC };
enum { CSW = 0x0, TAR = 0x4, DRW = 0xC };
enum { DCRSR_WRITE = 1 << 16 };
#define DCRSR 0xE000EDF4u
#define DCRDR 0xE000EDF8u

static void on_run(void *data)
{
	((Swd *)data)->runs++;
}

static void on_stop(void *data)
{
	((Swd *)data)->stops++;
}

void swd_open(Swd *swd, double time, void (*change)(H7Config *config))
{
	static const H7Hooks hooks = {on_run, on_stop};
	H7Config config = {
		.uid = {0x00390035, 0x3138510D, 0x33383539},
		.rev_id = 0x2003,
		.dev_id = 0x450,
		.flash_kib = 2048,
		.rom = 0x91,
		.rdp = 0xAA,
		.seed = 1,
	};

	*swd = (Swd){.loop = vloop_new(time)};
	if (change)
		change(&config);
	swd->h7 = h7_new(swd->loop, &config, &hooks, swd);
}

void swd_close(Swd *swd)
{
	h7_free(swd->h7);
	vloop_free(swd->loop);
}

/* ---- transfers ---- */

DapAck swd_dp_read(Swd *swd, unsigned reg, uint32_t *value)
{
	return h7_dap(swd->h7, (uint8_t)(READ | reg), value);
}

DapAck swd_dp_write(Swd *swd, unsigned reg, uint32_t value)
{
	return h7_dap(swd->h7, (uint8_t)reg, &value);
}

static DapAck ap_access(Swd *swd, unsigned reg, uint32_t *value, unsigned read)
{
	return h7_dap(swd->h7, (uint8_t)(AP | read | (reg & 0xC)), value);
}

void swd_connect(Swd *swd)
{
	uint32_t value;

	h7_dap_line_reset(swd->h7);
	g_assert_cmpint(swd_dp_read(swd, 0, &value), ==, DAP_OK);
	g_assert_cmphex(value, ==, 0x6BA02477);
	g_assert_cmpint(swd_dp_write(swd, ABORT, 0x1E), ==, DAP_OK);
	g_assert_cmpint(swd_dp_write(swd, CTRL_STAT, 0x50000000), ==, DAP_OK);
	g_assert_cmpint(swd_dp_read(swd, CTRL_STAT, &value), ==, DAP_OK);
	g_assert_cmphex(value & 0xF0000000, ==, 0xF0000000);
	value = 2;
	g_assert_cmpint(ap_access(swd, CSW, &value, 0), ==, DAP_OK);
}

uint32_t swd_ap_read(Swd *swd, unsigned ap, unsigned reg)
{
	uint32_t value;

	g_assert_cmpint(swd_dp_write(swd, SELECT, ap << 24 | (reg & 0xF0)), ==, DAP_OK);
	g_assert_cmpint(ap_access(swd, reg, &value, READ), ==, DAP_OK);
	g_assert_cmpint(swd_dp_read(swd, RDBUFF, &value), ==, DAP_OK);
	g_assert_cmpint(swd_dp_write(swd, SELECT, 0), ==, DAP_OK);
	return value;
}

/* ---- memory ---- */

/* A fault shows at the transfer after; clears it. */
static bool went_well(Swd *swd, uint32_t *value)
{
	if (swd_dp_read(swd, RDBUFF, value) == DAP_OK)
		return true;
	g_assert_cmpint(swd_dp_write(swd, ABORT, 0x1E), ==, DAP_OK);
	return false;
}

static void set_tar(Swd *swd, uint32_t address)
{
	g_assert_cmpint(ap_access(swd, TAR, &address, 0), ==, DAP_OK);
}

bool swd_try_read(Swd *swd, uint32_t address, uint32_t *value)
{
	set_tar(swd, address);
	g_assert_cmpint(ap_access(swd, DRW, value, READ), ==, DAP_OK);
	return went_well(swd, value);
}

bool swd_try_write(Swd *swd, uint32_t address, uint32_t value)
{
	uint32_t unused;

	set_tar(swd, address);
	g_assert_cmpint(ap_access(swd, DRW, &value, 0), ==, DAP_OK);
	return went_well(swd, &unused);
}

uint32_t swd_read(Swd *swd, uint32_t address)
{
	uint32_t value;

	g_assert_true(swd_try_read(swd, address, &value));
	return value;
}

void swd_write(Swd *swd, uint32_t address, uint32_t value)
{
	g_assert_true(swd_try_write(swd, address, value));
}

void swd_write_bytes(Swd *swd, uint32_t address, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i += 4) {
		uint32_t word = 0;
		memcpy(&word, at + i, MIN(4, length - i));
		swd_write(swd, address + (uint32_t)i, word);
	}
}

/* ---- time ---- */

static void quit(void *data)
{
	vloop_quit(((Swd *)data)->loop);
}

/* A moment: real, short, and bounded by its caller. */
static void tick(Swd *swd)
{
	vloop_window(swd->loop, 200 * V_US, quit, swd);
	vloop_run(swd->loop);
}

uint32_t swd_until(Swd *swd, uint32_t address, uint32_t mask, uint32_t wanted)
{
	uint64_t end = vloop_now(swd->loop) + 20 * V_S;
	uint32_t value;

	while (((value = swd_read(swd, address)) & mask) != wanted) {
		g_assert_cmpuint(vloop_now(swd->loop), <, end);
		tick(swd);
	}
	return value;
}

void swd_until_count(Swd *swd, const unsigned *counter, unsigned wanted)
{
	uint64_t end = vloop_now(swd->loop) + 20 * V_S;

	while (*counter < wanted) {
		g_assert_cmpuint(vloop_now(swd->loop), <, end);
		tick(swd);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

void swd_work(Swd *swd, uint64_t ns)
{
	vloop_work(swd->loop, ns, quit, swd);
	vloop_run(swd->loop);
}

/* ---- the core ---- */

void swd_reset_halt(Swd *swd)
{
	swd_write(swd, DHCSR, 0xA05F0001);
	swd_write(swd, DEMCR, 0x01000401); /* VC_HARDERR, VC_CORERESET */
	swd_write(swd, AIRCR, 0x05FA0004);
	swd_until(swd, DHCSR, S_HALT, S_HALT);
}

uint32_t swd_get(Swd *swd, unsigned reg)
{
	swd_write(swd, DCRSR, reg);
	return swd_read(swd, DCRDR);
}

void swd_set(Swd *swd, unsigned reg, uint32_t value)
{
	swd_write(swd, DCRDR, value);
	swd_write(swd, DCRSR, DCRSR_WRITE | reg);
}

void swd_start(Swd *swd, const uint16_t *code, size_t halfwords)
{
	swd_write_bytes(swd, 0x20000000, code, halfwords * 2);
	swd_set(swd, 15, 0x20000000);
	swd_set(swd, 16, 0x01000000);
	swd_write(swd, DHCSR, 0xA05F0001);
}

uint32_t swd_run_code(Swd *swd, const uint16_t *code, size_t halfwords)
{
	swd_start(swd, code, halfwords);
	swd_until(swd, DHCSR, S_HALT, S_HALT);
	return swd_get(swd, 0);
}

/* ---- flash ---- */

static uint32_t bank_register(uint32_t reg, unsigned bank)
{
	return reg + bank * FLASH_BANK;
}

void swd_unlock(Swd *swd, unsigned bank)
{
	swd_write(swd, bank_register(FLASH_KEYR, bank), 0x45670123);
	swd_write(swd, bank_register(FLASH_KEYR, bank), 0xCDEF89AB);
	g_assert_cmphex(swd_read(swd, bank_register(FLASH_CR, bank)) & CR_LOCK, ==, 0);
}

void swd_start_erase(Swd *swd, unsigned sector)
{
	uint32_t cr = bank_register(FLASH_CR, sector / 8),
		 value = CR_SER | CR_X64 | (sector % 8) << 8;

	swd_write(swd, cr, value);
	swd_write(swd, cr, value | CR_START);
}

void swd_erase(Swd *swd, unsigned sector)
{
	swd_start_erase(swd, sector);
	swd_until(swd, bank_register(FLASH_SR, sector / 8), SR_QW, 0);
}

void swd_program(Swd *swd, uint32_t address, const uint32_t words[8])
{
	unsigned bank = (address - H7_FLASH_BASE) / (H7_FLASH_SIZE / 2);

	swd_write(swd, bank_register(FLASH_CR, bank), CR_PG | CR_X64);
	for (unsigned i = 0; i < 8; i++)
		swd_write(swd, address + 4 * i, words[i]);
	swd_until(swd, bank_register(FLASH_SR, bank), SR_QW, 0);
}

/* On, connected, core halted, both banks unlocked. */
void swd_open_ready(Swd *swd, double time, void (*change)(H7Config *config))
{
	swd_open(swd, time, change);
	h7_power(swd->h7, true);
	swd_connect(swd);
	swd_reset_halt(swd);
	swd_unlock(swd, 0);
	swd_unlock(swd, 1);
}

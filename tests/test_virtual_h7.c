/* The simulated STM32H743 seen through its debug port: identity, flash controller, reset, faults. */
#include "lib/swd.h"

#include <string.h>

static const uint32_t pattern[8] = {0x03020100, 0x07060504, 0x0B0A0908, 0x0F0E0D0C, 0x13121110,
	0x17161514, 0x1B1A1918, 0x1F1E1D1C};
static const uint32_t zeros[8];

/* On, connected, core halted, both banks unlocked. */
static void open_ready(Swd *swd, double time, void (*change)(H7Config *config))
{
	swd_open(swd, time, change);
	h7_power(swd->h7, true);
	swd_connect(swd);
	swd_reset_halt(swd);
	swd_unlock(swd, 0);
	swd_unlock(swd, 1);
}

static void assert_bytes(const uint8_t *bytes, size_t length, uint8_t value)
{
	for (size_t i = 0; i < length; i++)
		g_assert_cmphex(bytes[i], ==, value);
}

/* ---- identity ---- */

static void test_identity(void)
{
	Swd swd;

	open_ready(&swd, 0, NULL);
	g_assert_cmphex(swd_read(&swd, 0x5C001000), ==, 0x20036450);
	g_assert_cmphex(swd_read(&swd, 0x1FF1E800), ==, 0x00390035);
	g_assert_cmphex(swd_read(&swd, 0x1FF1E804), ==, 0x3138510D);
	g_assert_cmphex(swd_read(&swd, 0x1FF1E808), ==, 0x33383539);
	g_assert_cmpuint(swd_read(&swd, 0x1FF1E880) & 0xFFFF, ==, 2048);
	g_assert_cmphex(swd_read(&swd, 0x1FF1E7FC) >> 16 & 0xFF, ==, 0x91);
	g_assert_cmphex(swd_read(&swd, 0xE000ED00), ==, 0x411FC271);
	g_assert_cmphex(swd_read(&swd, 0x5200201C) >> 8 & 0xFF, ==, 0xAA);
	g_assert_cmphex(swd_ap_read(&swd, 0, 0xFC), ==, 0x84770001);
	g_assert_cmphex(swd_ap_read(&swd, 2, 0xFC), ==, 0x54770002);
	g_assert_cmphex(swd_ap_read(&swd, 5, 0xFC), ==, 0);
	g_assert_cmphex(swd_read(&swd, 0x58024400), ==, 0); /* a peripheral that is not modelled */
	swd_close(&swd);
}

/* ---- the debug port ---- */

static void test_port_silent(void)
{
	uint32_t value = 0x50000000;
	Swd swd;

	swd_open(&swd, 0, NULL);
	g_assert_cmpint(swd_dp_read(&swd, 0, &value), ==, DAP_NO_ACK); /* no power */
	h7_power(swd.h7, true);
	g_assert_cmpint(swd_dp_read(&swd, 0, &value), ==, DAP_NO_ACK); /* speaks JTAG */
	h7_dap_line_reset(swd.h7);
	g_assert_cmpint(swd_dp_write(&swd, 4, value), ==, DAP_NO_ACK); /* DPIDR comes first */
	swd_connect(&swd);
	h7_power(swd.h7, false);
	g_assert_cmpint(swd_dp_read(&swd, 0, &value), ==, DAP_NO_ACK);
	swd_close(&swd);
}

static void test_port_wakes_by_sequence(void)
{
	/* 56 ones, E79E, 56 ones, 8 zeros; least significant bit first. */
	static const uint8_t bits[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x9E, 0xE7, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};
	uint32_t value;
	Swd swd;

	swd_open(&swd, 0, NULL);
	h7_power(swd.h7, true);
	h7_swj(swd.h7, bits, 56); /* a line reset alone does not do */
	g_assert_cmpint(swd_dp_read(&swd, 0, &value), ==, DAP_NO_ACK);
	h7_swj(swd.h7, bits, sizeof bits * 8);
	g_assert_cmpint(swd_dp_read(&swd, 0, &value), ==, DAP_OK);
	g_assert_cmphex(value, ==, 0x6BA02477);
	swd_close(&swd);
}

static void test_port_faults_stick(void)
{
	uint32_t value;
	Swd swd;

	open_ready(&swd, 0, NULL);
	g_assert_false(swd_try_read(&swd, 0xA0000000, &value)); /* nowhere */
	g_assert_false(swd_try_write(&swd, 0x60000000, 1));
	g_assert_true(swd_try_read(&swd, 0x20000000, &value));
	value = 0xA0000000;
	h7_dap(swd.h7, 1 | 4, &value);       /* TAR */
	h7_dap(swd.h7, 1 | 2 | 0xC, &value); /* DRW */
	g_assert_cmpint(swd_dp_write(&swd, 8, 0), ==, DAP_FAULT);
	g_assert_cmpint(swd_dp_read(&swd, 4, &value), ==, DAP_OK);
	g_assert_cmphex(value & 0x20, ==, 0x20); /* STICKYERR */
	g_assert_cmpint(swd_dp_write(&swd, 0, 4), ==, DAP_OK);
	g_assert_cmpint(swd_dp_write(&swd, 8, 0), ==, DAP_OK);
	swd_close(&swd);
}

static void test_port_tar_wraps(void)
{
	uint32_t csw = 0x12, tar = 0x200003FC, one = 1, two = 2;
	Swd swd;

	open_ready(&swd, 0, NULL);
	swd_write(&swd, 0x20000000, 0);
	swd_write(&swd, 0x20000400, 0x55);
	h7_dap(swd.h7, 1, &csw);
	h7_dap(swd.h7, 1 | 4, &tar);
	h7_dap(swd.h7, 1 | 0xC, &one);
	h7_dap(swd.h7, 1 | 0xC, &two);
	csw = 2;
	h7_dap(swd.h7, 1, &csw);
	g_assert_cmphex(swd_read(&swd, 0x200003FC), ==, 1);
	g_assert_cmphex(swd_read(&swd, 0x20000000), ==, 2);
	g_assert_cmphex(swd_read(&swd, 0x20000400), ==, 0x55);
	swd_close(&swd);
}

/* ---- flash: the rules of the controller ---- */

static void test_flash_program(void)
{
	Swd swd;

	open_ready(&swd, 0, NULL);
	for (uint32_t at = 0x08000000; at < 0x08200000; at += 0xFFFE0) {
		swd_program(&swd, at, pattern);
		g_assert_cmpmem(h7_flash(swd.h7) + (at - H7_FLASH_BASE), 32, pattern, 32);
		g_assert_cmphex(swd_read(&swd, at + 4), ==, pattern[1]);
	}
	memset(h7_flash(swd.h7) + 15 * H7_SECTOR, 0, H7_SECTOR);
	swd_erase(&swd, 15);
	assert_bytes(h7_flash(swd.h7) + 15 * H7_SECTOR, H7_SECTOR, 0xFF);
	g_assert_cmphex(swd_read(&swd, FLASH_SR) & 0x07EE0000, ==, 0);
	swd_close(&swd);
}

static void test_flash_lock(void)
{
	Swd swd;

	swd_open(&swd, 0, NULL);
	h7_power(swd.h7, true);
	swd_connect(&swd);
	swd_reset_halt(&swd);
	swd_write(&swd, FLASH_CR, CR_PG);
	g_assert_cmphex(swd_read(&swd, FLASH_CR), ==, CR_LOCK);
	swd_write(&swd, FLASH_KEYR, 0x12345678); /* jams until the next reset */
	swd_write(&swd, FLASH_KEYR, 0x45670123);
	swd_write(&swd, FLASH_KEYR, 0xCDEF89AB);
	g_assert_cmphex(swd_read(&swd, FLASH_CR), ==, CR_LOCK);
	swd_reset_halt(&swd);
	swd_unlock(&swd, 0);
	g_assert_cmphex(swd_read(&swd, FLASH_CR + FLASH_BANK), ==, CR_LOCK);
	swd_close(&swd);
}

static uint32_t take_errors(Swd *swd)
{
	uint32_t sr = swd_read(swd, FLASH_SR) & 0x07EE0000;

	swd_write(swd, FLASH_CCR, sr);
	g_assert_cmphex(swd_read(swd, FLASH_SR) & 0x07EE0000, ==, 0);
	return sr;
}

static void test_flash_errors(void)
{
	Swd swd;

	open_ready(&swd, 0, NULL);
	swd_write(&swd, 0x08000000, 0); /* PG is 0 */
	g_assert_cmphex(take_errors(&swd), ==, SR_PGSERR);

	swd_write(&swd, FLASH_CR, CR_PG | CR_X64);
	swd_write(&swd, 0x08000000, 0x11111111);
	g_assert_cmphex(swd_read(&swd, FLASH_SR), ==, SR_WBNE);
	swd_write(&swd, 0x08000000, 0x22222222); /* twice the same */
	g_assert_cmphex(take_errors(&swd), ==, SR_STRBERR);
	swd_write(&swd, 0x08000020, 0x33333333); /* another word while one is begun */
	g_assert_cmphex(take_errors(&swd), ==, SR_INCERR);
	assert_bytes(h7_flash(swd.h7), 64, 0xFF);

	swd_write(&swd, 0x08000040, 0x44444444);
	swd_write(&swd, FLASH_CR, CR_PG | CR_X64 | CR_FW); /* not full, written all the same */
	g_assert_cmphex(swd_read(&swd, 0x08000040), ==, 0x44444444);
	g_assert_cmphex(swd_read(&swd, 0x08000044), ==, 0xFFFFFFFF);

	swd_write(&swd, FLASH_CR, CR_START); /* to do what? */
	g_assert_cmphex(take_errors(&swd), ==, SR_PGSERR);
	swd_close(&swd);
}

/* Only erased words can be programmed, or any word to all 0; else data and ECC do not fit. */
static void test_flash_program_twice(void)
{
	uint32_t value;
	Swd swd;

	open_ready(&swd, 0, NULL);
	swd_program(&swd, 0x08000000, pattern);
	swd_program(&swd, 0x08000000, pattern);
	g_assert_cmphex(swd_read(&swd, 0x08000000), ==, pattern[0]);
	swd_program(&swd, 0x08000000, zeros);
	g_assert_cmphex(swd_read(&swd, 0x0800001C), ==, 0);

	swd_program(&swd, 0x08000020, pattern);
	swd_program(&swd, 0x08000020, (const uint32_t[8]){0xFFFFFFFE, 0xFFFFFFFF});
	g_assert_false(swd_try_read(&swd, 0x08000020, &value));
	g_assert_cmphex(take_errors(&swd), ==, SR_DBECCERR);
	g_assert_true(swd_try_read(&swd, 0x08000040, &value));
	swd_erase(&swd, 0);
	g_assert_cmphex(swd_read(&swd, 0x08000020), ==, 0xFFFFFFFF);
	swd_close(&swd);
}

static void test_flash_protection(void)
{
	Swd swd;

	open_ready(&swd, 0, NULL);
	swd_write(&swd, 0x52002008, 0x08192A3B); /* OPTKEYR */
	swd_write(&swd, 0x52002008, 0x4C5D6E7F);
	swd_write(&swd, 0x5200203C, 0xFE); /* sector 0 protected */
	swd_write(&swd, 0x52002018, 2);    /* OPTSTART */
	swd_until(&swd, 0x5200201C, 1, 0);
	swd_erase(&swd, 0);
	g_assert_cmphex(take_errors(&swd), ==, SR_WRPERR);
	swd_program(&swd, 0x08000000, zeros);
	g_assert_cmphex(take_errors(&swd), ==, SR_WRPERR);
	assert_bytes(h7_flash(swd.h7), 32, 0xFF);
	swd_erase(&swd, 1);
	g_assert_cmphex(take_errors(&swd), ==, 0);
	swd_close(&swd);
}

static void make_level_1(H7Config *config)
{
	config->rdp = 0x55;
}

static void test_flash_level_1(void)
{
	uint32_t value;
	Swd swd;

	open_ready(&swd, 0, make_level_1);
	memset(h7_flash(swd.h7), 0x5A, 64);
	g_assert_false(swd_try_read(&swd, 0x08000000, &value));
	g_assert_cmphex(take_errors(&swd), ==, SR_RDPERR);
	swd_erase(&swd, 0);
	g_assert_cmphex(take_errors(&swd), ==, SR_WRPERR);
	g_assert_cmphex(swd_read(&swd, 0x1FF1E800), ==, 0x00390035);
	/* Back to level 0: everything is erased. */
	swd_write(&swd, 0x52002008, 0x08192A3B);
	swd_write(&swd, 0x52002008, 0x4C5D6E7F);
	swd_write(&swd, 0x52002020, (swd_read(&swd, 0x52002020) & 0xFFFF00FF) | 0xAA00);
	swd_write(&swd, 0x52002018, 2);
	swd_until(&swd, FLASH_SR, SR_QW, 0);
	g_assert_cmphex(swd_read(&swd, 0x08000000), ==, 0xFFFFFFFF);
	g_assert_cmphex(h7_config(swd.h7)->rdp, ==, 0xAA);
	swd_close(&swd);
}

static void make_stuck(H7Config *config)
{
	config->stuck_address = 0x08000123;
	config->stuck_bit = 4;
}

static void test_flash_stuck_bit(void)
{
	Swd swd;

	open_ready(&swd, 0, make_stuck);
	swd_program(&swd, 0x08000120, zeros);
	g_assert_cmphex(swd_read(&swd, 0x08000120), ==, 0x10000000);
	g_assert_cmphex(swd_read(&swd, 0x08000124), ==, 0);
	g_assert_cmphex(swd_read(&swd, FLASH_SR) & 0x07EE0000, ==, 0); /* nobody notices */
	swd_close(&swd);
}

/* ---- flash: time ---- */

/* A tenth of the real time: an erase is 110 ms here. */
static void test_flash_times(void)
{
	uint64_t start, took, again;
	Swd swd;

	open_ready(&swd, 0.1, NULL);
	start = vloop_now(swd.loop);
	swd_start_erase(&swd, 0);
	g_assert_cmphex(swd_read(&swd, FLASH_SR) & (SR_BSY | SR_QW), ==, SR_BSY | SR_QW);
	g_assert_cmphex(swd_read(&swd, FLASH_SR + FLASH_BANK) & SR_QW, ==, 0);
	swd_until(&swd, FLASH_SR, SR_QW, 0);
	took = vloop_now(swd.loop) - start;
	g_assert_cmpuint(took, >=, 990 * V_MS / 10);

	/* As a bootloader asks: the work is told, 1.1 s +- 10 % and 180 us a word. */
	again = h7_erase(swd.h7, 1);
	g_assert_cmpuint(again, >=, 990 * V_MS);
	g_assert_cmpuint(again, <=, 1210 * V_MS);
	g_assert_cmpuint(h7_erase(swd.h7, 1), ==, again);
	g_assert_cmpuint(h7_erase(swd.h7, 2), !=, again);
	g_assert_cmpuint(
		h7_program(swd.h7, 0x08020000, h7_flash(swd.h7), 4096), ==, 128 * 180 * V_US);
	g_assert_cmpuint(
		h7_program(swd.h7, 0x08020010, h7_flash(swd.h7), 32), ==, 0); /* not a word */
	g_assert_cmpuint(
		h7_program(swd.h7, 0x081FFFE0, h7_flash(swd.h7), 64), ==, 0); /* too long */
	swd_close(&swd);
}

/* A load from a bank that is busy waits; the port says WAIT. */
static void test_flash_busy_read(void)
{
	uint32_t value = 0x08000000;
	Swd swd;

	open_ready(&swd, 0.3, NULL);
	swd_start_erase(&swd, 0);
	h7_dap(swd.h7, 1 | 4, &value);
	g_assert_cmpint(h7_dap(swd.h7, 1 | 2 | 0xC, &value), ==, DAP_WAIT);
	swd_until(&swd, FLASH_SR, SR_QW, 0);
	g_assert_cmphex(swd_read(&swd, 0x08000000), ==, 0xFFFFFFFF);
	swd_close(&swd);
}

static unsigned count_bytes(const uint8_t *bytes, size_t length, uint8_t value)
{
	unsigned count = 0;

	for (size_t i = 0; i < length; i++)
		count += bytes[i] == value;
	return count;
}

static void test_cut_erase(void)
{
	const uint8_t *sector;
	unsigned erased;
	uint32_t value;
	Swd swd;

	open_ready(&swd, 0.3, NULL);
	sector = memset(h7_flash(swd.h7) + 3 * H7_SECTOR, 0, H7_SECTOR);
	swd_start_erase(&swd, 3);
	swd_work(&swd, 400 * V_MS);
	h7_power(swd.h7, false);
	erased = count_bytes(sector, H7_SECTOR, 0xFF);
	g_test_message("%u of %u bytes are erased", erased, H7_SECTOR);
	g_assert_cmpuint(erased, <, H7_SECTOR);
	g_assert_cmpuint(count_bytes(sector, H7_SECTOR, 0), <, H7_SECTOR);
	h7_power(swd.h7, true);
	swd_connect(&swd);
	swd_reset_halt(&swd);
	g_assert_false(swd_try_read(&swd, 0x08060000, &value)); /* ECC */
	swd_unlock(&swd, 0);
	swd_erase(&swd, 3);
	assert_bytes(sector, H7_SECTOR, 0xFF);
	g_assert_cmphex(swd_read(&swd, 0x08060000), ==, 0xFFFFFFFF);
	swd_close(&swd);
}

/* A sector's 4096 words of 180 us, cut after about 40 %; what follows had not begun. */
static void test_cut_program(void)
{
	g_autofree uint8_t *data = g_malloc0(H7_SECTOR);
	const uint8_t *flash;
	unsigned done = 0, torn;
	Swd swd;

	swd_open(&swd, 0.3, NULL);
	flash = h7_flash(swd.h7);
	h7_power(swd.h7, true);
	h7_program(swd.h7, 0x08000000, data, H7_SECTOR);
	h7_program(swd.h7, 0x08020000, data, H7_SECTOR);
	h7_erase(swd.h7, 0);
	swd_work(&swd, 300 * V_MS);
	h7_power(swd.h7, false);
	while (done < H7_SECTOR && flash[done] == 0)
		done++;
	g_test_message("%u bytes were programmed", done);
	g_assert_cmpuint(done, >=, 300 * 1000 / 180 * 32);
	g_assert_cmpuint(done, <, H7_SECTOR);
	torn = done / 32 * 32 + 32;
	assert_bytes(flash + torn, H7_SECTOR - torn, 0xFF);
	assert_bytes(flash + H7_SECTOR, H7_SECTOR, 0xFF);
	swd_close(&swd);
}

/* ---- reset and the hooks ---- */

static void test_reset_hooks(void)
{
	Swd swd;

	swd_open(&swd, 0, NULL);
	*h7_boot_magic(swd.h7) = 0xB00710AD;
	h7_power(swd.h7, true);
	g_assert_cmphex(*h7_boot_magic(swd.h7), !=, 0xB00710AD); /* RAM holds anything */
	g_assert_cmpuint(swd.runs, ==, 0);                       /* never from within */
	swd_until_count(&swd, &swd.runs, 1);
	*h7_boot_magic(swd.h7) = 0xB00710AD;
	h7_system_reset(swd.h7);
	g_assert_cmpuint(swd.stops, ==, 1);
	swd_until_count(&swd, &swd.runs, 2);
	g_assert_cmphex(*h7_boot_magic(swd.h7), ==, 0xB00710AD);
	h7_nrst(swd.h7, true);
	g_assert_cmpuint(swd.stops, ==, 2);
	h7_probe_nrst(swd.h7, true);
	h7_nrst(swd.h7, false);
	g_assert_false(h7_nrst_high(swd.h7)); /* the probe still pulls */
	h7_probe_nrst(swd.h7, false);
	g_assert_true(h7_nrst_high(swd.h7));
	swd_until_count(&swd, &swd.runs, 3);
	h7_power(swd.h7, false);
	g_assert_cmpuint(swd.stops, ==, 3);
	h7_nrst(swd.h7, true);
	h7_power(swd.h7, true);
	swd_work(&swd, 10 * V_MS);
	g_assert_cmpuint(swd.runs, ==, 3); /* held */
	swd_close(&swd);
}

static void test_reset_halt(void)
{
	static const uint32_t vectors[2] = {0x20020000, 0x08000101};
	Swd swd;

	swd_open(&swd, 0, NULL);
	memcpy(h7_flash(swd.h7), vectors, sizeof vectors);
	h7_power(swd.h7, true);
	swd_until_count(&swd, &swd.runs, 1);
	swd_connect(&swd);
	swd_reset_halt(&swd);
	g_assert_cmpuint(swd.stops, ==, 1);
	g_assert_cmphex(swd_read(&swd, DHCSR) & S_LOCKUP, ==, 0);
	g_assert_cmphex(swd_get(&swd, 15), ==, 0x08000100);
	g_assert_cmphex(swd_get(&swd, 13), ==, 0x20020000);
	g_assert_cmphex(swd_read(&swd, DFSR) & 8, ==, 8); /* VCATCH */
	swd_write(&swd, DHCSR, 0xA05F0001);               /* go on, in flash */
	swd_until_count(&swd, &swd.runs, 2);
	swd_write(&swd, DHCSR, 0xA05F0003);
	g_assert_cmpuint(swd.stops, ==, 2);
	swd_close(&swd);
}

/* `reset run` of a debugger that was at a breakpoint in RAM: C_HALT does not outlive the reset. */
static void test_reset_from_breakpoint(void)
{
	static const uint16_t code[] = {0xbe00};
	Swd swd;

	open_ready(&swd, 0, NULL);
	g_assert_cmpuint(swd.runs, ==, 0);
	swd_run(&swd, code, G_N_ELEMENTS(code));
	swd_write(&swd, DEMCR, 0x01000400);
	swd_write(&swd, DHCSR, 0xA05F0001);
	swd_until(&swd, DHCSR, S_HALT, S_HALT); /* the breakpoint once more */
	swd_write(&swd, AIRCR, 0x05FA0004);
	swd_until_count(&swd, &swd.runs, 1);
	g_assert_cmphex(swd_read(&swd, DHCSR) & S_HALT, ==, 0);
	swd_close(&swd);
}

/* A blank chip fetches FFFFFFFF as its vectors and locks up; reset and halt still work. */
static void test_reset_blank(void)
{
	Swd swd;

	swd_open(&swd, 0, NULL);
	h7_power(swd.h7, true);
	swd_until_count(&swd, &swd.runs, 1);
	swd_connect(&swd);
	g_assert_cmphex(swd_read(&swd, DHCSR) & (S_LOCKUP | S_HALT), ==, S_LOCKUP);
	swd_reset_halt(&swd);
	g_assert_cmphex(swd_read(&swd, DHCSR) & S_LOCKUP, ==, 0);
	swd_close(&swd);
}

/* The bus is dead in reset, the core's debug registers and AP2 are not. */
static void test_reset_bus(void)
{
	uint32_t value;
	Swd swd;

	swd_open(&swd, 0, NULL);
	h7_nrst(swd.h7, true);
	h7_power(swd.h7, true);
	swd_connect(&swd);
	g_assert_false(swd_try_read(&swd, 0x20000000, &value));
	g_assert_false(swd_try_read(&swd, 0x5C001000, &value));
	g_assert_cmphex(swd_read(&swd, DHCSR) & S_RESET_ST, ==, S_RESET_ST);
	g_assert_cmphex(swd_ap_read(&swd, 2, 0xFC), ==, 0x54770002);
	swd_close(&swd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/h7/identity", test_identity);
	g_test_add_func("/h7/port/silent", test_port_silent);
	g_test_add_func("/h7/port/wakes by a sequence", test_port_wakes_by_sequence);
	g_test_add_func("/h7/port/faults stick", test_port_faults_stick);
	g_test_add_func("/h7/port/address wraps at 1 KiB", test_port_tar_wraps);
	g_test_add_func("/h7/flash/program and erase", test_flash_program);
	g_test_add_func("/h7/flash/lock", test_flash_lock);
	g_test_add_func("/h7/flash/errors", test_flash_errors);
	g_test_add_func("/h7/flash/program twice", test_flash_program_twice);
	g_test_add_func("/h7/flash/write protection", test_flash_protection);
	g_test_add_func("/h7/flash/read protection", test_flash_level_1);
	g_test_add_func("/h7/flash/stuck bit", test_flash_stuck_bit);
	g_test_add_func("/h7/flash/times", test_flash_times);
	g_test_add_func("/h7/flash/busy read", test_flash_busy_read);
	g_test_add_func("/h7/flash/power cut in an erase", test_cut_erase);
	g_test_add_func("/h7/flash/power cut while programming", test_cut_program);
	g_test_add_func("/h7/reset/hooks", test_reset_hooks);
	g_test_add_func("/h7/reset/halt", test_reset_halt);
	g_test_add_func("/h7/reset/from a breakpoint", test_reset_from_breakpoint);
	g_test_add_func("/h7/reset/blank", test_reset_blank);
	g_test_add_func("/h7/reset/bus", test_reset_bus);
	return g_test_run();
}

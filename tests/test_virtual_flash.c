/* The simulated flash and its controller: rules, times, and what a power cut leaves. */
#include "lib/swd.h"

#include <string.h>

static const uint32_t pattern[8] = {0x03020100, 0x07060504, 0x0B0A0908, 0x0F0E0D0C, 0x13121110,
	0x17161514, 0x1B1A1918, 0x1F1E1D1C};
static const uint32_t zeros[8];

static void assert_bytes(const uint8_t *bytes, size_t length, uint8_t value)
{
	for (size_t i = 0; i < length; i++)
		g_assert_cmphex(bytes[i], ==, value);
}

/* ---- rules ---- */

static void test_flash_program(void)
{
	Swd swd;

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, make_level_1);
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

	swd_open_ready(&swd, 0, make_stuck);
	swd_program(&swd, 0x08000120, zeros);
	g_assert_cmphex(swd_read(&swd, 0x08000120), ==, 0x10000000);
	g_assert_cmphex(swd_read(&swd, 0x08000124), ==, 0);
	g_assert_cmphex(swd_read(&swd, FLASH_SR) & 0x07EE0000, ==, 0); /* nobody notices */
	swd_close(&swd);
}

/* ---- time ---- */

/* A tenth of the real time: an erase is 110 ms here. */
static void test_flash_times(void)
{
	uint64_t start, took, again;
	Swd swd;

	swd_open_ready(&swd, 0.1, NULL);
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

	swd_open_ready(&swd, 0.3, NULL);
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

	swd_open_ready(&swd, 0.3, NULL);
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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
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
	return g_test_run();
}

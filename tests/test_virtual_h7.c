/* The simulated STM32H743 seen by a debugger: identity, the debug port, reset. */
#include "lib/swd.h"

#include <string.h>

/* ---- identity ---- */

static void test_identity(void)
{
	Swd swd;

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, NULL);
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

	swd_open_ready(&swd, 0, NULL);
	g_assert_cmpuint(swd.runs, ==, 0);
	swd_run_code(&swd, code, G_N_ELEMENTS(code));
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

/* What of a power-on is left after it, until a debugger clears it; RAM outlives a reset, and nothing else. */
static void test_reset_reason(void)
{
	const uint32_t rsr = 0x580244D0, ram = 0x20010000;
	Swd swd;

	swd_open_ready(&swd, 0, NULL);
	g_assert_cmphex(swd_read(&swd, rsr) & 0x00A00000, ==, 0x00A00000); /* PORRSTF, BORRSTF */
	swd_write(&swd, rsr, 1 << 16);                                     /* RMVF */
	g_assert_cmphex(swd_read(&swd, rsr), ==, 0);
	swd_write(&swd, ram, 0x12345678);
	swd_reset_halt(&swd);
	g_assert_cmphex(swd_read(&swd, ram), ==, 0x12345678);
	g_assert_cmphex(swd_read(&swd, rsr) & 0x01A00000, ==, 0x01000000); /* SFTRSTF */
	h7_power(swd.h7, false);
	h7_power(swd.h7, true);
	swd_connect(&swd);
	swd_reset_halt(&swd);
	g_assert_cmphex(swd_read(&swd, ram), !=, 0x12345678);
	g_assert_cmphex(swd_read(&swd, rsr) & 0x00A00000, ==, 0x00A00000);
	swd_close(&swd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/h7/identity", test_identity);
	g_test_add_func("/h7/reset/reason", test_reset_reason);
	g_test_add_func("/h7/port/silent", test_port_silent);
	g_test_add_func("/h7/port/wakes by a sequence", test_port_wakes_by_sequence);
	g_test_add_func("/h7/port/faults stick", test_port_faults_stick);
	g_test_add_func("/h7/port/address wraps at 1 KiB", test_port_tar_wraps);
	g_test_add_func("/h7/reset/hooks", test_reset_hooks);
	g_test_add_func("/h7/reset/halt", test_reset_halt);
	g_test_add_func("/h7/reset/from a breakpoint", test_reset_from_breakpoint);
	g_test_add_func("/h7/reset/blank", test_reset_blank);
	g_test_add_func("/h7/reset/bus", test_reset_bus);
	return g_test_run();
}

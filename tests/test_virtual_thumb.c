/*
 * Code in the simulated chip's RAM. The programs were assembled from the source beside them, for
 * thumbv7m. Every single instruction was compared with an emulator when this was written; here are
 * the ways in which they come together.
 */
#include "lib/swd.h"

#include <string.h>
#include <time.h>

static void open_halted(Swd *swd, double time)
{
	swd_open(swd, time, NULL);
	h7_power(swd->h7, true);
	swd_connect(swd);
	swd_reset_halt(swd);
	swd_set(swd, 13, 0x20010000);
}

/*
 *	mvn r2, #0; movw r3, #0x8320; movt r3, #0xedb8
 * next: cbz r1, done; ldrb r4, [r0], #1; eors r2, r4; movs r5, #8
 * bit:  lsrs r2, r2, #1; it cs; eorcs r2, r3; subs r5, #1; bne bit; subs r1, #1; b next
 * done: mvns r0, r2; bkpt 0
 */
static const uint16_t crc32[] = {0xf06f, 0x0200, 0xf248, 0x3320, 0xf6ce, 0x53b8, 0xb151, 0xf810,
	0x4b01, 0x4062, 0x2508, 0x0852, 0xbf28, 0x405a, 0x3d01, 0xd1fa, 0x3901, 0xe7f3, 0x43d0,
	0xbe00};

static void test_crc(void)
{
	Swd swd;

	open_halted(&swd, 0);
	memcpy(h7_flash(swd.h7) + 0x100, "123456789", 9);
	swd_set(&swd, 0, 0x08000100);
	swd_set(&swd, 1, 9);
	g_assert_cmphex(swd_run_code(&swd, crc32, G_N_ELEMENTS(crc32)), ==, 0xCBF43926);
	g_assert_cmphex(swd_get(&swd, 15), ==, 0x20000000 + 2 * (G_N_ELEMENTS(crc32) - 1));
	g_assert_cmphex(swd_read(&swd, DFSR) & 2, ==, 2); /* BKPT */
	swd_close(&swd);
}

/* A sector: seven million instructions, in slices. */
static void test_long(void)
{
	Swd swd;

	open_halted(&swd, 0);
	swd_set(&swd, 0, 0x08000000);
	swd_set(&swd, 1, 0x20000);
	g_assert_cmphex(swd_run_code(&swd, crc32, G_N_ELEMENTS(crc32)), ==, 0x154803CC);
	swd_close(&swd);
}

/*
 * A loader: r0 {words there, words done}, r1 data, r2 where to, r3 flash words, r4 registers.
 *	movs r5, #0
 * next: ldr r6, [r0]; cmp r6, r5; beq next
 *	movw r7, #0x32; str r7, [r4, #0x0c]; mov.w r8, #8
 * copy: ldr r7, [r1], #4; str r7, [r2], #4; subs.w r8, r8, #1; bne copy
 * busy: ldr r7, [r4, #0x10]; tst.w r7, #4; bne busy
 *	movw r8, #0; movt r8, #0x07ee; tst r7, r8; bne out
 *	adds r5, #1; str r5, [r0, #4]; cmp r5, r3; bne next
 * out:	mov r0, r7; bkpt 0
 */
static const uint16_t loader[] = {0x2500, 0x6806, 0x42ae, 0xd0fc, 0xf240, 0x0732, 0x60e7, 0xf04f,
	0x0808, 0xf851, 0x7b04, 0xf842, 0x7b04, 0xf1b8, 0x0801, 0xd1f8, 0x6927, 0xf017, 0x0f04,
	0xd1fb, 0xf240, 0x0800, 0xf2c0, 0x78ee, 0xea17, 0x0f08, 0xd103, 0x3501, 0x6045, 0x429d,
	0xd1e1, 0x4638, 0xbe00};

#define FIFO 0x20001000u
#define DATA 0x20002000u

static void start_loader(Swd *swd, uint32_t words)
{
	swd_unlock(swd, 0);
	swd_write(swd, FIFO, 0);
	swd_write(swd, FIFO + 4, 0);
	swd_set(swd, 0, FIFO);
	swd_set(swd, 1, DATA);
	swd_set(swd, 2, H7_FLASH_BASE);
	swd_set(swd, 3, words);
	swd_set(swd, 4, 0x52002000);
	swd_start(swd, loader, G_N_ELEMENTS(loader));
}

/* It sleeps while it polls, and each write of ours wakes it, whatever it was waiting for. */
static void test_loader(void)
{
	enum { WORDS = 64 };
	g_autofree uint8_t *data = g_malloc(WORDS * 32);
	Swd swd;

	for (unsigned i = 0; i < WORDS * 32; i++)
		data[i] = (uint8_t)(i * 7 + i / 32);
	for (double time = 0; time < 2; time++) { /* at once, and at real times */
		open_halted(&swd, time);
		start_loader(&swd, WORDS);
		for (uint32_t i = 0; i < WORDS; i++) {
			swd_write_bytes(&swd, DATA + 32 * i, data + 32 * i, 32);
			swd_write(&swd, FIFO, i + 1);
			if (i % 3 == 0)
				swd_until(&swd, FIFO + 4, UINT32_MAX, i + 1);
		}
		swd_until(&swd, DHCSR, S_HALT, S_HALT);
		g_assert_cmphex(swd_get(&swd, 0) & 0x07EE0000, ==, 0);
		g_assert_cmpmem(h7_flash(swd.h7), WORDS * 32, data, WORDS * 32);
		swd_close(&swd);
	}
}

/* Nobody looks for a while: the flash's time passes for it all the same, and not twice. */
static void test_loader_time(void)
{
	enum { WORDS = 1000 };
	uint64_t start, took;
	Swd swd;

	open_halted(&swd, 0.5);
	start_loader(&swd, WORDS);
	start = vloop_now(swd.loop);
	swd_write(&swd, FIFO, WORDS); /* all there */
	swd_until(&swd, DHCSR, S_HALT, S_HALT);
	took = vloop_now(swd.loop) - start;
	g_test_message("1000 words of 90 us in %.1f ms", (double)took / 1e6);
	g_assert_cmpuint(took, >=, 90 * V_MS);
	g_assert_cmpuint(swd_read(&swd, FIFO + 4), ==, WORDS);
	swd_close(&swd);
}

/* The power goes while the loader is at work: what it had finished stays. */
static void test_loader_cut(void)
{
	const uint8_t *flash;
	uint32_t done;
	Swd swd;

	open_halted(&swd, 1);
	flash = h7_flash(swd.h7);
	start_loader(&swd, 3000);
	for (unsigned i = 0; i < 3000 * 8; i += 8)
		swd_write(&swd, DATA + i * 4, 0);
	swd_write(&swd, FIFO, 3000);
	while ((done = swd_read(&swd, FIFO + 4)) < 100)
		swd_work(&swd, V_MS);
	h7_power(swd.h7, false);
	for (uint32_t i = 0; i < done; i++)
		g_assert_cmphex(flash[i * 32], ==, 0);
	g_assert_cmphex(flash[(done + 1000) * 32], ==, 0xFF);
	swd_close(&swd);
}

/*
 *	push {r4, r5, lr}; mov r10, r0; ldr r1, =0x80000001; movs r2, #3
 *	udiv, sdiv, stmia, mls, umull, smull, strd; adds, adc, sbcs, str; rev, rbit, clz;
 *	ubfx, sbfx, bfi; sxtb, ror, asrs; ssat, usat, orn; itete; bl; tbb; ldrsb, ldrh, ldrsh
 *	pop {r4, r5, pc}
 */
static const uint16_t mixed[] = {0xb530, 0x4682, 0x4928, 0x2203, 0xfbb1, 0xf3f2, 0xfb91, 0xf4f2,
	0xc018, 0xfb03, 0x1512, 0xfba1, 0x6701, 0xc0e0, 0xfb81, 0x6702, 0xe8e0, 0x6702, 0x184b,
	0xf142, 0x0400, 0xeb72, 0x0502, 0xf840, 0x4b04, 0xba0b, 0xfa92, 0xf4a2, 0xfab2, 0xf582,
	0xc038, 0xf3c1, 0x7303, 0xf341, 0x7403, 0xf361, 0x250b, 0xc038, 0xb26b, 0xea4f, 0x1431,
	0x17cd, 0xc038, 0xf301, 0x0307, 0xf385, 0x0408, 0xea62, 0x0501, 0xc038, 0x2a03, 0xbf0b,
	0x2301, 0x2302, 0x330a, 0x2363, 0xf840, 0x3b04, 0xf000, 0xf814, 0xf840, 0x3b04, 0x2202,
	0xe8df, 0xf002, 0x0302, 0x0004, 0x2310, 0x2311, 0x2312, 0xf840, 0x3b04, 0xf99a, 0x3003,
	0xf8ba, 0x4002, 0xf9ba, 0x5006, 0xc038, 0xbd30, 0xf64a, 0x33cd, 0x4770, 0x0000, 0x0001,
	0x8000};

static void test_mixed(void)
{
	static const uint32_t expected[] = {0x2AAAAAAB, 0xD5555556, 0, 1, 0x40000001, 0x80000003,
		0xFFFFFFFE, 4, 0x01000080, 0xC0000000, 30, 8, 0xFFFFFFF8, 0x11E, 0x1E, 0x18000000,
		0xFFFFFFFF, 0xFFFFFF80, 0, 0x7FFFFFFF, 11, 0xABCD, 0x12, 0x2A, 0x2AAA, 0xFFFFD555};
	static const uint16_t stop[] = {0xbe00};
	Swd swd;

	open_halted(&swd, 0);
	swd_write_bytes(&swd, 0x20000800, stop, sizeof stop);
	swd_set(&swd, 0, FIFO);
	swd_set(&swd, 14, 0x20000801); /* returns to a breakpoint */
	swd_run_code(&swd, mixed, G_N_ELEMENTS(mixed));
	g_assert_cmphex(swd_get(&swd, 15), ==, 0x20000800);
	g_assert_cmphex(swd_get(&swd, 13), ==, 0x20010000);
	for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++)
		g_assert_cmphex(swd_read(&swd, FIFO + 4 * i), ==, expected[i]);
	swd_close(&swd);
}

/* ---- faults ---- */

static void check_fault(const uint16_t *code, size_t halfwords, uint32_t status)
{
	Swd swd;

	open_halted(&swd, 0);
	memset(h7_flash(swd.h7), 0, 64);
	h7_flash(swd.h7)[0x0D] = 1; /* the handler of HardFault: 0x08000101 */
	h7_flash(swd.h7)[0x0C] = 1;
	h7_flash(swd.h7)[0x0F] = 8;
	swd_run_code(&swd, code, halfwords);
	g_assert_cmphex(swd_read(&swd, CFSR), ==, status);
	g_assert_cmphex(swd_read(&swd, DFSR) & 8, ==, 8);
	g_assert_cmphex(swd_get(&swd, 15), ==, 0x08000100);
	g_assert_cmphex(swd_get(&swd, 16) & 0x1FF, ==, 3);
	g_assert_cmphex(swd_read(&swd, swd_get(&swd, 13) + 24), ==, 0x20000000); /* where it was */
	/* Uncaught it is lock-up. */
	swd_write(&swd, DEMCR, 0x01000000);
	swd_start(&swd, code, halfwords);
	swd_until(&swd, DHCSR, S_LOCKUP | S_HALT, S_LOCKUP);
	swd_write(&swd, DHCSR, 0xA05F0003);
	g_assert_cmphex(swd_read(&swd, DHCSR) & (S_LOCKUP | S_HALT), ==, S_HALT);
	swd_close(&swd);
}

static void test_faults(void)
{
	static const uint16_t undefined[] = {0xde00};        /* udf #0 */
	static const uint16_t floating[] = {0xee30, 0x0a00}; /* vadd.f32 s0, s0, s0 */

	check_fault(undefined, G_N_ELEMENTS(undefined), 1 << 16);
	check_fault(floating, G_N_ELEMENTS(floating), 1 << 16);
}

static void test_bus_fault(void)
{
	static const uint16_t code[] = {0xf8d3, 0x0000}; /* ldr.w r0, [r3] */
	Swd swd;

	open_halted(&swd, 0);
	swd_set(&swd, 0, 0x1234);
	swd_set(&swd, 3, 0xA0000000);
	swd_run_code(&swd, code, G_N_ELEMENTS(code));
	g_assert_cmphex(swd_read(&swd, CFSR), ==, 1 << 9);
	g_assert_cmphex(swd_get(&swd, 0), ==, 0x1234);
	swd_close(&swd);
}

/* ---- loops, steps, halts ---- */

/* Loops within loops that do nothing cost nothing; a halt finds them. */
static void test_idle(void)
{
	/* top: movs r1, #5; in: subs r1, #1; bne in; b top */
	static const uint16_t code[] = {0x2105, 0x3901, 0xd1fd, 0xe7fb};
	uint64_t cpu;
	Swd swd;

	open_halted(&swd, 1);
	swd_start(&swd, code, G_N_ELEMENTS(code));
	cpu = (uint64_t)clock();
	swd_work(&swd, 200 * V_MS);
	cpu = ((uint64_t)clock() - cpu) * V_S / CLOCKS_PER_SEC;
	g_test_message("200 ms of polling cost %.1f ms", (double)cpu / 1e6);
	g_assert_cmpuint(cpu, <, 50 * V_MS);
	g_assert_cmphex(swd_read(&swd, DHCSR) & S_HALT, ==, 0);
	swd_write(&swd, DHCSR, 0xA05F0003);
	g_assert_cmphex(swd_read(&swd, DHCSR) & S_HALT, ==, S_HALT);
	g_assert_cmphex(swd_get(&swd, 15) & ~7u, ==, 0x20000000);
	swd_close(&swd);
}

/* Wherever in the round its turn of 8192 instructions is over: what a debugger writes before the next one is seen. */
static void test_idle_turns(void)
{
	/* in: subs r1, #1; nop; nop; bne in; poll: ldr r2, [r3]; cmp r2, #0; beq poll; bkpt */
	static const uint16_t code[] = {
		0x3901, 0xbf00, 0xbf00, 0xd1fb, 0x681a, 0x2a00, 0xd0fc, 0xbe00};

	for (uint32_t rounds = 2032; rounds < 2052; rounds++) {
		Swd swd;

		open_halted(&swd, 0);
		swd_set(&swd, 1, rounds);
		swd_set(&swd, 3, FIFO);
		swd_write(&swd, FIFO, 0);
		swd_start(&swd, code, G_N_ELEMENTS(code));
		swd_read(&swd, DHCSR); /* a turn */
		swd_write(&swd, FIFO, 1);
		swd_until(&swd, DHCSR, S_HALT, S_HALT);
		swd_close(&swd);
	}
}

static void test_step(void)
{
	static const uint16_t code[] = {0x2001, 0xf04f, 0x0102, 0xe7fe}; /* movs; mov.w; b . */
	Swd swd;

	open_halted(&swd, 0);
	swd_write_bytes(&swd, 0x24000000, code, sizeof code);
	swd_set(&swd, 15, 0x24000000);
	swd_set(&swd, 16, 0x01000000);
	swd_write(&swd, DHCSR, 0xA05F000D); /* C_STEP */
	g_assert_cmphex(swd_get(&swd, 15), ==, 0x24000002);
	g_assert_cmphex(swd_get(&swd, 0), ==, 1);
	swd_write(&swd, DHCSR, 0xA05F000D);
	g_assert_cmphex(swd_get(&swd, 15), ==, 0x24000006);
	g_assert_cmphex(swd_get(&swd, 1), ==, 2);
	swd_close(&swd);
}

/* Two stacks, one register: CONTROL chooses which of them is R13. */
static void test_registers(void)
{
	Swd swd;

	open_halted(&swd, 0);
	swd_set(&swd, 17, 0x20010000);
	swd_set(&swd, 18, 0x20018000);
	g_assert_cmphex(swd_get(&swd, 13), ==, 0x20010000);
	swd_set(&swd, 20, 0x02000001);
	g_assert_cmphex(swd_get(&swd, 13), ==, 0x20018000);
	g_assert_cmphex(swd_get(&swd, 17), ==, 0x20010000);
	g_assert_cmphex(swd_get(&swd, 20), ==, 0x02000001);
	swd_set(&swd, 16, 0xF1000000);
	g_assert_cmphex(swd_get(&swd, 16), ==, 0xF1000000);
	swd_set(&swd, 0x45, 0x3F800000); /* S5 */
	g_assert_cmphex(swd_get(&swd, 0x45), ==, 0x3F800000);
	swd_close(&swd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/thumb/crc", test_crc);
	g_test_add_func("/thumb/long", test_long);
	g_test_add_func("/thumb/loader", test_loader);
	g_test_add_func("/thumb/loader in time", test_loader_time);
	g_test_add_func("/thumb/loader cut", test_loader_cut);
	g_test_add_func("/thumb/mixed", test_mixed);
	g_test_add_func("/thumb/faults", test_faults);
	g_test_add_func("/thumb/bus fault", test_bus_fault);
	g_test_add_func("/thumb/idle", test_idle);
	g_test_add_func("/thumb/idle in turns", test_idle_turns);
	g_test_add_func("/thumb/step", test_step);
	g_test_add_func("/thumb/registers", test_registers);
	return g_test_run();
}

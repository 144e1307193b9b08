/*
 * OpenOCD's checksum loop, done at once and instruction by instruction: registers, flags and the count of instructions are
 * the same, wherever it is interrupted. The program is taken from the OpenOCD that is installed here.
 */
#include "h7_thumb.h"
#include "lib/swd.h"

#include <glib/gstdio.h>

enum { PROGRAM = 64, ROUND = 14, BASE = 0x20000000, DATA = 0x08000100 };

/* From its first instruction on; NULL: it is not there. A round begins ROUND bytes behind. */
static char *find_program(void)
{
	static const uint8_t first[] = {0x02, 0x46, 0x00, 0x20}; /* mov r2, r0; movs r0, #0 */
	g_autofree char *path = g_find_program_in_path("openocd"), *bytes = NULL;
	gsize length = 0;

	if (!path || !g_file_get_contents(path, &bytes, &length, NULL))
		return NULL;
	for (gsize at = 0; at + PROGRAM <= length; at++) {
		uint16_t load;

		memcpy(&load, bytes + at + ROUND, sizeof load);
		if (!memcmp(bytes + at, first, sizeof first) && load == 0x5D11)
			return g_memdup2(bytes + at, PROGRAM);
	}
	return NULL;
}

typedef struct {
	Swd swd;
	unsigned executed;
} Run;

static void begin(Run *run, const char *program, uint32_t length)
{
	Regs *regs;

	swd_open(&run->swd, 0, NULL);
	h7_power(run->swd.h7, true);
	swd_connect(&run->swd);
	swd_reset_halt(&run->swd);
	swd_write_bytes(&run->swd, BASE, program, PROGRAM);
	for (uint32_t i = 0; i < length; i++)
		h7_flash(run->swd.h7)[0x100 + i] = (uint8_t)(i * 37 + 11 + i / 256);
	regs = &run->swd.h7->core.cpu.regs;
	regs->r[0] = DATA;
	regs->r[1] = length;
	regs->r[15] = BASE;
	run->executed = 0;
}

static Trap go(Run *run, unsigned budget)
{
	unsigned executed = 0;
	Trap trap = thumb_run(run->swd.h7, budget, &executed);

	g_assert_cmpuint(executed, <=, budget);
	run->executed += executed;
	return trap;
}

/* Both have done as many instructions, and are in the same state. */
static void assert_same(const Run *a, const Run *b)
{
	g_assert_cmpuint(a->executed, ==, b->executed);
	g_assert_cmpmem(
		&a->swd.h7->core.cpu.regs, sizeof(Regs), &b->swd.h7->core.cpu.regs, sizeof(Regs));
}

static void test_rounds(void)
{
	static const uint32_t lengths[] = {1, 2, 3, 100, 5000};
	static const unsigned budgets[] = {1000000, 4096, 72, 71, 70, 333};
	g_autofree char *program = find_program();

	if (!program) {
		g_test_skip("openocd is not here, or has another program");
		return;
	}
	for (guint n = 0; n < G_N_ELEMENTS(lengths) * G_N_ELEMENTS(budgets); n++) {
		uint32_t length = lengths[n / G_N_ELEMENTS(budgets)];
		Run fast, slow;
		Trap trap = TRAP_NONE;

		begin(&fast, program, length);
		begin(&slow, program, length);
		while (trap == TRAP_NONE) {
			trap = go(&fast, budgets[n % G_N_ELEMENTS(budgets)]);
			while (slow.executed < fast.executed)
				g_assert_cmpint(go(&slow, 1), ==,
					slow.executed == fast.executed ? trap : TRAP_NONE);
			assert_same(&fast, &slow);
		}
		g_assert_cmpint(trap, ==, TRAP_BREAK);
		swd_close(&fast.swd);
		swd_close(&slow.swd);
	}
}

/* It is known, and a sector of it costs no more than the loads. */
static void test_known(void)
{
	g_autofree char *program = find_program();
	unsigned done;
	Run run;

	if (!program) {
		g_test_skip("openocd is not here, or has another program");
		return;
	}
	begin(&run, program, 5000);
	while (run.swd.h7->core.cpu.regs.r[4] == 0)
		g_assert_cmpint(go(&run, 1), ==, TRAP_NONE);
	while (run.swd.h7->core.cpu.regs.r[15] != BASE + ROUND)
		g_assert_cmpint(go(&run, 1), ==, TRAP_NONE);
	done = thumb_checksum(run.swd.h7, 1000000);
	g_assert_cmpuint(run.swd.h7->core.cpu.regs.r[4], ==, 4999);
	g_assert_cmpuint(done, >, 4998 * 55);
	/* Another program, by one bit, is not. */
	run.swd.h7->core.cpu.regs.r[4] = 1;
	swd_write(&run.swd, BASE + 2 * ROUND, swd_read(&run.swd, BASE + 2 * ROUND) ^ 1);
	g_assert_cmpuint(thumb_checksum(run.swd.h7, 1000000), ==, 0);
	swd_close(&run.swd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/checksum/rounds", test_rounds);
	g_test_add_func("/virtual/checksum/known", test_known);
	return g_test_run();
}

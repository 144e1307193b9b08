/* What is known of each ROM bootloader, and that nothing is claimed of an unknown one. */
#include "core/rom.h"

static void test_known(void)
{
	static const struct {
		guint id;
		const char *version;
		guint faults;
	} rows[] = {
		{0xD2, "V13.2", 0},
		{0xD3, "V13.3", ROM_MASS_ERASE},
		{0x90, "V9.0", ROM_BANK2_ERASE | ROM_LEAVE | ROM_EXTRA_RESET},
		{0x91, "V9.1", ROM_BANK2_ERASE},
		{0x92, "V9.2", 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Rom *rom = rom_find(rows[i].id);

		g_assert_nonnull(rom);
		g_assert_cmpstr(rom->version, ==, rows[i].version);
		g_assert_cmphex(rom->faults, ==, rows[i].faults);
		g_assert_true(!rom->advice == !rom->faults);
	}
}

static void test_unknown(void)
{
	guint known = 0;

	for (guint id = 0; id <= 0x100; id++)
		known += rom_find(id) != NULL;
	g_assert_cmpuint(known, ==, 5);
	g_assert_null(rom_find(0x93)); /* not in AN2606 Rev 70 */
}

/* The serial tells the revision: all ROMs that came with it, and nothing for others. */
static void test_candidates(void)
{
	guint ids[ROM_CANDIDATES_MAX];

	g_assert_cmpuint(rom_candidates("200364500000", ids), ==, 3);
	g_assert_cmphex(ids[0], ==, 0x90);
	g_assert_cmphex(ids[2], ==, 0x92);
	g_assert_cmpuint(rom_candidates("100364500000", ids), ==, 2);
	g_assert_cmphex(ids[1], ==, 0xD3);
	g_assert_cmpuint(rom_candidates("200000500000", ids), ==, 0); /* boards.md section 4.3 */
	g_assert_cmpuint(rom_candidates("", ids), ==, 0);
	g_assert_cmpuint(rom_candidates(NULL, ids), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/rom/known", test_known);
	g_test_add_func("/core/rom/unknown", test_unknown);
	g_test_add_func("/core/rom/candidates", test_candidates);
	return g_test_run();
}

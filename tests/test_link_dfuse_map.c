/* The memory map in an alternate setting's name: as bootloaders write it, and as they should not. */
#include "core/failure.h"
#include "lib/dfu_proof.h"

#include <string.h>

#define H743 "@Internal Flash   /0x08000000/16*128Kg"

static void test_h743(void)
{
	g_autoptr(GError) error = NULL;
	DfuseSector sector;
	DfuseMap map;

	g_assert_true(dfuse_map_parse(H743, &map, &error));
	g_assert_cmpstr(map.name, ==, "Internal Flash");
	g_assert_true(dfuse_map_sector(&map, 0x0811FFFF, &sector));
	g_assert_cmpuint(sector.number, ==, 8);
	g_assert_cmphex(sector.address, ==, 0x08100000);
	g_assert_cmpuint(sector.size, ==, 128 * 1024);
	g_assert_cmpuint(sector.access, ==, DFUSE_READ | DFUSE_ERASE | DFUSE_WRITE);
	g_assert_false(dfuse_map_sector(&map, 0x07FFFFFF, &sector));
	g_assert_false(dfuse_map_sector(&map, 0x08200000, &sector));
	g_assert_true(dfuse_map_allows(&map, 0x08000000, 2 << 20, DFUSE_WRITE, &error));
	g_assert_false(dfuse_map_allows(&map, 0x08000000, (2 << 20) + 1, DFUSE_WRITE, &error));
	g_assert_error(error, FAILURE, FAILURE_DFU_REFUSED);
	g_assert_nonnull(strstr(error->message, "0x08200000"));
}

static void test_accepted(void)
{
	static const struct {
		const char *text;
		guint regions;
		guint32 address, size; /* of the last */
		guint count, access;
	} rows[] = {
		{H743, 1, 0x08000000, 0x20000, 16, 7},
		{"@Option Bytes   /0x5200201C/01*128 e", 1, 0x5200201C, 128, 1, 5},
		{"@F/0x08000000/04*016Kg,01*064Kg,07*128Kg", 3, 0x08020000, 0x20000, 7, 7},
		{"@F/0x08000000/1*1Ka/0x90000000/2*1Mg", 2, 0x90000000, 1 << 20, 2, 7},
		{"@OTP /0x1FFF7800/01*512 e,01*016 e ", 2, 0x1FFF7A00, 16, 1, 5},
		{"@/0XFFFFFFFF/1*1Ba", 1, 0xFFFFFFFF, 1, 1, 1},
		{"@F/0x0/1*16b", 1, 0, 16, 1, 2},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		const DfuseRegion *last;
		DfuseMap map;

		g_assert_true(dfuse_map_parse(rows[i].text, &map, &error));
		g_assert_cmpuint(map.regions, ==, rows[i].regions);
		last = &map.region[map.regions - 1];
		g_assert_cmphex(last->address, ==, rows[i].address);
		g_assert_cmphex(last->size, ==, rows[i].size);
		g_assert_cmpuint(last->count, ==, rows[i].count);
		g_assert_cmpuint(last->access, ==, rows[i].access);
	}
}

static void test_refused(void)
{
	static const char *const texts[] = {"", "@", "Internal Flash/0x08000000/16*128Kg", "@F",
		"@F/", "@F/08000000/16*128Kg", "@F/0x/16*128Kg", "@F/0x08000000", "@F/0x08000000/",
		"@F/0x080000000/1*1Kg", "@F/0x08000000/16", "@F/0x08000000/16*", "@F/0x0/16*128K",
		"@F/0x0/16*128Kh", "@F/0x0/16*128KG", "@F/0x0/0*128Kg", "@F/0x0/16*0Kg",
		"@F/0x0/65536*1Kg", "@F/0x0/1*999999999Bg", "@F/0x0/2*99999999Mg",
		"@F/0xFFFFFFFF/2*1Ba", "@F/0x0/1*1Kg,", "@F/0x0/1*1Kg/", "@F/0x0/1*1Kgg",
		"@F/0x0/2*1Kg/0x400/1*1Kg", "@F/0x0/-1*1Kg", "@F /0x0/1*1Kg?"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		DfuseMap map;

		if (dfuse_map_parse(texts[i], &map, &error))
			g_test_fail_printf("'%s' was accepted", texts[i]);
		else
			g_assert_error(error, FAILURE, FAILURE_DFU_PROTOCOL);
	}
}

static void test_mutations(void)
{
	static const char seed[] = "@Flash /0x08000000/04*016Kg,07*128Kg/0x90000000/2*1Ma";
	static const char alphabet[] = "@/0x19*,KMBag F\xFF";
	guint accepted = 0;

	for (guint round = 0; round < 5000; round++) {
		char text[sizeof seed];
		g_autofree char *exact = NULL;

		memcpy(text, seed, sizeof seed);
		for (gint n = g_test_rand_int_range(1, 4); n > 0; n--)
			text[g_test_rand_int_range(0, sizeof seed - 1)] =
				g_test_rand_bit()
					? alphabet[g_test_rand_int_range(0, sizeof alphabet)]
					: (char)g_test_rand_int_range(1, 256);
		exact = g_strdup(text); /* so that a sanitizer sees one byte too many */
		accepted += (guint)dfuse_map_proof(exact);
	}
	g_assert_cmpuint(accepted, >, 0);
	g_assert_cmpuint(accepted, <, 5000);
}

/* What libFuzzer has found worth keeping. */
static void test_corpus(void)
{
	static const char folder[] = "tests/data/dfuse/map";
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	guint count = 0;

	g_assert_nonnull(dir);
	for (; (name = g_dir_read_name(dir)); count++) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *text = NULL;

		g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
		(void)dfuse_map_proof(text);
	}
	g_assert_cmpuint(count, >=, 5);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/dfuse-map/h743", test_h743);
	g_test_add_func("/link/dfuse-map/accepted", test_accepted);
	g_test_add_func("/link/dfuse-map/refused", test_refused);
	g_test_add_func("/link/dfuse-map/mutations", test_mutations);
	g_test_add_func("/link/dfuse-map/corpus", test_corpus);
	return g_test_run();
}

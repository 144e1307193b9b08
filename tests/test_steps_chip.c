/* The serials under which one chip shows itself over USB: boards.md section 1.2. */
#include "steps/chip_uid.h"

static const char uid[] = "30333635313151020021003F";

static gboolean fits(guint16 vendor, guint16 product, const char *serial)
{
	return chip_uid_fits(uid, (UsbId){vendor, product}, serial);
}

static void test_openmv(void)
{
	g_assert_true(fits(0x37C5, 0x9204, uid));
	g_assert_true(fits(0x37C5, 0x9204, "30333635313151020021003f"));
	g_assert_true(fits(0x37C5, 0x1204, "305436743131"));
	g_assert_false(fits(0x37C5, 0x9204, "30333635313151020021003E"));
	g_assert_false(fits(0x37C5, 0x1204, "305436743132"));
	g_assert_false(fits(0x37C5, 0x1204, ""));
	/* The older firmware. */
	g_assert_true(fits(0x1209, 0xABD1, "305436743131"));
	g_assert_false(fits(0x1209, 0xABD1, "305436743132"));
}

/* Sums of two bytes are not cut to one: 0xFF + 0xFF is printed with three digits. */
static void test_sums(void)
{
	g_assert_true(chip_uid_fits(
		"11FF22FF3344000000FF00FF", (UsbId){0x37C5, 0x1204}, "111FE221FE3344"));
}

/* Nothing can be said of these. */
static void test_others(void)
{
	g_assert_true(fits(0x0483, 0xDF11, "200364500000"));
	g_assert_true(fits(0x1209, 0xABD1, "000000000010"));
	g_assert_true(fits(0x1209, 0xABD1, "000000000011"));
	g_assert_true(fits(0x1209, 0x0001, "305436743132"));
	g_assert_true(fits(0x37C5, 0x9204, NULL));
	g_assert_true(chip_uid_fits("no uid", (UsbId){0x37C5, 0x9204}, "305436743131"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/steps/chip/openmv", test_openmv);
	g_test_add_func("/steps/chip/sums", test_sums);
	g_test_add_func("/steps/chip/others", test_others);
	return g_test_run();
}

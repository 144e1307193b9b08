/*
 * What is read from configuration descriptors: those of the real devices, cut at every length, and
 * mutated.
 */
#include "core/failure.h"
#include "link/cdc.h"
#include "link/dfu.h"
#include "link/scsi.h"

#include <string.h>

/* OPENMV4's bootloader, v4.7 and newer: boards.md section 1.5. */
static const guint8 bootloader[] = {9, 2, 9 + 4 * 9 + 9, 0, 1, 1, 0, 0x80, 250, 9, 4, 0, 0, 0, 0xFE,
	1, 2, 4, 9, 4, 0, 1, 0, 0xFE, 1, 2, 5, 9, 4, 0, 2, 0, 0xFE, 1, 2, 6, 9, 4, 0, 3, 0, 0xFE, 1,
	2, 7, 9, 0x21, 7, 0xE8, 0x03, 0x00, 0x10, 0x10, 0x01};

/* The running camera: drive and serial port, boards.md section 1.1. */
static const guint8 camera[] = {9, 2, 98, 0, 3, 1, 0, 0x80, 250, 9, 4, 0, 0, 2, 8, 6, 0x50, 0, 7, 5,
	0x81, 2, 64, 0, 0, 7, 5, 0x01, 2, 64, 0, 0, 8, 11, 1, 2, 2, 2, 1, 0, 9, 4, 1, 0, 1, 2, 2, 1,
	0, 5, 36, 0, 16, 1, 5, 36, 1, 1, 1, 4, 36, 2, 2, 5, 36, 6, 1, 2, 7, 5, 0x82, 3, 8, 0, 32, 9,
	4, 2, 0, 2, 10, 0, 0, 0, 7, 5, 0x03, 2, 64, 0, 0, 7, 5, 0x83, 2, 64, 0, 0};

static void test_bootloader(void)
{
	g_autoptr(GError) error = NULL;
	DfuDescriptor dfu;

	g_assert_true(dfu_parse(bootloader, sizeof bootloader, &dfu, &error));
	g_assert_cmpuint(dfu.interface, ==, 0);
	g_assert_cmpuint(dfu.alt_count, ==, 4);
	g_assert_cmpuint(dfu.alt_string[2], ==, 6);
	g_assert_cmpuint(dfu.transfer_size, ==, 4096);
	g_assert_cmpuint(dfu.detach_ms, ==, 1000);
	g_assert_cmphex(dfu.attributes, ==, 7);
	g_assert_cmphex(dfu.version, ==, 0x0110);
	g_assert_false(dfu_parse(camera, sizeof camera, &dfu, &error));
	g_assert_error(error, FAILURE, FAILURE_DFU_PROTOCOL);
}

static void test_camera(void)
{
	g_autoptr(GError) error = NULL;
	Scsi scsi = {0};

	g_assert_true(scsi_parse(camera, sizeof camera, &scsi, &error));
	g_assert_cmpuint(scsi.interface, ==, 0);
	g_assert_cmphex(scsi.in, ==, 0x81);
	g_assert_cmphex(scsi.out, ==, 0x01);
	g_assert_false(scsi_parse(bootloader, sizeof bootloader, &scsi, &error));
	g_assert_error(error, FAILURE, FAILURE_DRIVE_MISSING);
}

static void test_serial_port(void)
{
	/* Without its union (5 36 6 1 2) the data interface is the next one. */
	static const gsize union_at = 9 + 23 + 8 + 9 + 5 + 5 + 4;
	g_autofree guint8 *bytes = g_memdup2(camera, sizeof camera);
	g_autoptr(GError) error = NULL;
	Cdc cdc = {0};

	for (guint round = 0; round < 2; round++) {
		g_assert_true(cdc_parse(bytes, sizeof camera, &cdc, &error));
		g_assert_cmpuint(cdc.control, ==, 1);
		g_assert_cmpuint(cdc.data, ==, 2);
		g_assert_cmphex(cdc.in, ==, 0x83);
		g_assert_cmphex(cdc.out, ==, 0x03);
		g_assert_cmpuint(cdc.packet, ==, 64);
		g_assert_cmpuint(bytes[union_at + 2], ==, round ? 7 : 6);
		bytes[union_at + 2] = 7;
	}
	/* A union that names another interface. */
	bytes[union_at + 2] = 6;
	bytes[union_at + 4] = 0;
	g_assert_false(cdc_parse(bytes, sizeof camera, &cdc, &error));
	g_assert_error(error, FAILURE, FAILURE_SERIAL_PORT_MISSING);
	g_clear_error(&error);
	/* Packets of 1024 bytes. */
	memcpy(bytes, camera, sizeof camera);
	bytes[sizeof camera - 2] = 4;
	g_assert_false(cdc_parse(bytes, sizeof camera, &cdc, &error));
	g_assert_error(error, FAILURE, FAILURE_SERIAL_PORT_MISSING);
	g_clear_error(&error);
	g_assert_false(cdc_parse(bootloader, sizeof bootloader, &cdc, &error));
	g_assert_error(error, FAILURE, FAILURE_SERIAL_PORT_MISSING);
}

/* A block of exactly `length` bytes, so that the sanitizer sees a byte too far. */
static gboolean parse_dfu(const guint8 *bytes, gsize length, GError **error)
{
	g_autofree guint8 *exact = g_memdup2(bytes, length);
	DfuDescriptor dfu;

	if (!dfu_parse(exact, length, &dfu, error))
		return FALSE;
	g_assert_cmpuint(dfu.transfer_size, >=, 8);
	g_assert_cmpuint(dfu.alt_count, >=, 1);
	g_assert_cmpuint(dfu.alt_count, <=, G_N_ELEMENTS(dfu.alt_string));
	return TRUE;
}

static gboolean parse_scsi(const guint8 *bytes, gsize length, GError **error)
{
	g_autofree guint8 *exact = g_memdup2(bytes, length);
	Scsi scsi = {0};

	if (!scsi_parse(exact, length, &scsi, error))
		return FALSE;
	g_assert_cmphex(scsi.in & 0x80, ==, 0x80);
	g_assert_cmphex(scsi.out & 0x80, ==, 0);
	return TRUE;
}

static gboolean parse_cdc(const guint8 *bytes, gsize length, GError **error)
{
	g_autofree guint8 *exact = g_memdup2(bytes, length);
	Cdc cdc = {0};

	if (!cdc_parse(exact, length, &cdc, error))
		return FALSE;
	g_assert_cmphex(cdc.in & 0x80, ==, 0x80);
	g_assert_cmphex(cdc.out & 0x80, ==, 0);
	g_assert_cmpuint(cdc.packet, >, 0);
	g_assert_cmpuint(cdc.packet, <=, CDC_PACKET_MAX);
	return TRUE;
}

typedef struct {
	const char *name;
	const guint8 *bytes;
	gsize length;
	gboolean (*parse)(const guint8 *bytes, gsize length, GError **error);
} Parser;

static const Parser parsers[] = {
	{"dfu", bootloader, sizeof bootloader, parse_dfu},
	{"scsi", camera, sizeof camera, parse_scsi},
	{"cdc", camera, sizeof camera, parse_cdc},
};

static void test_cut(gconstpointer data)
{
	const Parser *parser = data;

	for (gsize length = 0; length < parser->length; length++)
		g_assert_false(parser->parse(parser->bytes, length, NULL));
}

/* The whole length made true again in half of them, so that it is not all that is ever refused. */
static void test_mutations(gconstpointer data)
{
	const Parser *parser = data;
	guint accepted = 0;

	for (guint round = 0; round < 5000; round++) {
		guint8 bytes[128];
		gsize length = (gsize)g_test_rand_int_range(0, (gint)parser->length + 1);
		g_autoptr(GError) error = NULL;

		memcpy(bytes, parser->bytes, length);
		if (g_test_rand_bit())
			bytes[2] = (guint8)length;
		for (gint n = g_test_rand_int_range(0, 5); n > 0 && length; n--)
			bytes[g_test_rand_int_range(0, (gint)length)] = (guint8)g_test_rand_int();
		if (parser->parse(bytes, length, &error))
			accepted++;
		else
			g_assert_cmpuint(error->domain, ==, FAILURE);
	}
	g_test_message("%u of 5000 mutations were accepted", accepted);
	g_assert_cmpuint(accepted, >, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/descriptor/bootloader", test_bootloader);
	g_test_add_func("/link/descriptor/camera", test_camera);
	g_test_add_func("/link/descriptor/serial-port", test_serial_port);
	for (guint i = 0; i < G_N_ELEMENTS(parsers); i++) {
		g_autofree char *cut = g_strdup_printf("/link/descriptor/cut/%s", parsers[i].name);
		g_autofree char *mutations =
			g_strdup_printf("/link/descriptor/mutations/%s", parsers[i].name);

		g_test_add_data_func(cut, &parsers[i], test_cut);
		g_test_add_data_func(mutations, &parsers[i], test_mutations);
	}
	return g_test_run();
}

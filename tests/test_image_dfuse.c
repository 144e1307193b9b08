/* DfuSe and DFU files: read, written, refused; the CRC against one that is counted bit by bit. */
#include "image/image_dfuse_write.h"
#include "image/image_file.h"
#include "lib/image_made.h"

#include <string.h>

static ImageFile *parse(const GByteArray *file, guint64 address, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(file->data, file->len);

	return image_file_parse(bytes, "a.dfu", address, error);
}

static void is_element(
	const ImageFile *file, guint index, guint target, guint64 address, gsize length)
{
	const ImageSegment *segment = file->segments->pdata[index];
	g_autoptr(GBytes) wanted = made_bytes(length);

	g_assert_cmpuint(segment->target, ==, target);
	g_assert_cmphex(segment->address, ==, address);
	g_assert_true(g_bytes_equal(segment->bytes, wanted));
}

static void test_read(void)
{
	g_autoptr(GByteArray) made = made_dfuse();
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = parse(made, IMAGE_FILE_NO_ADDRESS, &error);
	const ImageTarget *target;

	g_assert_no_error(error);
	g_assert_cmpint(file->kind, ==, IMAGE_KIND_DFUSE);
	g_assert_cmpuint(file->targets->len, ==, 2);
	target = file->targets->pdata[0];
	g_assert_cmpuint(target->alt, ==, 0);
	g_assert_cmpstr(target->name, ==, "ST...");
	target = file->targets->pdata[1];
	g_assert_cmpuint(target->alt, ==, 1);
	g_assert_null(target->name);
	g_assert_cmpuint(file->segments->len, ==, 3);
	is_element(file, 0, 0, 0x08000000, 100);
	is_element(file, 1, 0, 0x08040000, 50);
	is_element(file, 2, 1, 0x08000000, 8);
	g_assert_cmphex(file->suffix.vendor, ==, 0x0483);
	g_assert_cmphex(file->suffix.product, ==, 0xDF11);
	g_assert_cmphex(file->suffix.device, ==, 0x0200);
	g_assert_cmphex(file->suffix.dfu, ==, 0x011A);
}

static void refused(GByteArray *file, int code, const char *says)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(parse(file, IMAGE_FILE_NO_ADDRESS, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, code);
	if (!strstr(error->message, says))
		g_error("'%s' does not say '%s'", error->message, says);
}

/* With one number in it changed, and the CRC right again. */
static void with(gsize at, guint32 value, guint bytes, int code, const char *says)
{
	g_autoptr(GByteArray) file = made_dfuse();

	for (guint i = 0; i < bytes; i++)
		file->data[at + i] = (guint8)(value >> 8 * i);
	made_crc(file);
	refused(file, code, says);
}

static void test_refused(void)
{
	const gsize target = 11, element = 11 + 274, second = element + 58 + 108;
	const gsize suffix = second + 274 + 16;

	with(5, 2, 1, IMAGE_FILE_FORMAT, "offset 0x5: DfuSe version 2");
	with(6, 742, 4, IMAGE_FILE_TRUNCATED, "offset 0x6: the file says");
	with(6, 0, 4, IMAGE_FILE_FORMAT, "offset 0x6: the file says it has 0 bytes");
	with(10, 0, 1, IMAGE_FILE_FORMAT, "offset 0xA: it has no target");
	with(10, 1, 1, IMAGE_FILE_FORMAT, "offset 0x1C3: 290 bytes between");
	with(10, 3, 1, IMAGE_FILE_TRUNCATED, "a target's head needs 274 bytes, 0 are left");
	with(target, 'X', 1, IMAGE_FILE_FORMAT, "offset 0xB: a target has to begin");
	with(target + 266, 165, 4, IMAGE_FILE_FORMAT,
		"the target says 165 bytes, its elements have 166");
	with(target + 266, 0xFFFFFFFF, 4, IMAGE_FILE_TRUNCATED, "a target of 4294967295 bytes");
	with(target + 270, 0xFFFFFFFF, 4, IMAGE_FILE_TRUNCATED, "an element needs");
	with(element + 4, 0xFFFFFFFF, 4, IMAGE_FILE_TRUNCATED, "an element needs 4294967295 bytes");
	with(element + 4, 0, 4, IMAGE_FILE_FORMAT, "without any bytes");
	with(element, 0xFFFFFFF0, 4, IMAGE_FILE_WRAP, "50 bytes at 0xFFFFFFF0");
	with(element, 0x08000020, 4, IMAGE_FILE_OVERLAP, "0x08000020 is given twice");
	with(second + 6, 0, 1, IMAGE_FILE_OVERLAP, "0x08000000 is given twice");
	with(suffix + 6, 0x0100, 2, IMAGE_FILE_FORMAT, "this one 0x0100");
	with(suffix + 11, 17, 1, IMAGE_FILE_FORMAT, "this one says 17");
	with(suffix + 8, 'X', 1, IMAGE_FILE_TRUNCATED, "without a DFU suffix");
}

/* One flipped bit anywhere, or one byte less: never taken. */
static void test_damaged(void)
{
	g_autoptr(GByteArray) file = made_dfuse();

	for (gsize at = 0; at < file->len; at++) {
		guint8 bit = (guint8)(1 << at % 8);

		file->data[at] ^= bit;
		g_assert_null(parse(file, IMAGE_FILE_NO_ADDRESS, NULL));
		file->data[at] ^= bit;
	}
	while (file->len > 1) {
		g_byte_array_set_size(file, file->len - 1);
		g_assert_null(parse(file, IMAGE_FILE_NO_ADDRESS, NULL));
	}
}

static GBytes *write_two(guint64 first, guint64 second, GError **error)
{
	const ImageSuffix suffix = {.device = 0x0102, .product = 0x9204, .vendor = 0x37C5};
	g_autoptr(GPtrArray) segments =
		g_ptr_array_new_with_free_func((GDestroyNotify)image_segment_free);
	g_autoptr(GBytes) a = made_bytes(1000), b = made_bytes(33);

	g_ptr_array_add(segments, image_segment_new(0, first, a, 0));
	g_ptr_array_add(segments, image_segment_new(0, second, b, 0));
	return image_dfuse_write(3, segments, &suffix, error);
}

static void test_written(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = write_two(0x08000000, 0x08040000, &error);
	g_autoptr(ImageFile) file = NULL;
	gsize length;
	const guint8 *data;

	g_assert_no_error(error);
	data = g_bytes_get_data(bytes, &length);
	g_assert_cmpuint(length, ==, 11 + 274 + 8 + 1000 + 8 + 33 + 16);
	/* With the CRC behind it, the CRC of the whole is what CRC-32 leaves of every file. */
	g_assert_cmphex(made_crc_of(data, length), ==, 0);
	file = image_file_parse(bytes, "a.dfu", IMAGE_FILE_NO_ADDRESS, &error);
	g_assert_no_error(error);
	is_element(file, 0, 0, 0x08000000, 1000);
	is_element(file, 1, 0, 0x08040000, 33);
	g_assert_cmpuint(((const ImageTarget *)file->targets->pdata[0])->alt, ==, 3);
	g_assert_cmphex(file->suffix.device, ==, 0x0102);
	g_assert_cmphex(file->suffix.product, ==, 0x9204);
	g_assert_cmphex(file->suffix.vendor, ==, 0x37C5);
	g_assert_null(write_two(0x08000000, 0x080003E7, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_OVERLAP);
}

/* A raw image with a suffix, as dfu-util's own files are. */
static void test_plain(void)
{
	static const guint8 suffix[16] = {
		0xFF, 0xFF, 0x11, 0xDF, 0x83, 0x04, 0x00, 0x01, 'U', 'F', 'D', 16};
	g_autoptr(GByteArray) made = g_byte_array_new();
	g_autoptr(GBytes) body = made_bytes(500);
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = NULL;

	g_byte_array_append(made, g_bytes_get_data(body, NULL), 500);
	g_byte_array_append(made, suffix, sizeof(suffix));
	made_crc(made);
	file = parse(made, 0x08040000, &error);
	g_assert_no_error(error);
	g_assert_cmpint(file->kind, ==, IMAGE_KIND_DFU);
	is_element(file, 0, 0, 0x08040000, 500);
	g_assert_cmphex(file->suffix.vendor, ==, 0x0483);
	g_assert_null(parse(made, IMAGE_FILE_NO_ADDRESS, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_ADDRESS);
	g_clear_error(&error);
	made->data[7] ^= 1;
	g_assert_null(parse(made, 0x08040000, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_CHECKSUM);
	g_assert_nonnull(strstr(error->message, "offset 0x200: the DFU suffix says CRC"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/image/dfuse/read", test_read);
	g_test_add_func("/image/dfuse/refused", test_refused);
	g_test_add_func("/image/dfuse/damaged", test_damaged);
	g_test_add_func("/image/dfuse/written", test_written);
	g_test_add_func("/image/dfu", test_plain);
	return g_test_run();
}

/* Raw images, HEX and ELF: what is read, and every way to be refused, with its offset. */
#include "image/image_file.h"
#include "image/image_map.h"
#include "lib/image_made.h"

#include <string.h>

static ImageFile *parse(
	gconstpointer bytes, gsize length, const char *name, guint64 address, GError **error)
{
	g_autoptr(GBytes) whole = g_bytes_new(bytes, length);

	return image_file_parse(whole, name, address, error);
}

static void refused(gconstpointer bytes, gsize length, const char *name, int code, const char *says)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = parse(bytes, length, name, IMAGE_FILE_NO_ADDRESS, &error);

	g_assert_null(file);
	g_assert_error(error, IMAGE_FILE_ERROR, code);
	if (!strstr(error->message, says))
		g_error("'%s' does not say '%s'", error->message, says);
}

static void is_segment(
	const ImageFile *file, guint index, guint64 address, gsize length, guint8 first)
{
	const ImageSegment *segment = file->segments->pdata[index];
	const guint8 *bytes = g_bytes_get_data(segment->bytes, NULL);

	g_assert_cmphex(segment->address, ==, address);
	g_assert_cmpuint(image_segment_length(segment), ==, length);
	for (gsize i = 0; i < length; i++)
		g_assert_cmpuint(bytes[i], ==, (first + i) % 251);
}

static void test_bin(void)
{
	static const char *const names[] = {"a.hex", "a.HEX", "a.ihx", "a.elf", "a.axf", "a.dfu"};
	g_autoptr(GBytes) bytes = made_bytes(1000);
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = parse(data, length, "a.bin", 0x08040000, &error);
	g_autoptr(ImageFile) last = parse(data, length, "a", 0x100000000 - 1000, NULL);

	g_assert_no_error(error);
	g_assert_cmpint(file->kind, ==, IMAGE_KIND_BIN);
	g_assert_cmpuint(file->segments->len, ==, 1);
	is_segment(file, 0, 0x08040000, 1000, 0);
	g_assert_nonnull(last);
	g_assert_null(parse(data, length, "a", 0x100000000 - 999, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_WRAP);
	refused(data, length, "a.bin", IMAGE_FILE_ADDRESS, "give its address");
	refused(data, 0, "a.bin", IMAGE_FILE_TRUNCATED, "offset 0x0: the file is empty");
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		refused(data, length, names[i], IMAGE_FILE_FORMAT, "though its name says so");
}

static void test_hex(void)
{
	g_autoptr(GString) text = made_hex();
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file =
		parse(text->str, text->len, "a.hex", IMAGE_FILE_NO_ADDRESS, &error);
	g_autoptr(GArray) gaps = NULL;

	g_assert_no_error(error);
	g_assert_cmpint(file->kind, ==, IMAGE_KIND_HEX);
	g_assert_cmpuint(file->segments->len, ==, 2);
	is_segment(file, 0, 0x0803FFE0, 64, 0);
	is_segment(file, 1, 0x081E0000, 16, 0);
	gaps = image_file_gaps(file);
	g_assert_cmpuint(gaps->len, ==, 1);
	g_assert_cmphex(g_array_index(gaps, ImageGap, 0).address, ==, 0x08040020);
	g_assert_cmphex(g_array_index(gaps, ImageGap, 0).length, ==, 0x19FFE0);
	g_assert_null(parse(text->str, text->len, "a.hex", 0x08000000, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_ADDRESS);
}

static void test_hex_refused(void)
{
	static const struct {
		const char *text;
		int code;
		const char *says;
	} rows[] = {
		{":0100000055AA\n", IMAGE_FILE_TRUNCATED,
			"offset 0xE: the file ends without an end"},
		{":0100000055AB\n", IMAGE_FILE_CHECKSUM, "is 0xAB, should be 0xAA"},
		{":01000000550\n", IMAGE_FILE_FORMAT, "offset 0xC: no hexadecimal digit"},
		{":010000005", IMAGE_FILE_FORMAT, "though"}, /* too short to be known as HEX */
		{":02000000555", IMAGE_FILE_TRUNCATED, "offset 0xB: the file ends within a record"},
		{":0100000055AA:00000001FF", IMAGE_FILE_FORMAT, "offset 0xD: the line goes on"},
		{":0100000055AA\nx", IMAGE_FILE_FORMAT, "offset 0xE: a record has to begin"},
		{":0100000655A4\n", IMAGE_FILE_FORMAT, "type 0x06"},
		{":0100000455A6\n", IMAGE_FILE_FORMAT, "type 0x04 has 2 bytes, this one 1"},
		{":00000001FF\n:0100000055AA\n", IMAGE_FILE_ORDER, "offset 0xC: a record behind"},
		{":00000001FF\n", IMAGE_FILE_FORMAT, "nothing in it"},
		{":0100000055AA\n:0100000055AA\n:00000001FF\n", IMAGE_FILE_OVERLAP,
			"offset 0xE: 0x00000000 is given twice, here and at offset 0x0"},
		{":020000040000FA\n:02FFFF00555567\n", IMAGE_FILE_CHECKSUM, "offset 0x10"},
		{":020000021000EC\n:02FFFF00555556\n:00000001FF\n", IMAGE_FILE_WRAP,
			"pass the end of their 64 KiB"},
		{":02000004FFFFFC\n:02FFFF00555556\n:00000001FF\n", IMAGE_FILE_WRAP, "32-bit"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		refused(rows[i].text, strlen(rows[i].text), "a.hex", rows[i].code, rows[i].says);
}

/* 64 KiB with a hole behind each byte: more pieces than anybody's image has. */
static void test_hex_bounded(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const guint8 byte = 0x55;

	for (guint i = 0; i < 2 * (IMAGE_FILE_SEGMENTS_MAX + 1); i += 2)
		made_record(text, i, 0, &byte, 1);
	made_record(text, 0, 1, NULL, 0);
	refused(text->str, text->len, "a.hex", IMAGE_FILE_TOO_MUCH, "more than 4096");
}

static void test_elf(void)
{
	g_autoptr(GByteArray) elf = made_elf();
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file =
		parse(elf->data, elf->len, "firmware", IMAGE_FILE_NO_ADDRESS, &error);

	g_assert_no_error(error);
	g_assert_cmpint(file->kind, ==, IMAGE_KIND_ELF);
	g_assert_cmpuint(file->segments->len, ==, 2);
	is_segment(file, 0, 0x08040000, 64, 0);
	is_segment(file, 1, 0x08040100, 32, 64);
	/* libelf itself lists what is not there. */
	for (gsize length = 4; length < elf->len; length++)
		refused(elf->data, length, "a.elf", IMAGE_FILE_TRUNCATED, "it is cut");
}

static void elf_with(gsize at, guint32 value, guint bytes, int code, const char *says)
{
	g_autoptr(GByteArray) elf = made_elf();

	for (guint i = 0; i < bytes; i++)
		elf->data[at + i] = (guint8)(value >> 8 * i);
	refused(elf->data, elf->len, "a.elf", code, says);
}

static void test_elf_refused(void)
{
	const gsize first = ELF_PHOFF, second = ELF_PHOFF + ELF_PHDR;

	elf_with(4, 2, 1, IMAGE_FILE_FORMAT, "offset 0x4: ELF class 2");
	elf_with(5, 2, 1, IMAGE_FILE_FORMAT, "offset 0x5: ELF byte order 2");
	elf_with(16, 1, 2, IMAGE_FILE_FORMAT, "offset 0x10: it is of type 1");
	elf_with(18, 62, 2, IMAGE_FILE_FORMAT, "offset 0x12: it is for machine 62");
	elf_with(44, 0xFFFF, 2, IMAGE_FILE_TOO_MUCH, "offset 0x2C: 65535 program headers");
	elf_with(42, 31, 2, IMAGE_FILE_FORMAT, "offset 0x2A: program headers of 31 bytes");
	elf_with(28, 0xFFFFFFF0, 4, IMAGE_FILE_TRUNCATED, "offset 0x1C");
	elf_with(first + 4, 0xFFFFFFF0, 4, IMAGE_FILE_TRUNCATED, "offset 0x34: a segment of 32");
	elf_with(first + 16, 0xFFFFFFF0, 4, IMAGE_FILE_TRUNCATED, "offset 0x34: a segment of");
	elf_with(
		first + 20, 31, 4, IMAGE_FILE_FORMAT, "more bytes in the file (32) than in memory");
	elf_with(first + 4, 0, 4, IMAGE_FILE_FORMAT, "holds the ELF header itself");
	elf_with(first + 12, 0xFFFFFFF0, 4, IMAGE_FILE_WRAP, "32 bytes at 0xFFFFFFF0");
	elf_with(second + 12, 0x080400F0, 4, IMAGE_FILE_OVERLAP, "0x08040100 is given twice");
	elf_with(44, 0, 2, IMAGE_FILE_FORMAT, "nothing in it");
}

/* Two segments of the same 60 MiB, at two addresses. */
static void test_elf_bounded(void)
{
	const guint32 size = 60u << 20;
	g_autoptr(GByteArray) elf = made_elf();

	g_byte_array_set_size(elf, ELF_FIRST + size);
	memset(elf->data + ELF_FIRST, 0, size);
	for (guint i = 0; i < 2; i++) {
		guint8 *phdr = elf->data + ELF_PHOFF + i * ELF_PHDR;
		const guint32 numbers[] = {1, ELF_FIRST, 0, i << 28, size, size};

		memcpy(phdr, numbers, sizeof(numbers));
	}
	refused(elf->data, elf->len, "a.elf", IMAGE_FILE_TOO_MUCH, "with this piece it is more");
}

static void test_map(void)
{
	const BoardProfile *map = board_profile_find("openmv-h7");
	g_autoptr(GBytes) bytes = made_bytes(0x40010);
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) inside = parse(data, length, "openmv.bin", 0x08000000, NULL);
	g_autoptr(ImageFile) outside = parse(data, length, "a", 0x081FFFF0, NULL);
	g_autoptr(ImageFile) before = parse(data, length, "a", 0x07FFFFFF, NULL);

	/* boards.md section 1.3: openmv.bin at 0x08000000 goes through the drive. */
	g_assert_true(image_map_check(inside, map->regions, map->count, &error));
	g_assert_cmpuint(image_map_bytes(inside, &map->regions[0]), ==, 0x20000);
	g_assert_cmpuint(image_map_bytes(inside, &map->regions[1]), ==, 0x20000);
	g_assert_cmpuint(image_map_bytes(inside, &map->regions[2]), ==, 0x10);
	g_assert_cmpuint(image_map_bytes(inside, &map->regions[3]), ==, 0);
	g_assert_false(image_map_check(outside, map->regions, map->count, &error));
	g_assert_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_OUTSIDE);
	g_assert_nonnull(strstr(error->message, "from 0x08200000 on"));
	g_assert_false(image_map_check(before, map->regions, map->count, NULL));
	g_assert_null(board_profile_find("openmv-m4"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/image/bin", test_bin);
	g_test_add_func("/image/hex", test_hex);
	g_test_add_func("/image/hex/refused", test_hex_refused);
	g_test_add_func("/image/hex/bounded", test_hex_bounded);
	g_test_add_func("/image/elf", test_elf);
	g_test_add_func("/image/elf/refused", test_elf_refused);
	g_test_add_func("/image/elf/bounded", test_elf_bounded);
	g_test_add_func("/image/map", test_map);
	return g_test_run();
}

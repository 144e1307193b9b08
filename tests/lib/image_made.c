#include "lib/image_made.h"

#include <string.h>

static void put(GByteArray *out, guint32 value, guint bytes)
{
	for (guint i = 0; i < bytes; i++) {
		guint8 byte = (guint8)(value >> 8 * i);

		g_byte_array_append(out, &byte, 1);
	}
}

static void put_bytes(GByteArray *out, gsize length)
{
	for (gsize i = 0; i < length; i++)
		put(out, (guint32)(i % 251), 1);
}

GBytes *made_bytes(gsize length)
{
	GByteArray *out = g_byte_array_new();

	put_bytes(out, length);
	return g_byte_array_free_to_bytes(out);
}

static void put_phdr(
	GByteArray *out, guint type, guint offset, guint paddr, guint filesz, guint memsz)
{
	put(out, type, 4);
	put(out, offset, 4);
	put(out, paddr ^ 0x28000000, 4); /* p_vaddr: in RAM */
	put(out, paddr, 4);
	put(out, filesz, 4);
	put(out, memsz, 4);
	put(out, 5, 4);
	put(out, 4, 4);
}

GByteArray *made_elf(void)
{
	static const guint8 ident[16] = {0x7F, 'E', 'L', 'F', 1, 1, 1};
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, ident, sizeof(ident));
	put(out, 2, 2);          /* ET_EXEC */
	put(out, 40, 2);         /* EM_ARM */
	put(out, 1, 4);          /* version */
	put(out, 0x08040101, 4); /* entry */
	put(out, ELF_PHOFF, 4);
	put(out, 0, 4); /* no sections */
	put(out, 0x05000000, 4);
	put(out, 52, 2);
	put(out, ELF_PHDR, 2);
	put(out, 4, 2);
	put(out, 40, 2);
	put(out, 0, 4);
	put_phdr(out, 1, ELF_FIRST + 64, 0x08040100, 32, 32);
	put_phdr(out, 1, ELF_FIRST, 0x08040000, 64, 64);
	put_phdr(out, 1, ELF_FIRST, 0x20000000, 0, 4096);
	put_phdr(out, 4, ELF_FIRST, 0, 16, 16);
	put_bytes(out, 96);
	return out;
}

void made_record(GString *out, guint address, guint type, const guint8 *data, guint length)
{
	guint8 sum = (guint8)(length + (address >> 8) + address + type);

	g_string_append_printf(out, ":%02X%04X%02X", length, address & 0xFFFF, type);
	for (guint i = 0; i < length; i++) {
		g_string_append_printf(out, "%02X", data[i]);
		sum = (guint8)(sum + data[i]);
	}
	g_string_append_printf(out, "%02X\n", (guint8)-sum);
}

GString *made_hex(void)
{
	static const guint8 base[3][2] = {{0x08, 0x03}, {0x08, 0x04}, {0x08, 0x1E}};
	static const guint8 start[4] = {0x08, 0x04, 0x01, 0x01};
	GString *out = g_string_new(NULL);
	guint8 data[64];

	for (guint i = 0; i < sizeof(data); i++)
		data[i] = (guint8)i;
	made_record(out, 0, 4, base[0], 2);
	made_record(out, 0xFFE0, 0, data, 32);
	made_record(out, 0, 4, base[2], 2);
	made_record(out, 0, 0, data, 16);
	made_record(out, 0, 4, base[1], 2);
	made_record(out, 0x0010, 0, data + 48, 16);
	made_record(out, 0x0000, 0, data + 32, 16);
	made_record(out, 0, 5, start, 4);
	made_record(out, 0, 1, NULL, 0);
	return out;
}

guint32 made_crc_of(const guint8 *bytes, gsize length)
{
	guint32 crc = 0xFFFFFFFF;

	for (gsize i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (guint bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
	}
	return crc;
}

void made_crc(GByteArray *file)
{
	guint32 crc;

	if (file->len < 4)
		return;
	crc = made_crc_of(file->data, file->len - 4);
	g_byte_array_set_size(file, file->len - 4);
	put(file, crc, 4);
}

static void put_target(GByteArray *out, guint alt, const char *name, guint size, guint elements)
{
	char field[255] = {0};

	memcpy(field, name, strlen(name));
	g_byte_array_append(out, (const guint8 *)"Target", 6);
	put(out, alt, 1);
	put(out, *name != '\0', 4);
	g_byte_array_append(out, (const guint8 *)field, sizeof(field));
	put(out, size, 4);
	put(out, elements, 4);
}

static void put_element(GByteArray *out, guint32 address, guint size)
{
	put(out, address, 4);
	put(out, size, 4);
	put_bytes(out, size);
}

GByteArray *made_dfuse(void)
{
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, (const guint8 *)"DfuSe\1", 6);
	put(out, 11 + 274 + 8 + 50 + 8 + 100 + 274 + 8 + 8, 4);
	put(out, 2, 1);
	put_target(out, 0, "ST...", 8 + 50 + 8 + 100, 2);
	put_element(out, 0x08040000, 50);
	put_element(out, 0x08000000, 100);
	put_target(out, 1, "", 8 + 8, 1);
	put_element(out, 0x08000000, 8);
	put(out, 0x0200, 2);
	put(out, 0xDF11, 2);
	put(out, 0x0483, 2);
	put(out, 0x011A, 2);
	g_byte_array_append(out, (const guint8 *)"UFD\20", 4);
	put(out, 0, 4);
	made_crc(out);
	return out;
}

static guint value_at(const char *digits)
{
	return (guint)(g_ascii_xdigit_value(digits[0]) << 4 | g_ascii_xdigit_value(digits[1]));
}

void made_sums(GString *hex)
{
	for (gsize at = 0; at < hex->len; at++) {
		gsize end = at + 1;
		guint8 sum = 0;
		g_autofree char *right = NULL;

		if (hex->str[at] != ':')
			continue;
		while (end + 1 < hex->len && g_ascii_isxdigit(hex->str[end]) &&
			g_ascii_isxdigit(hex->str[end + 1]))
			end += 2;
		if (end < at + 11)
			continue;
		for (gsize i = at + 1; i < end - 2; i += 2)
			sum = (guint8)(sum + value_at(hex->str + i));
		right = g_strdup_printf("%02X", (guint8)-sum);
		memcpy(hex->str + end - 2, right, 2);
	}
}

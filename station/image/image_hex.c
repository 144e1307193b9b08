/*
 * Intel HEX: one record a line, ":LLAAAATT<data>CC", all digits hexadecimal, the sum of all bytes 0.
 *
 *   TT  00 data   01 end   02 base / 16 (20-bit)   04 base >> 16 (32-bit)   03, 05 where to start
 *
 * Records may come in any order, as long as no two say the same address; the end record is the last.
 */
#include "image/image_parts.h"

#include <string.h>

enum { DATA, END, BASE_20, START_20, BASE_32, START_32 };
enum { RECORD_MAX = 255 + 5 };
/* Real files go on where the last record ended, but for a few jumps. */
enum { RUNS_MAX = 1 << 20 };

/* Bytes in a row: data[at...]; the record of the first one stood at `offset`. */
typedef struct {
	guint64 address;
	gsize at, length, offset;
} Run;

typedef struct {
	ImageFile *file;
	const char *text;
	gsize at, length;
	guint64 base;
	gboolean wraps, ended; /* wraps: 02 stood before, offsets count modulo 64 KiB */
	GByteArray *data;
	GArray *runs;
} Reader;

/* The bytes of the record at reader->at into `record`, 5 or more; 0: refused. */
static gsize read_digits(Reader *reader, guint8 *record, GError **error)
{
	gsize at = reader->at + 1, wanted = 5;

	for (gsize i = 0; i < wanted; i++, at += 2) {
		int high, low;

		if (reader->length - at < 2)
			return image_refuse(error, IMAGE_FILE_TRUNCATED, at,
				"the file ends within a record: it is cut");
		high = g_ascii_xdigit_value(reader->text[at]);
		low = g_ascii_xdigit_value(reader->text[at + 1]);
		if (high < 0 || low < 0)
			return image_refuse(
				error, IMAGE_FILE_FORMAT, at + (high >= 0), "no hexadecimal digit");
		record[i] = (guint8)(high << 4 | low);
		if (i == 0)
			wanted = record[0] + 5u;
	}
	reader->at = at;
	return wanted;
}

static gboolean check_sum(const guint8 *record, gsize length, gsize offset, GError **error)
{
	guint8 sum = 0;

	for (gsize i = 0; i < length; i++)
		sum = (guint8)(sum + record[i]);
	if (!sum)
		return TRUE;
	return image_refuse(error, IMAGE_FILE_CHECKSUM, offset,
		"the record's checksum is 0x%02X, should be 0x%02X", record[length - 1],
		(guint8)(record[length - 1] - sum));
}

static gboolean add_data(Reader *reader, const guint8 *record, gsize offset, GError **error)
{
	guint field = (guint)record[1] << 8 | record[2], length = record[0];
	Run *last =
		reader->runs->len ? &g_array_index(reader->runs, Run, reader->runs->len - 1) : NULL;
	Run run = {reader->base + field, reader->data->len, length, offset};

	if (!length)
		return TRUE;
	if (reader->wraps && field + length > 0x10000)
		return image_refuse(error, IMAGE_FILE_WRAP, offset,
			"%u bytes at 0x%04X pass the end of their 64 KiB segment", length, field);
	if (run.address + length > G_GUINT64_CONSTANT(1) << 32)
		return image_refuse(error, IMAGE_FILE_WRAP, offset,
			"%u bytes at 0x%08" G_GINT64_MODIFIER "X pass the end of 32-bit addresses",
			length, run.address);
	if (reader->runs->len >= RUNS_MAX)
		return image_refuse(error, IMAGE_FILE_TOO_MUCH, offset,
			"the addresses jump more than %d times", RUNS_MAX);
	g_byte_array_append(reader->data, record + 4, length);
	if (last && last->address + last->length == run.address)
		last->length += length;
	else
		g_array_append_val(reader->runs, run);
	return TRUE;
}

static gboolean check_length(const guint8 *record, gsize offset, GError **error)
{
	static const guint8 lengths[] = {
		[END] = 0, [BASE_20] = 2, [START_20] = 4, [BASE_32] = 2, [START_32] = 4};

	if (record[3] >= G_N_ELEMENTS(lengths))
		return image_refuse(error, IMAGE_FILE_FORMAT, offset,
			"a record of type 0x%02X, which Intel HEX does not have", record[3]);
	if (record[3] != DATA && record[0] != lengths[record[3]])
		return image_refuse(error, IMAGE_FILE_FORMAT, offset,
			"a record of type 0x%02X has %u bytes, this one %u", record[3],
			lengths[record[3]], record[0]);
	return TRUE;
}

static gboolean use_record(Reader *reader, const guint8 *record, gsize offset, GError **error)
{
	guint value = (guint)record[4] << 8 | record[5];

	if (!check_length(record, offset, error))
		return FALSE;
	switch (record[3]) {
	case DATA:
		return add_data(reader, record, offset, error);
	case END:
		reader->ended = TRUE;
		return TRUE;
	case BASE_20:
		reader->base = (guint64)value << 4;
		reader->wraps = TRUE;
		return TRUE;
	case BASE_32:
		reader->base = (guint64)value << 16;
		reader->wraps = FALSE;
		return TRUE;
	default:
		return TRUE; /* a chip starts where its vector table says */
	}
}

static gboolean read_record(Reader *reader, GError **error)
{
	guint8 record[RECORD_MAX] = {0};
	gsize offset = reader->at, length;

	if (reader->text[offset] != ':')
		return image_refuse(
			error, IMAGE_FILE_FORMAT, offset, "a record has to begin here, with ':'");
	if (reader->ended)
		return image_refuse(
			error, IMAGE_FILE_ORDER, offset, "a record behind the end record");
	length = read_digits(reader, record, error);
	if (!length || !check_sum(record, length, offset, error) ||
		!use_record(reader, record, offset, error))
		return FALSE;
	if (reader->at < reader->length && !strchr("\r\n", reader->text[reader->at]))
		return image_refuse(
			error, IMAGE_FILE_FORMAT, reader->at, "the line goes on behind its record");
	return TRUE;
}

static gboolean read_records(Reader *reader, GError **error)
{
	while (reader->at < reader->length) {
		if (g_ascii_isspace(reader->text[reader->at]))
			reader->at++;
		else if (!read_record(reader, error))
			return FALSE;
	}
	if (!reader->ended)
		return image_refuse(error, IMAGE_FILE_TRUNCATED, reader->length,
			"the file ends without an end record: it is cut");
	return TRUE;
}

static int by_address(gconstpointer a, gconstpointer b)
{
	const Run *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

/* The runs first...last, which touch, as one segment. */
static gboolean add_segment(Reader *reader, guint target, guint first, guint last, GError **error)
{
	const Run *runs = &g_array_index(reader->runs, Run, 0);
	GByteArray *joined = g_byte_array_new();
	g_autoptr(GBytes) bytes = NULL;

	for (guint i = first; i <= last; i++)
		g_byte_array_append(joined, reader->data->data + runs[i].at, (guint)runs[i].length);
	bytes = g_byte_array_free_to_bytes(joined);
	return image_segment_add(
		reader->file, target, runs[first].address, bytes, runs[first].offset, error);
}

static gboolean add_segments(Reader *reader, GError **error)
{
	guint target = image_target_add(reader->file, 0, NULL, 0), first = 0;
	const Run *runs;

	if (!reader->runs->len)
		return TRUE;
	g_array_sort(reader->runs, by_address);
	runs = &g_array_index(reader->runs, Run, 0);
	for (guint i = 0; i < reader->runs->len; i++) {
		if (i + 1 < reader->runs->len &&
			runs[i].address + runs[i].length == runs[i + 1].address)
			continue;
		if (!add_segment(reader, target, first, i, error))
			return FALSE;
		first = i + 1;
	}
	return TRUE;
}

gboolean image_hex_read(ImageFile *file, GBytes *bytes, GError **error)
{
	g_autoptr(GByteArray) data = g_byte_array_new();
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(Run));
	Reader reader = {.file = file, .data = data, .runs = runs};

	reader.text = g_bytes_get_data(bytes, &reader.length);
	return read_records(&reader, error) && add_segments(&reader, error);
}

#include "image/image_file.h"

#include "core/text.h"
#include "image/image_parts.h"

#include <string.h>

G_DEFINE_QUARK(flashline - image - file - error, image_file_error)

static const char *const kind_words[] = {
	[IMAGE_KIND_BIN] = "bin",
	[IMAGE_KIND_DFU] = "dfu",
	[IMAGE_KIND_HEX] = "hex",
	[IMAGE_KIND_ELF] = "elf",
	[IMAGE_KIND_DFUSE] = "dfuse",
};

const char *image_kind_word(ImageKind kind)
{
	return kind_words[kind];
}

static gboolean ends_as(const char *name, const char *ending)
{
	gsize length = strlen(name), tail = strlen(ending);

	return length >= tail && !g_ascii_strcasecmp(name + length - tail, ending);
}

static ImageKind kind_by_bytes(GBytes *bytes)
{
	gsize length;
	const char *at = g_bytes_get_data(bytes, &length);

	if (length >= 4 && !memcmp(at, "\177ELF", 4))
		return IMAGE_KIND_ELF;
	if (length >= 5 && !memcmp(at, "DfuSe", 5))
		return IMAGE_KIND_DFUSE;
	/* ":LL", the length of the first record, tells HEX from raw bytes that begin with a colon. */
	if (length >= 11 && at[0] == ':' && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2]))
		return IMAGE_KIND_HEX;
	return image_suffix_seen(bytes) ? IMAGE_KIND_DFU : IMAGE_KIND_BIN;
}

/* What the name promises; a damaged file must not pass as a raw image. */
static gboolean kind_by_name(const char *name, ImageKind *kind)
{
	static const struct {
		const char *ending;
		ImageKind kind;
	} endings[] = {
		{".hex", IMAGE_KIND_HEX},
		{".ihex", IMAGE_KIND_HEX},
		{".ihx", IMAGE_KIND_HEX},
		{".elf", IMAGE_KIND_ELF},
		{".axf", IMAGE_KIND_ELF},
		{".dfu", IMAGE_KIND_DFU},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
		if (ends_as(name, endings[i].ending)) {
			*kind = endings[i].kind;
			return TRUE;
		}
	return FALSE;
}

static gboolean recognise(ImageFile *file, GBytes *bytes, const char *name, GError **error)
{
	ImageKind promised;

	file->kind = kind_by_bytes(bytes);
	if (file->kind != IMAGE_KIND_BIN || !kind_by_name(name, &promised))
		return TRUE;
	return image_refuse(error, IMAGE_FILE_FORMAT, 0,
		"this is no %s file, though its name says so; it is cut, damaged or misnamed",
		promised == IMAGE_KIND_DFU ? "DFU" : image_kind_word(promised));
}

static gboolean read_raw(ImageFile *file, GBytes *bytes, guint64 address, GError **error)
{
	g_autoptr(GBytes) body = NULL;
	gsize length = g_bytes_get_size(bytes);

	if (file->kind == IMAGE_KIND_DFU) {
		if (!image_suffix_read(file, bytes, error))
			return FALSE;
		length -= file->suffix.length;
	}
	body = g_bytes_new_from_bytes(bytes, 0, length);
	return image_segment_add(file, image_target_add(file, 0, NULL, 0), address, body, 0, error);
}

static gboolean read_kind(ImageFile *file, GBytes *bytes, guint64 address, GError **error)
{
	gboolean raw = file->kind == IMAGE_KIND_BIN || file->kind == IMAGE_KIND_DFU;

	if (raw && address == IMAGE_FILE_NO_ADDRESS)
		return image_refuse(error, IMAGE_FILE_ADDRESS, 0,
			"a raw image does not say where it belongs: give its address");
	if (!raw && address != IMAGE_FILE_NO_ADDRESS)
		return image_refuse(error, IMAGE_FILE_ADDRESS, 0,
			"a file of kind %s has addresses of its own: give none",
			image_kind_word(file->kind));
	switch (file->kind) {
	case IMAGE_KIND_HEX:
		return image_hex_read(file, bytes, error);
	case IMAGE_KIND_ELF:
		return image_elf_read(file, bytes, error);
	case IMAGE_KIND_DFUSE:
		return image_dfuse_read(file, bytes, error);
	default:
		return read_raw(file, bytes, address, error);
	}
}

static guint alt_of(const ImageFile *file, const ImageSegment *segment)
{
	return ((const ImageTarget *)file->targets->pdata[segment->target])->alt;
}

static int compare(guint64 a, guint64 b)
{
	return (a > b) - (a < b);
}

static int by_alt(gconstpointer a, gconstpointer b, gpointer data)
{
	const ImageSegment *left = *(ImageSegment *const *)a, *right = *(ImageSegment *const *)b;
	int order = compare(alt_of(data, left), alt_of(data, right));

	return order ? order : compare(left->address, right->address);
}

static int by_target(gconstpointer a, gconstpointer b)
{
	const ImageSegment *left = *(ImageSegment *const *)a, *right = *(ImageSegment *const *)b;
	int order = compare(left->target, right->target);

	return order ? order : compare(left->address, right->address);
}

/* Two targets may be the same alternate setting, and then share its addresses. */
static gboolean check_overlaps(ImageFile *file, GError **error)
{
	g_ptr_array_sort_with_data(file->segments, by_alt, file);
	for (guint i = 1; i < file->segments->len; i++) {
		const ImageSegment *before = file->segments->pdata[i - 1];
		const ImageSegment *segment = file->segments->pdata[i];

		if (alt_of(file, before) == alt_of(file, segment) &&
			image_segment_last(before) >= segment->address)
			return image_refuse(error, IMAGE_FILE_OVERLAP,
				MAX(before->offset, segment->offset),
				"0x%08" G_GINT64_MODIFIER
				"X is given twice, here and at offset 0x%" G_GSIZE_MODIFIER "X",
				segment->address, MIN(before->offset, segment->offset));
	}
	return TRUE;
}

/* ELF's segments may share bytes of the file: a small one could become 4 GiB. */
static gboolean check_sum(const ImageFile *file, GError **error)
{
	gsize sum = 0;

	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];

		sum += image_segment_length(segment);
		if (sum > IMAGE_FILE_BYTES_MAX)
			return image_refuse(error, IMAGE_FILE_TOO_MUCH, segment->offset,
				"with this piece it is more than %u bytes", IMAGE_FILE_BYTES_MAX);
	}
	return TRUE;
}

static gboolean finish(ImageFile *file, GError **error)
{
	if (!file->segments->len)
		return image_refuse(
			error, IMAGE_FILE_FORMAT, file->length, "there is nothing in it to write");
	if (!check_sum(file, error) || !check_overlaps(file, error))
		return FALSE;
	g_ptr_array_sort(file->segments, by_target);
	return TRUE;
}

static gboolean read_whole(
	ImageFile *file, GBytes *bytes, const char *name, guint64 address, GError **error)
{
	if (file->length < 1)
		return image_refuse(error, IMAGE_FILE_TRUNCATED, 0, "the file is empty");
	if (file->length > IMAGE_FILE_BYTES_MAX)
		return image_refuse(error, IMAGE_FILE_TOO_MUCH, IMAGE_FILE_BYTES_MAX,
			"the file goes on; %u bytes are allowed", IMAGE_FILE_BYTES_MAX);
	return recognise(file, bytes, name, error) && read_kind(file, bytes, address, error) &&
	       finish(file, error);
}

static void target_free(gpointer data)
{
	ImageTarget *target = data;

	g_free(target->name);
	g_free(target);
}

ImageFile *image_file_parse(GBytes *bytes, const char *name, guint64 bin_address, GError **error)
{
	g_autoptr(ImageFile) file = g_new0(ImageFile, 1);

	file->bytes = g_bytes_ref(bytes);
	file->length = g_bytes_get_size(bytes);
	file->targets = g_ptr_array_new_with_free_func(target_free);
	file->segments = g_ptr_array_new_with_free_func((GDestroyNotify)image_segment_free);
	if (!read_whole(file, bytes, name, bin_address, error)) {
		g_autofree char *clean = text_clean(name, -1);

		g_prefix_error(error, "%s: ", clean);
		return NULL;
	}
	return g_steal_pointer(&file);
}

void image_file_free(ImageFile *file)
{
	g_ptr_array_unref(file->segments);
	g_ptr_array_unref(file->targets);
	g_bytes_unref(file->bytes);
	g_free(file);
}

GArray *image_file_gaps(const ImageFile *file)
{
	GArray *gaps = g_array_new(FALSE, FALSE, sizeof(ImageGap));

	for (guint i = 1; i < file->segments->len; i++) {
		const ImageSegment *before = file->segments->pdata[i - 1];
		const ImageSegment *segment = file->segments->pdata[i];
		guint64 end = image_segment_last(before) + 1;
		ImageGap gap = {segment->target, end, segment->address - end};

		if (before->target == segment->target && gap.length)
			g_array_append_val(gaps, gap);
	}
	return gaps;
}

#include "image/image_show.h"

#include "core/text.h"

#define ADDRESS "0x%08" G_GINT64_MODIFIER "X"

static const char *const kind_names[] = {
	[IMAGE_KIND_BIN] = "raw image",
	[IMAGE_KIND_DFU] = "raw image with a DFU suffix",
	[IMAGE_KIND_HEX] = "Intel HEX",
	[IMAGE_KIND_ELF] = "ELF for Arm",
	[IMAGE_KIND_DFUSE] = "DfuSe",
};

static void put_range(GString *out, guint64 address, guint64 length, const char *what)
{
	g_string_append_printf(out, "  " ADDRESS " - " ADDRESS "  %10" G_GUINT64_FORMAT "  %s\n",
		address, address + length - 1, length, what);
}

static void put_target(GString *out, const ImageFile *file, const GArray *gaps, guint index)
{
	const ImageTarget *target = file->targets->pdata[index];
	guint gap = 0;

	if (file->kind == IMAGE_KIND_DFUSE)
		g_string_append_printf(out, "target %u: alt %u%s%s\n", index, target->alt,
			target->name ? ", " : "", target->name ? target->name : "");
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];

		if (segment->target != index)
			continue;
		for (; gap < gaps->len; gap++) {
			const ImageGap *between = &g_array_index(gaps, ImageGap, gap);

			if (between->target > index ||
				(between->target == index && between->address > segment->address))
				break;
			if (between->target == index)
				put_range(out, between->address, between->length, "(gap)");
		}
		put_range(out, segment->address, image_segment_length(segment), "bytes");
	}
}

static void put_id(GString *out, const char *what, guint16 id)
{
	if (id == 0xFFFF)
		g_string_append_printf(out, "%s any", what);
	else
		g_string_append_printf(out, "%s 0x%04X", what, id);
}

static void put_suffix(GString *out, const ImageSuffix *suffix)
{
	g_string_append(out, "suffix  ");
	put_id(out, "vendor", suffix->vendor);
	put_id(out, ", product", suffix->product);
	put_id(out, ", device", suffix->device);
	g_string_append_printf(out, ", DFU 0x%04X, CRC right\n", suffix->dfu);
}

static void put_touched(GString *out, const ImageFile *file, const BoardProfile *profile)
{
	g_string_append_printf(out, "on %s it touches\n", profile->name);
	for (guint i = 0; i < profile->count; i++) {
		const BoardRegion *region = &profile->regions[i];
		guint64 bytes = image_map_bytes(file, region);

		if (bytes)
			g_string_append_printf(out,
				"  %-12s " ADDRESS "  %10" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				" bytes%s%s\n",
				region->name, region->address, bytes, region->length,
				region->note ? ": " : "", region->note ? region->note : "");
	}
}

char *image_show_text(const ImageFile *file, const char *name, const BoardProfile *profile)
{
	GString *out = g_string_new(NULL);
	g_autofree char *clean = text_clean(name, -1);
	g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->bytes);
	g_autoptr(GArray) gaps = image_file_gaps(file);

	g_string_append_printf(out, "%s: %s, %" G_GSIZE_FORMAT " bytes\nsha256  %s\n", clean,
		kind_names[file->kind], file->length, sha256);
	if (file->has_suffix)
		put_suffix(out, &file->suffix);
	for (guint i = 0; i < file->targets->len; i++)
		put_target(out, file, gaps, i);
	if (profile)
		put_touched(out, file, profile);
	return g_string_free(out, FALSE);
}

static json_t *segments_json(const ImageFile *file, guint target)
{
	json_t *out = json_array();

	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		g_autofree char *sha256 = NULL;

		if (segment->target != target)
			continue;
		sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, segment->bytes);
		json_array_append_new(
			out, json_pack("{s:I, s:I, s:s}", "address", (json_int_t)segment->address,
				     "length", (json_int_t)image_segment_length(segment), "sha256",
				     sha256));
	}
	return out;
}

static json_t *gaps_json(const GArray *gaps, guint target)
{
	json_t *out = json_array();

	for (guint i = 0; i < gaps->len; i++) {
		const ImageGap *gap = &g_array_index(gaps, ImageGap, i);

		if (gap->target == target)
			json_array_append_new(
				out, json_pack("{s:I, s:I}", "address", (json_int_t)gap->address,
					     "length", (json_int_t)gap->length));
	}
	return out;
}

static json_t *targets_json(const ImageFile *file)
{
	g_autoptr(GArray) gaps = image_file_gaps(file);
	json_t *out = json_array();

	for (guint i = 0; i < file->targets->len; i++) {
		const ImageTarget *target = file->targets->pdata[i];

		json_array_append_new(
			out, json_pack("{s:i, s:s?, s:o, s:o}", "alt", (int)target->alt, "name",
				     target->name, "segments", segments_json(file, i), "gaps",
				     gaps_json(gaps, i)));
	}
	return out;
}

static json_t *suffix_json(const ImageFile *file)
{
	const ImageSuffix *suffix = &file->suffix;

	if (!file->has_suffix)
		return json_null();
	return json_pack("{s:i, s:i, s:i, s:i}", "vendor", (int)suffix->vendor, "product",
		(int)suffix->product, "device", (int)suffix->device, "dfu", (int)suffix->dfu);
}

static json_t *board_json(const ImageFile *file, const BoardProfile *profile)
{
	json_t *touches = json_array();

	for (guint i = 0; i < profile->count; i++) {
		const BoardRegion *region = &profile->regions[i];
		guint64 bytes = image_map_bytes(file, region);

		if (bytes)
			json_array_append_new(touches,
				json_pack("{s:s, s:I, s:I, s:I}", "region", region->name, "address",
					(json_int_t)region->address, "length",
					(json_int_t)region->length, "bytes", (json_int_t)bytes));
	}
	return json_pack("{s:s, s:o}", "name", profile->name, "touches", touches);
}

json_t *image_show_json(const ImageFile *file, const char *name, const BoardProfile *profile)
{
	g_autofree char *clean = text_clean(name, -1);
	g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->bytes);

	return json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:o}", "file", clean, "kind",
		image_kind_word(file->kind), "length", (json_int_t)file->length, "sha256", sha256,
		"targets", targets_json(file), "suffix", suffix_json(file), "board",
		profile ? board_json(file, profile) : json_null());
}

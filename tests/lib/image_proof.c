#include "lib/image_proof.h"

#include "image/image_file.h"
#include "image/image_show.h"

#include <string.h>

static void prove_segments(const ImageFile *file)
{
	gsize sum = 0;

	g_assert_cmpuint(file->segments->len, >, 0);
	g_assert_cmpuint(file->segments->len, <=, IMAGE_FILE_SEGMENTS_MAX);
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		const ImageSegment *before = i ? file->segments->pdata[i - 1] : NULL;
		g_autofree char *read =
			g_compute_checksum_for_bytes(G_CHECKSUM_MD5, segment->bytes);

		g_assert_nonnull(read); /* every byte is there: ASan watches */
		g_assert_cmpuint(segment->target, <, file->targets->len);
		g_assert_cmpuint(segment->offset, <, file->length);
		g_assert_cmphex(image_segment_last(segment), <=, G_MAXUINT32);
		g_assert_cmphex(image_segment_last(segment), >=, segment->address);
		if (before && before->target == segment->target)
			g_assert_cmphex(image_segment_last(before), <, segment->address);
		else
			g_assert_true(!before || before->target < segment->target);
		sum += image_segment_length(segment);
	}
	g_assert_cmpuint(sum, <=, IMAGE_FILE_BYTES_MAX);
	/* ELF's may share bytes of the file; the others' may not. */
	if (file->kind != IMAGE_KIND_ELF)
		g_assert_cmpuint(sum, <=, file->length);
}

static void prove_told(const ImageFile *file, const char *name)
{
	const BoardProfile *map = board_profile_find("openmv-h7plus");
	g_autofree char *text = image_show_text(file, name, map);
	json_t *json = image_show_json(file, name, map);
	gboolean inside = image_map_check(file, map->regions, map->count, NULL);
	guint64 touched = 0, all = 0;

	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_nonnull(json);
	json_decref(json);
	for (guint i = 0; i < map->count; i++)
		touched += image_map_bytes(file, &map->regions[i]);
	for (guint i = 0; i < file->segments->len; i++)
		all += image_segment_length(file->segments->pdata[i]);
	g_assert_true(inside == (touched == all));
}

gboolean image_proof(const void *bytes, gsize length, const char *name)
{
	g_autoptr(GBytes) whole = g_bytes_new(bytes, length);
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = image_file_parse(whole, name, IMAGE_FILE_NO_ADDRESS, &error);

	g_assert_true((file == NULL) == (error != NULL));
	if (!file) {
		g_assert_true(g_str_has_prefix(error->message, name));
		g_assert_nonnull(strstr(error->message, ": offset 0x"));
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
		return FALSE;
	}
	prove_segments(file);
	prove_told(file, name);
	return TRUE;
}

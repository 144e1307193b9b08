/* One directory's entries, 32 bytes each, after those of its long names. */
#include "link/fat_parts.h"

#include "core/text.h"

#include <string.h>

enum {
	END = 0x00, /* first byte: neither this entry nor any after it */
	DELETED = 0xE5,
	ATTR_UNKNOWN = 0xC0,
	PATH_BYTES_MAX = 1024,
};

static const char dot_names[2][FAT_NAME + 1] = {".          ", "..         "};

/* What is needed while one directory is read. */
typedef struct {
	FatWalk *walk;
	const FatDirectory *directory;
	FatLongName long_name;
	GHashTable *short_names, *names; /* sets of char* */
	gboolean labelled;
} Reader;

const char *fat_directory_shown(const FatDirectory *directory)
{
	return *directory->path ? directory->path : "/";
}

/* In FAT12 and FAT16 the upper half is somebody else's. */
static guint32 first_cluster(const FatWalk *walk, const guint8 *entry)
{
	guint32 low = fat_get16(entry + 26);

	return walk->volume->bits == 32 ? low | (guint32)fat_get16(entry + 20) << 16 : low;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void take_label(Reader *reader, const guint8 *entry)
{
	FatWalk *walk = reader->walk;
	const char *name = (const char *)entry;
	g_autofree char *label = NULL, *clean = NULL;

	if (reader->directory->depth || reader->labelled) {
		fat_note(walk, "fat-label", 0, "a label too many in %s",
			fat_directory_shown(reader->directory));
		return;
	}
	reader->labelled = TRUE;
	label = g_strchomp(g_strndup(name, FAT_NAME));
	clean = text_clean(label, -1);
	if (!fat_label_valid(name) || first_cluster(walk, entry) || fat_get32(entry + 28))
		fat_note(walk, "fat-label", 0, "the label '%s' cannot be one", clean);
	walk->volume->label = g_steal_pointer(&clean);
	/* FatFs leaves "NO NAME" in the boot sector, whatever the label. */
	if (walk->has_boot_label && memcmp(walk->boot_label, "NO NAME    ", FAT_NAME) != 0 &&
		memcmp(walk->boot_label, name, FAT_NAME) != 0)
		fat_note(walk, "fat-label", 0,
			"boot sector and root directory have different labels");
}

static void check_label_there(Reader *reader)
{
	FatWalk *walk = reader->walk;

	if (!reader->directory->depth && !reader->labelled && walk->has_boot_label &&
		memcmp(walk->boot_label, "NO NAME    ", FAT_NAME) != 0)
		fat_note(walk, "fat-label", 0,
			"the boot sector has a label, the root directory none");
}

/* ---- files ----------------------------------------------------------------------------------- */

static void check_unique(Reader *reader, const guint8 *entry, const char *name)
{
	/* As hexadecimal digits, since a hostile name may hold anything. */
	GString *key = g_string_new(NULL);

	for (guint i = 0; i < FAT_NAME; i++)
		g_string_append_printf(key, "%02X", entry[i]);
	/* Both sets must take it, so no short cut. */
	gboolean new_short = g_hash_table_add(reader->short_names, g_string_free(key, FALSE));
	gboolean new_name = g_hash_table_add(reader->names, g_utf8_casefold(name, -1));

	if (!new_short || !new_name)
		fat_note(reader->walk, "fat-duplicate", 0, "%s/%s is there twice",
			reader->directory->path, name);
}

static void take_file(Reader *reader, const guint8 *entry, FatEntryFunc func, gpointer data)
{
	FatWalk *walk = reader->walk;
	const char *wrong;
	g_autofree char *long_name = fat_long_take(&reader->long_name, entry, &wrong);
	g_autofree char *short_name = fat_short_name(entry);
	const char *name = long_name ? long_name : short_name;
	g_autofree char *path = g_strdup_printf("%s/%s", reader->directory->path, name);

	if (wrong)
		fat_note(walk, "fat-long-name", 0, "%s: %s", path, wrong);
	if (!fat_short_valid(entry))
		fat_note(walk, "fat-bad-name", 0, "%s has the short name '%s'", path, short_name);
	check_unique(reader, entry, name);
	if (strlen(path) > PATH_BYTES_MAX) {
		fat_note(walk, "fat-depth", 0, "a path of %zu bytes below %s", strlen(path),
			fat_directory_shown(reader->directory));
		return;
	}
	func(walk, reader->directory,
		&(FatEntry){
			.path = path,
			.attributes = entry[11],
			.first = first_cluster(walk, entry),
			.size = fat_get32(entry + 28),
		},
		data);
}

/* ---- entries --------------------------------------------------------------------------------- */

static void drop_long_name(Reader *reader)
{
	if (reader->long_name.parts)
		fat_note(reader->walk, "fat-long-name", 0, "a long name without a file in %s",
			fat_directory_shown(reader->directory));
	reader->long_name.parts = reader->long_name.next = 0;
}

static void take_entry(Reader *reader, const guint8 *entry, FatEntryFunc func, gpointer data)
{
	guint8 attributes = entry[11];
	const char *wrong;

	if (entry[0] == DELETED) {
		drop_long_name(reader);
	} else if (attributes == FAT_ATTR_LONG_NAME) {
		wrong = fat_long_add(&reader->long_name, entry);
		if (wrong)
			fat_note(reader->walk, "fat-long-name", 0, "%s in %s", wrong,
				fat_directory_shown(reader->directory));
	} else if (attributes & ATTR_UNKNOWN ||
		   (attributes & FAT_ATTR_LABEL && attributes & FAT_ATTR_DIRECTORY)) {
		drop_long_name(reader);
		fat_note(reader->walk, "fat-attribute", 0,
			"an entry in %s has the attributes 0x%02X",
			fat_directory_shown(reader->directory), attributes);
	} else if (attributes & FAT_ATTR_LABEL) {
		drop_long_name(reader);
		take_label(reader, entry);
	} else {
		take_file(reader, entry, func, data);
	}
}

/* A directory begins with itself and its parent; the root's number is 0 there. */
static void check_dots(Reader *reader, const guint8 *bytes, guint count)
{
	const guint32 first[2] = {reader->directory->first, reader->directory->parent};

	for (guint i = 0; i < 2; i++) {
		const guint8 *entry = bytes + i * FAT_ENTRY;

		if (i >= count || memcmp(entry, dot_names[i], FAT_NAME) != 0 ||
			entry[11] != FAT_ATTR_DIRECTORY || entry[12] ||
			first_cluster(reader->walk, entry) != first[i])
			fat_note(reader->walk, "fat-directory", first[i],
				"%s has no right '%s' entry",
				fat_directory_shown(reader->directory), i ? ".." : ".");
	}
}

/* Behind the end there is nothing: what is there, other programs would see or not. */
static void check_after_end(Reader *reader, const guint8 *bytes, guint from, guint count)
{
	for (guint i = from; i < count; i++) {
		guint8 first = bytes[i * FAT_ENTRY];

		if (first != END && first != DELETED) {
			fat_note(reader->walk, "fat-after-end", 0,
				"%s has entries behind its end (entry %u, the end is %u)",
				fat_directory_shown(reader->directory), i, from);
			return;
		}
	}
}

void fat_directory(FatWalk *walk, const FatDirectory *directory, const guint8 *bytes, guint count,
	FatEntryFunc func, gpointer data)
{
	Reader reader = {.walk = walk, .directory = directory};
	guint i = 0;

	reader.short_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	reader.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (directory->depth) {
		check_dots(&reader, bytes, count);
		i = 2;
	}
	for (; i < count && bytes[i * FAT_ENTRY] != END && !walk->full; i++)
		take_entry(&reader, bytes + i * FAT_ENTRY, func, data);
	drop_long_name(&reader);
	check_label_there(&reader);
	check_after_end(&reader, bytes, i, count);
	g_hash_table_unref(reader.short_names);
	g_hash_table_unref(reader.names);
}

/*
 * Names. A long one stands in pieces of 13 UTF-16 characters before its short entry, last piece
 * first, each with a checksum of the short name:
 *
 *   | 43 "zzz" sum | 02 "yyy" sum | 01 "xxx" sum | XXXYYY~1 |
 */
#include "link/fat_parts.h"

#include "core/text.h"

#include <string.h>

enum {
	FIRST_PART = 0x40, /* bit of the number: the piece that stands first, the name's last */
	PART_MASK = 0x1F,
	LOWER_BODY =
		0x08, /* byte 12, as Windows NT has it: the short name is meant in lower case */
	LOWER_EXTENSION = 0x10,
	NO_SHORT_NAME =
		0x20, /* byte 12: some Linux patches' mark; nothing else reads such an entry */
	KANJI = 0x05, /* stands for 0xE5 at the beginning, which would mean a deleted entry */
};

/* ---- long ------------------------------------------------------------------------------------ */

static const char *forget(FatLongName *name, const char *why)
{
	name->parts = 0;
	name->next = 0;
	return why;
}

/* The 13 characters stand in three places. */
static void copy_part(gunichar2 *units, const guint8 *entry)
{
	static const guint8 offset[FAT_LONG_UNITS] = {
		1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

	for (guint i = 0; i < FAT_LONG_UNITS; i++)
		units[i] = fat_get16(entry + offset[i]);
}

const char *fat_long_add(FatLongName *name, const guint8 *entry)
{
	guint number = entry[0] & PART_MASK;

	if (entry[0] & FIRST_PART) {
		if (name->parts)
			return forget(name, "a long name begins within another");
		if (!number || number > FAT_LONG_PARTS)
			return forget(name, "a long name with an impossible number of parts");
		name->parts = name->next = number;
		name->checksum = entry[13];
	}
	if (!name->parts || number != name->next)
		return forget(name, "a part of a long name that does not belong here");
	if (entry[13] != name->checksum)
		return forget(name, "parts of a long name with different checksums");
	if (entry[0] & ~(FIRST_PART | PART_MASK) || entry[12] || fat_get16(entry + 26))
		return forget(name, "a part of a long name with more in it than a name");
	name->next = number - 1;
	copy_part(name->units + (number - 1) * FAT_LONG_UNITS, entry);
	return NULL;
}

static guint8 checksum(const guint8 *short_name)
{
	guint8 sum = 0;

	for (guint i = 0; i < FAT_NAME; i++)
		sum = (guint8)((sum >> 1 | sum << 7) + short_name[i]);
	return sum;
}

/* Ends with 0 and is filled up with 0xFFFF, or fills its parts whole; 0xFFFF is no character. */
static glong long_length(const FatLongName *name)
{
	glong most = name->parts * FAT_LONG_UNITS, length = 0;

	while (length < most && name->units[length])
		if (name->units[length++] == 0xFFFF)
			return -1;
	for (glong i = length + 1; i < most; i++)
		if (name->units[i] != 0xFFFF)
			return -1;
	return most - length < FAT_LONG_UNITS + 1 ? length : -1;
}

static gboolean long_valid(const char *name)
{
	for (const char *at = name; *at; at++)
		if ((guchar)*at < 0x20 || strchr("\"*/:<>?\\|", *at))
			return FALSE;
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

char *fat_long_take(FatLongName *name, const guint8 *entry, const char **wrong)
{
	g_autofree char *text = NULL;
	glong length;

	*wrong = NULL;
	if (!name->parts)
		return NULL;
	length = long_length(name);
	if (length > 0)
		text = g_utf16_to_utf8(name->units, length, NULL, NULL, NULL);
	if (name->next)
		*wrong = "a long name without its end";
	else if (name->checksum != checksum(entry))
		*wrong = "a long name of another short one";
	else if (!text || !long_valid(text))
		*wrong = "a long name that cannot be one";
	forget(name, NULL);
	return *wrong ? NULL : text_clean(text, -1);
}

/* ---- short ----------------------------------------------------------------------------------- */

static void append_part(GString *out, const guint8 *bytes, guint length, gboolean lower)
{
	while (length && bytes[length - 1] == ' ')
		length--;
	/* Beyond ASCII it is a code page that nobody names: bytes, even where they look like UTF-8. */
	for (guint i = 0; i < length; i++)
		if (bytes[i] >= 0x80)
			g_string_append_printf(out, "\\x%02x", bytes[i]);
		else
			g_string_append_c(
				out, lower ? g_ascii_tolower((gchar)bytes[i]) : (gchar)bytes[i]);
}

char *fat_short_name(const guint8 *entry)
{
	g_autoptr(GString) name = g_string_new(NULL);
	guint8 body[8];

	memcpy(body, entry, sizeof body);
	if (body[0] == KANJI)
		body[0] = 0xE5;
	append_part(name, body, sizeof body, entry[12] & LOWER_BODY);
	g_string_append_c(name, '.');
	append_part(name, entry + 8, 3, entry[12] & LOWER_EXTENSION);
	if (name->str[name->len - 1] == '.')
		g_string_truncate(name, name->len - 1);
	return text_clean(name->str, (gssize)name->len);
}

/* Who reads "MA IN" makes of it what it likes: FatFs leaves the space out, mtools ends there. */
static gboolean has_space_within(const guint8 *bytes, guint length)
{
	for (guint i = 1; i < length; i++)
		if (bytes[i - 1] == ' ' && bytes[i] != ' ')
			return TRUE;
	return FALSE;
}

gboolean fat_short_valid(const guint8 *entry)
{
	for (guint i = 0; i < FAT_NAME; i++) {
		guint8 c = entry[i];

		if ((c < 0x20 && !(i == 0 && c == KANJI)) || c == 0x7F)
			return FALSE;
		if (memchr("\"*./:<>?\\|", c, 10))
			return FALSE;
	}
	return entry[0] != ' ' && !has_space_within(entry, 8) && !has_space_within(entry + 8, 3) &&
	       !(entry[12] & NO_SHORT_NAME);
}

gboolean fat_label_valid(const char *label)
{
	for (guint i = 0; i < FAT_NAME; i++)
		if (label[i] < 0x20 || label[i] == 0x7F || strchr("\"*+,./:;<=>?[\\]|", label[i]))
			return FALSE;
	return label[0] != ' ';
}

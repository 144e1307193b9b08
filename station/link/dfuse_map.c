#include "link/dfuse_map.h"

#include "core/failure.h"

#include <string.h>

typedef struct {
	const char *text, *at;
	DfuseMap *map;
	guint64 address; /* where the next region begins */
} Reader;

static gboolean refuse(const Reader *reader, const char *wanted, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL,
		"its memory map is malformed at column %zu: %s", reader->at - reader->text + 1,
		wanted);
	return FALSE;
}

static gboolean take(Reader *reader, char wanted)
{
	if (*reader->at != wanted)
		return FALSE;
	reader->at++;
	return TRUE;
}

/* Up to eight digits, so that nothing can overflow. */
static gboolean take_number(Reader *reader, gboolean hex, guint64 *number)
{
	guint digits = 0;

	*number = 0;
	while (hex ? g_ascii_isxdigit(*reader->at) : g_ascii_isdigit(*reader->at)) {
		if (++digits > 8)
			return FALSE;
		*number = *number * (hex ? 16 : 10) + (guint)g_ascii_xdigit_value(*reader->at++);
	}
	return digits > 0;
}

static gboolean read_name(Reader *reader, GError **error)
{
	const char *end;
	gsize length;

	if (!take(reader, '@'))
		return refuse(reader, "it begins with '@'", error);
	end = strchr(reader->at, '/');
	length = end ? (gsize)(end - reader->at) : DFUSE_NAME_MAX;
	if (length >= DFUSE_NAME_MAX)
		return refuse(reader, "a name of at most 63 bytes and a '/'", error);
	memcpy(reader->map->name, reader->at, length);
	g_strchomp(reader->map->name);
	reader->at = end;
	return TRUE;
}

/* ' ' or 'B': bytes, 'K', 'M'; some leave it out. */
static guint64 take_unit(Reader *reader)
{
	if (take(reader, 'K'))
		return 1024;
	if (take(reader, 'M'))
		return 1024 * 1024;
	if (!take(reader, 'B'))
		take(reader, ' ');
	return 1;
}

static gboolean overlaps(const DfuseMap *map, guint64 begin, guint64 end)
{
	for (guint i = 0; i < map->regions; i++) {
		const DfuseRegion *other = &map->region[i];
		guint64 stop = other->address + (guint64)other->size * other->count;

		if (begin < stop && other->address < end)
			return TRUE;
	}
	return FALSE;
}

static gboolean add_region(
	Reader *reader, guint64 count, guint64 size, guint access, GError **error)
{
	DfuseMap *map = reader->map;
	guint64 end;

	/* Each factor is bounded before they are multiplied. */
	if (!count || count > 0xFFFF || !size || size > G_MAXUINT32)
		return refuse(reader, "1 to 65535 sectors of 1 byte to 4 GiB", error);
	end = reader->address + count * size;
	if (end > (guint64)G_MAXUINT32 + 1)
		return refuse(reader, "sectors within 32-bit addresses", error);
	if (overlaps(map, reader->address, end))
		return refuse(reader, "each address once", error);
	if (map->regions == DFUSE_REGIONS_MAX)
		return refuse(reader, "at most 32 regions", error);
	map->region[map->regions++] =
		(DfuseRegion){(guint32)reader->address, (guint32)size, (guint)count, access};
	reader->address = end;
	return TRUE;
}

/* "16*128Kg" */
static gboolean read_region(Reader *reader, GError **error)
{
	guint64 count, size;
	char letter;

	if (!take_number(reader, FALSE, &count) || !take(reader, '*') ||
		!take_number(reader, FALSE, &size))
		return refuse(reader, "sectors such as 16*128Kg", error);
	size *= take_unit(reader);
	letter = *reader->at;
	if (letter < 'a' || letter > 'g')
		return refuse(reader, "an access letter a to g", error);
	reader->at++;
	return add_region(reader, count, size, (guint)letter & 7, error);
}

/* "/0x08000000/16*128Kg,..." */
static gboolean read_group(Reader *reader, GError **error)
{
	if (!take(reader, '/') || !take(reader, '0') ||
		(!take(reader, 'x') && !take(reader, 'X')) ||
		!take_number(reader, TRUE, &reader->address) || !take(reader, '/'))
		return refuse(reader, "an address such as /0x08000000/", error);
	do {
		if (!read_region(reader, error))
			return FALSE;
	} while (take(reader, ','));
	return TRUE;
}

gboolean dfuse_map_parse(const char *text, DfuseMap *map, GError **error)
{
	Reader reader = {.text = text, .at = text, .map = map};

	*map = (DfuseMap){0};
	if (!read_name(&reader, error))
		return FALSE;
	do {
		if (!read_group(&reader, error))
			return FALSE;
		while (take(&reader, ' '))
			;
	} while (*reader.at);
	return TRUE;
}

gboolean dfuse_map_sector(const DfuseMap *map, guint32 address, DfuseSector *sector)
{
	guint before = 0;

	for (guint i = 0; i < map->regions; before += map->region[i++].count) {
		const DfuseRegion *region = &map->region[i];
		guint32 offset = address - region->address;

		if (address < region->address || offset / region->size >= region->count)
			continue;
		*sector = (DfuseSector){address - offset % region->size, region->size,
			region->access, before + offset / region->size};
		return TRUE;
	}
	return FALSE;
}

gboolean dfuse_map_allows(
	const DfuseMap *map, guint32 address, gsize length, guint access, GError **error)
{
	guint64 at = address, end = at + MIN(length, (gsize)G_MAXUINT32 + 1);
	DfuseSector sector;

	while (at < end) {
		if (at > G_MAXUINT32 || !dfuse_map_sector(map, (guint32)at, &sector) ||
			(sector.access & access) != access) {
			g_set_error(error, FAILURE, FAILURE_DFU_REFUSED,
				"0x%08" G_GINT64_MODIFIER "X is outside what '%s' allows", at,
				map->name);
			return FALSE;
		}
		at = (guint64)sector.address + sector.size;
	}
	return TRUE;
}

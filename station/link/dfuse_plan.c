#include "link/dfuse_plan.h"

#include "core/chip.h"
#include "core/failure.h"

#include <string.h>

enum { AGREED = 1024 }; /* bytes that are enough to know a sector by */

struct DfusePlan {
	GPtrArray *bytes; /* of GByteArray*, one a range */
	GArray *ranges;   /* of DfuseRange */
	GArray *sectors;  /* of DfuseSector */
	guint64 end;      /* behind the last byte that was added */
};

DfusePlan *dfuse_plan_new(void)
{
	DfusePlan *plan = g_new0(DfusePlan, 1);

	plan->bytes = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
	plan->ranges = g_array_new(FALSE, FALSE, sizeof(DfuseRange));
	plan->sectors = g_array_new(FALSE, FALSE, sizeof(DfuseSector));
	return plan;
}

void dfuse_plan_free(DfusePlan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->bytes);
	g_array_unref(plan->ranges);
	g_array_unref(plan->sectors);
	g_free(plan);
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void fill(GByteArray *bytes, gsize count)
{
	gsize before = bytes->len;

	if (!count) /* an array that is empty yet has no memory */
		return;
	g_byte_array_set_size(bytes, (guint)(before + count));
	memset(bytes->data + before, 0xFF, count);
}

static DfuseRange *last_range(DfusePlan *plan)
{
	return plan->ranges->len ? &g_array_index(plan->ranges, DfuseRange, plan->ranges->len - 1)
				 : NULL;
}

/* The last range where it reaches this word, else a new one that begins with it. */
static DfuseRange *range_for(DfusePlan *plan, guint32 word)
{
	DfuseRange *last = last_range(plan);
	DfuseRange fresh = {.address = word};

	if (last && word <= (guint64)last->address + last->length)
		return last;
	g_array_append_val(plan->ranges, fresh);
	g_ptr_array_add(plan->bytes, g_byte_array_new());
	return last_range(plan);
}

gboolean dfuse_plan_add(
	DfusePlan *plan, guint32 address, const guint8 *data, gsize length, GError **error)
{
	guint64 end = (guint64)address + length;
	GByteArray *bytes;
	DfuseRange *range;

	if (address < plan->end || !length || end > (guint64)G_MAXUINT32 + 1) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"%zu bytes at 0x%08X do not follow what ends before 0x%08" G_GINT64_MODIFIER
			"X",
			length, address, plan->end);
		return FALSE;
	}
	plan->end = end;
	range = range_for(plan, address / CHIP_FLASH_WORD * CHIP_FLASH_WORD);
	bytes = plan->bytes->pdata[plan->bytes->len - 1];
	/* Its last word may hold the beginning of this one already, as padding. */
	if ((guint64)range->address + bytes->len > address)
		g_byte_array_set_size(bytes, address - range->address);
	fill(bytes, address - (range->address + bytes->len));
	g_byte_array_append(bytes, data, (guint)length);
	fill(bytes, (CHIP_FLASH_WORD - bytes->len % CHIP_FLASH_WORD) % CHIP_FLASH_WORD);
	range->data = bytes->data;
	range->length = bytes->len;
	return TRUE;
}

/* ---- sectors --------------------------------------------------------------------------------- */

gboolean dfuse_plan_check(DfusePlan *plan, const Dfuse *dfuse, GError **error)
{
	g_array_set_size(plan->sectors, 0);
	for (guint i = 0; i < plan->ranges->len; i++) {
		const DfuseRange *range = &g_array_index(plan->ranges, DfuseRange, i);

		if (!dfuse_sectors(dfuse, range->address, range->length, plan->sectors, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- what is there already ------------------------------------------------------------------- */

/* The part of a range from one address up to another; empty where it has none. */
static DfuseRange part(const DfuseRange *range, guint64 from, guint64 to)
{
	guint64 begin = MAX(range->address, from);
	guint64 end = MIN((guint64)range->address + range->length, to);

	if (begin >= end)
		return (DfuseRange){0};
	return (DfuseRange){
		(guint32)begin, range->data + (begin - range->address), (gsize)(end - begin)};
}

gboolean dfuse_plan_agrees(
	const DfusePlan *plan, Dfuse *dfuse, const DfuseSector *sector, GError **error)
{
	for (guint i = 0; i < plan->ranges->len; i++) {
		const DfuseRange *range = &g_array_index(plan->ranges, DfuseRange, i);
		DfuseRange first =
			part(range, sector->address, (guint64)sector->address + sector->size);

		first.length = MIN(first.length, AGREED);
		if (first.length)
			return dfuse_compare(dfuse, &first, 1, error);
	}
	return TRUE;
}

static void add_part(GArray *ranges, DfuseRange range)
{
	if (range.length)
		g_array_append_val(ranges, range);
}

void dfuse_plan_skip(DfusePlan *plan, const DfuseSector *sector)
{
	GArray *ranges = g_array_new(FALSE, FALSE, sizeof(DfuseRange));

	for (guint i = 0; i < plan->ranges->len; i++) {
		const DfuseRange *range = &g_array_index(plan->ranges, DfuseRange, i);

		add_part(ranges, part(range, 0, sector->address));
		add_part(ranges, part(range, (guint64)sector->address + sector->size, G_MAXUINT64));
	}
	g_array_unref(plan->ranges);
	plan->ranges = ranges;
	for (guint i = 0; i < plan->sectors->len; i++)
		if (g_array_index(plan->sectors, DfuseSector, i).address == sector->address)
			g_array_remove_index(plan->sectors, i);
}

const DfuseRange *dfuse_plan_ranges(const DfusePlan *plan, guint *count)
{
	*count = plan->ranges->len;
	return (const DfuseRange *)(gpointer)plan->ranges->data;
}

const DfuseSector *dfuse_plan_sectors(const DfusePlan *plan, guint *count)
{
	*count = plan->sectors->len;
	return (const DfuseSector *)(gpointer)plan->sectors->data;
}

gsize dfuse_plan_bytes(const DfusePlan *plan)
{
	gsize total = 0;

	for (guint i = 0; i < plan->ranges->len; i++)
		total += g_array_index(plan->ranges, DfuseRange, i).length;
	return total;
}

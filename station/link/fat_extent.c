/* Which blocks of the drive hold something: all before the data, and the clusters that have an owner. */
#include "link/fat_parts.h"

static void add(GArray *extents, guint32 first, guint32 count)
{
	FatExtent *last =
		extents->len ? &g_array_index(extents, FatExtent, extents->len - 1) : NULL;

	if (last && last->first + last->count == first)
		last->count += count;
	else
		g_array_append_val(extents, ((FatExtent){first, count}));
}

void fat_extent_directory(FatWalk *walk, guint32 block, guint32 count)
{
	FatExtent extent = {walk->volume->first_block + block, count};

	/* Never joined: one may belong to another directory. */
	g_array_append_val(walk->volume->directories, extent);
}

void fat_extents(FatWalk *walk)
{
	FatVolume *volume = walk->volume;

	if (volume->first_block)
		add(volume->extents, 0, 1); /* the partition table */
	if (!walk->owner) {
		if (walk->drive_blocks)
			add(volume->extents, volume->first_block, 1);
		return;
	}
	volume->tables =
		(FatExtent){volume->first_block + walk->fat, walk->fats * walk->fat_blocks};
	add(volume->extents, volume->first_block, walk->data_area);
	for (guint32 cluster = 2; cluster < volume->clusters + 2; cluster++)
		if (walk->owner[cluster])
			add(volume->extents, volume->first_block + fat_cluster_block(walk, cluster),
				walk->cluster_blocks);
}

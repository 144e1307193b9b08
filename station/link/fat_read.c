/* Blocks of a FAT volume, and the bytes of a chain of clusters. */
#include "link/fat_parts.h"

gboolean fat_read(FatWalk *walk, guint32 block, guint32 count, guint8 *into, GError **error)
{
	/* The layout was checked to lie inside the drive. */
	g_return_val_if_fail(
		walk->volume->first_block + (guint64)block + count <= walk->drive_blocks, FALSE);
	return walk->read(walk->data, walk->volume->first_block + block, count, into, error);
}

guint32 fat_cluster_block(const FatWalk *walk, guint32 cluster)
{
	return walk->data_area + (cluster - 2) * walk->cluster_blocks;
}

/* How many of the chain's clusters, from this one on, lie side by side and fit into one reading. */
static guint run_length(const FatWalk *walk, const GArray *chain, guint from)
{
	guint most = MAX(FAT_PIECE_BLOCKS / walk->cluster_blocks, 1), count = 1;

	while (count < most && from + count < chain->len &&
		g_array_index(chain, guint32, from + count) ==
			g_array_index(chain, guint32, from) + count)
		count++;
	return count;
}

gboolean fat_read_chain(FatWalk *walk, const GArray *chain, gsize length, FatConsume consume,
	gpointer data, GError **error)
{
	gsize size = walk->volume->cluster_size;
	g_autofree guint8 *piece = g_malloc(MAX(FAT_PIECE_BLOCKS * FAT_BLOCK, size));

	for (guint i = 0; i < chain->len && length;) {
		guint count = run_length(walk, chain, i);
		gsize bytes = MIN(count * size, length);
		guint32 blocks = (guint32)((bytes + FAT_BLOCK - 1) / FAT_BLOCK);

		if (!fat_read(walk, fat_cluster_block(walk, g_array_index(chain, guint32, i)),
			    blocks, piece, error))
			return FALSE;
		consume(piece, bytes, data);
		length -= bytes;
		i += count;
	}
	return TRUE;
}

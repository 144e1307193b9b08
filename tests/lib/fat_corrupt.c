#include "lib/fat_corrupt.h"

#include <string.h>

enum { ENTRY = 32, BLOCK = FAT_MADE_BLOCK };

static guint below(GRand *rand, gsize end)
{
	return (guint)g_rand_int_range(rand, 0, (gint32)end);
}

static guint32 any_cluster(GRand *rand, const GArray *clusters)
{
	return g_array_index(clusters, guint32, below(rand, clusters->len));
}

static gsize any_entry(FatMade *made, GRand *rand)
{
	return g_array_index(made->entries, gsize, below(rand, made->entries->len));
}

/* Mostly one that is used. */
static guint32 pick_cluster(FatMade *made, GRand *rand)
{
	switch (below(rand, 4)) {
	case 0:
		return 2 + below(rand, made->clusters);
	case 1:
		return any_cluster(rand, made->directories);
	default:
		return any_cluster(rand, made->contents);
	}
}

/* What an entry of the FAT may become. */
static guint32 pick_next(FatMade *made, GRand *rand)
{
	guint32 end = made->bits == 12 ? 0xFFF : made->bits == 16 ? 0xFFFF : 0x0FFFFFFF;

	switch (below(rand, 8)) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return end - below(rand, 16); /* ends, the bad cluster's mark, reserved values */
	case 3:
		return made->clusters + below(rand, 4);
	case 4:
		return g_rand_int(rand);
	case 5:
		return 2 + below(rand, made->clusters);
	default:
		return pick_cluster(made, rand);
	}
}

/* A byte that steers whoever reads the volume. */
static gsize pick_byte(FatMade *made, GRand *rand)
{
	guint32 cluster = pick_cluster(made, rand);

	switch (below(rand, 6)) {
	case 0:
		return below(rand, made->bits == 32 ? 90 : 62);
	case 1:
		return below(rand, made->fat);
	case 2:
	case 3:
		return made->fat + below(rand, made->fats) * made->fat_bytes +
		       cluster * made->bits / 8;
	default:
		return any_entry(made, rand) + below(rand, ENTRY);
	}
}

/* ---- bytes and blocks ------------------------------------------------------------------------ */

static void flip_bit(FatMade *made, GRand *rand)
{
	gsize at = pick_byte(made, rand);

	fat_made_put_byte(made, at, made->bytes[at] ^ (guint8)(1 << below(rand, 8)));
}

static void change_byte(FatMade *made, GRand *rand)
{
	fat_made_put_byte(made, pick_byte(made, rand), (guint8)below(rand, 256));
}

static void fill_block(FatMade *made, GRand *rand, guint8 value)
{
	guint8 block[BLOCK];

	memset(block, value, BLOCK);
	fat_made_put(made, pick_byte(made, rand) / BLOCK * BLOCK, block, BLOCK);
}

static void zero_block(FatMade *made, GRand *rand)
{
	fill_block(made, rand, 0);
}

static void erase_block(FatMade *made, GRand *rand)
{
	fill_block(made, rand, 0xFF);
}

static void random_block(FatMade *made, GRand *rand)
{
	guint8 block[BLOCK];

	for (guint i = 0; i < BLOCK; i++)
		block[i] = (guint8)below(rand, 256);
	fat_made_put(made, pick_byte(made, rand) / BLOCK * BLOCK, block, BLOCK);
}

static void swap_blocks(FatMade *made, GRand *rand)
{
	gsize a = pick_byte(made, rand) / BLOCK * BLOCK;
	gsize b = pick_byte(made, rand) / BLOCK * BLOCK;
	guint8 kept[BLOCK];

	memcpy(kept, made->bytes + a, BLOCK);
	fat_made_put(made, a, made->bytes + b, BLOCK);
	fat_made_put(made, b, kept, BLOCK);
}

/* To where its data are, mostly. */
static void cut(FatMade *made, GRand *rand)
{
	gsize end = below(rand, 2) ? below(rand, made->length)
				   : fat_made_cluster(made, pick_cluster(made, rand));

	fat_made_truncate(made, end / BLOCK * BLOCK);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* In one FAT. */
static void change_next(FatMade *made, GRand *rand)
{
	fat_made_put_next(
		made, below(rand, made->fats), pick_cluster(made, rand), pick_next(made, rand));
}

/* In all FATs: no difference between them gives it away. */
static void change_nexts(FatMade *made, GRand *rand)
{
	guint32 cluster = below(rand, 20) ? pick_cluster(made, rand) : below(rand, 2);
	guint32 next = pick_next(made, rand);

	for (guint fat = 0; fat < made->fats; fat++)
		fat_made_put_next(made, fat, cluster, next);
}

/* Back to a cluster shortly before, mostly of the same chain: a loop. */
static void bend_chain(FatMade *made, GRand *rand)
{
	guint from = below(rand, made->contents->len), back = below(rand, 4);

	back = MIN(back, from);
	for (guint fat = 0; fat < made->fats; fat++)
		fat_made_put_next(made, fat, g_array_index(made->contents, guint32, from),
			g_array_index(made->contents, guint32, from - back));
}

static void zero_table(FatMade *made, GRand *rand)
{
	g_autofree guint8 *zeros = g_malloc0(made->fat_bytes);
	guint first = below(rand, made->fats);

	for (guint fat = first; fat < made->fats; fat++)
		fat_made_put(made, made->fat + fat * made->fat_bytes, zeros, made->fat_bytes);
}

static gboolean goes_on(const FatMade *made, guint32 next)
{
	return next >= 2 && next < made->clusters + 2;
}

/* The clusters after a and b change places in their chains, in all FATs: nothing but the files' contents
 * tells. FALSE: not with these two. */
static gboolean swap_after(FatMade *made, guint32 a, guint32 b)
{
	guint32 after_a = fat_made_next(made, a), after_b = fat_made_next(made, b);
	guint32 last_a, last_b;

	if (a == b || !goes_on(made, after_a) || !goes_on(made, after_b) || after_a == b ||
		after_b == a)
		return FALSE;
	last_a = fat_made_next(made, after_a);
	last_b = fat_made_next(made, after_b);
	if (last_a == after_b || last_b == after_a)
		return FALSE;
	for (guint fat = 0; fat < made->fats; fat++) {
		fat_made_put_next(made, fat, a, after_b);
		fat_made_put_next(made, fat, b, after_a);
		fat_made_put_next(made, fat, after_a, last_b);
		fat_made_put_next(made, fat, after_b, last_a);
	}
	return TRUE;
}

static void swap_chains(FatMade *made, GRand *rand)
{
	for (guint tries = 0; tries < 100; tries++)
		if (swap_after(made, any_cluster(rand, made->contents),
			    any_cluster(rand, made->contents)))
			return;
}

/* ---- the boot sector ------------------------------------------------------------------------- */

typedef struct {
	guint at, size;
} Place;

static void change_place(FatMade *made, GRand *rand, gsize base, Place place)
{
	static const guint32 edges[] = {
		0, 1, 2, 3, 16, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF};
	const guint8 *at = made->bytes + base + place.at;
	guint32 value = 0;

	for (guint i = place.size; i-- > 0;)
		value = value << 8 | at[i];
	switch (below(rand, 4)) {
	case 0:
		value = g_rand_int(rand);
		break;
	case 1:
		value += below(rand, 2) ? 1 : (guint32)-1;
		break;
	case 2:
		value ^= 1u << below(rand, 8 * place.size);
		break;
	default:
		value = edges[below(rand, G_N_ELEMENTS(edges))];
	}
	for (guint i = 0; i < place.size; i++)
		fat_made_put_byte(made, base + place.at + i, (guint8)(value >> 8 * i));
}

static void change_boot(FatMade *made, GRand *rand)
{
	/* block size, cluster size, reserved, FATs, root entries, blocks, media, FAT size, geometry, hidden,
	 * blocks again; FAT32's size, flags, version, root, FSInfo, copy; states, signatures, IDs */
	static const Place places[] = {{0, 1}, {11, 2}, {13, 1}, {14, 2}, {16, 1}, {17, 2}, {19, 2},
		{21, 1}, {22, 2}, {24, 2}, {26, 2}, {28, 4}, {32, 4}, {36, 4}, {37, 1}, {38, 1},
		{39, 4}, {40, 2}, {42, 2}, {44, 4}, {48, 2}, {50, 2}, {65, 1}, {66, 1}, {67, 4}};

	change_place(made, rand, 0, places[below(rand, G_N_ELEMENTS(places))]);
}

static void change_label(FatMade *made, GRand *rand)
{
	gsize at = made->bits == 32 ? 71 : 43;

	if (below(rand, 2))
		fat_made_put(made, at, "NO NAME    ", 11);
	else
		fat_made_put_byte(made, at + below(rand, 11), (guint8)below(rand, 256));
}

/* FSInfo and the boot sector's copy; in the others, the boot sector again. */
static void change_info(FatMade *made, GRand *rand)
{
	static const Place places[] = {{0, 4}, {484, 4}, {488, 4}, {492, 4}, {508, 4}};

	if (made->bits != 32)
		change_boot(made, rand);
	else if (below(rand, 4))
		change_place(made, rand, BLOCK, places[below(rand, G_N_ELEMENTS(places))]);
	else
		fat_made_put_byte(made, 6 * BLOCK + below(rand, BLOCK), (guint8)below(rand, 256));
}

static void drop_signature(FatMade *made, GRand *rand)
{
	fat_made_put_byte(made, 510 + below(rand, 2), 0);
	if (made->bits == 32)
		fat_made_put(made, 6 * BLOCK, made->bytes, BLOCK);
}

/* ---- directories ----------------------------------------------------------------------------- */

static void change_entry(FatMade *made, GRand *rand)
{
	/* first letter, name, extension, attributes, case, first cluster's halves, size */
	static const Place places[] = {{0, 1}, {1, 4}, {8, 1}, {11, 1}, {12, 1}, {20, 2}, {26, 2},
		{26, 2}, {28, 4}, {28, 2}};
	gsize at = any_entry(made, rand);

	change_place(made, rand, at, places[below(rand, G_N_ELEMENTS(places))]);
}

static void delete_entry(FatMade *made, GRand *rand)
{
	fat_made_put_byte(made, any_entry(made, rand), below(rand, 4) ? 0xE5 : 0x00);
}

static void copy_entry(FatMade *made, GRand *rand)
{
	gsize from = any_entry(made, rand), to = any_entry(made, rand);
	guint8 entry[ENTRY];

	memcpy(entry, made->bytes + from, ENTRY);
	fat_made_put(made, to, entry, ENTRY);
}

static void redirect_entry(FatMade *made, GRand *rand)
{
	gsize at = any_entry(made, rand);
	guint32 cluster = pick_cluster(made, rand);

	fat_made_put_byte(made, at + 26, (guint8)cluster);
	fat_made_put_byte(made, at + 27, (guint8)(cluster >> 8));
	if (made->bits == 32)
		fat_made_put_byte(made, at + 20, (guint8)(cluster >> 16));
}

/* ---- what fsck.fat does not see -------------------------------------------------------------- */

/* In a byte that is not zero, so that it is none of a cluster's slack. */
static void flip_data(FatMade *made, GRand *rand)
{
	gsize cluster = fat_made_cluster(made, any_cluster(rand, made->contents));
	gsize at = cluster + below(rand, made->cluster_bytes);

	if (!made->bytes[at])
		at = cluster;
	fat_made_put_byte(made, at, made->bytes[at] ^ (guint8)(1 << below(rand, 8)));
}

static void erase_data(FatMade *made, GRand *rand)
{
	g_autofree guint8 *ones = g_malloc(made->cluster_bytes);

	memset(ones, 0xFF, made->cluster_bytes);
	for (guint i = 0; i < made->contents->len; i++)
		fat_made_put(made,
			fat_made_cluster(made, g_array_index(made->contents, guint32, i)), ones,
			made->cluster_bytes);
}

static void erase_all(FatMade *made, GRand *rand)
{
	guint8 ones[BLOCK];

	memset(ones, 0xFF, BLOCK);
	for (gsize at = made->data; at < MIN(made->length, made->data + (1 << 20)); at += BLOCK)
		fat_made_put(made, at, ones, BLOCK);
}

/* ---------------------------------------------------------------------------------------------- */

static const FatCorruption corruptions[] = {
	{"bit", flip_bit},
	{"byte", change_byte},
	{"block-zero", zero_block},
	{"block-erased", erase_block},
	{"block-random", random_block},
	{"blocks-swapped", swap_blocks},
	{"truncated", cut},
	{"fat-entry", change_next},
	{"fat-entries", change_nexts},
	{"chain-bent", bend_chain},
	{"fat-zero", zero_table},
	{"boot-field", change_boot},
	{"label", change_label},
	{"fsinfo", change_info},
	{"entry-field", change_entry},
	{"entry-deleted", delete_entry},
	{"entry-copied", copy_entry},
	{"entry-moved", redirect_entry},
	{"data-area-erased", erase_all},
	{"data-bit", flip_data, TRUE},
	{"data-erased", erase_data, TRUE},
	{"no-55aa", drop_signature, TRUE},
	{"chains-swapped", swap_chains, TRUE},
};

const FatCorruption *fat_corruptions(guint *count)
{
	*count = G_N_ELEMENTS(corruptions);
	return corruptions;
}

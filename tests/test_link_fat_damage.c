/* The FAT walker under hostile bytes and failing readings; its bounds, up to a card of 32 GiB. */
#include "lib/fat_camera.h"
#include "lib/fat_drive.h"

#include <gio/gio.h>
#include <string.h>

/* A reading that fails at the Nth block ends the walk with that error, for every N. */
static void test_reading_fails(void)
{
	g_autofree guint8 *camera = camera_drive(), *card = card_drive();
	const guint8 *const drives[] = {camera, card};
	const gsize lengths[] = {CAMERA_BYTES, CARD_BYTES};

	for (guint i = 0; i < G_N_ELEMENTS(drives); i++) {
		g_autoptr(FatVolume) sound = NULL;
		guint reads;

		sound = fat_drive_walk_failing(drives[i], lengths[i], 0, &reads, NULL);
		g_assert_nonnull(sound);
		g_assert_cmpuint(reads, >, 4);
		for (guint n = 1; n <= reads; n++) {
			g_autoptr(GError) error = NULL;

			g_assert_null(
				fat_drive_walk_failing(drives[i], lengths[i], n, NULL, &error));
			g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
		}
	}
}

/* ---- bounds ---------------------------------------------------------------------------------- */

/* Directories within directories: three in each, all the same one, would be three to the 20th. */
static void test_depth(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	for (guint i = 0; i < 20; i++)
		camera_put_directory(drive, 10 + i, i ? 9 + i : 0, 3, 11 + i);
	memset(drive + CAMERA_ROOT_AT(5, 0), 0, 32);
	memcpy(drive + CAMERA_ROOT_AT(5, 0), "DEEP       \x10", 12);
	drive[CAMERA_ROOT_AT(5, 26)] = 10;
	volume = fat_drive_walk(drive, CAMERA_BYTES);
	fat_drive_assert_has(volume, "fat-depth");
	fat_drive_assert_has(volume, "fat-cross-link");
	g_assert_cmpuint(volume->files->len, <, 1000);
}

/* A card with nothing on it, of any size: its boot sector, FSInfo and the beginnings of its FATs and of
 * its root directory are stored, all else is zero. */
typedef struct {
	guint8 boot[512], info[512], fat[512];
	guint32 fat_blocks;
	guint64 read;
} Vast;

static void put32(guint8 *at, guint32 value)
{
	for (guint i = 0; i < 4; i++)
		at[i] = (guint8)(value >> 8 * i);
}

static void vast_make(Vast *vast, guint32 blocks, guint cluster_blocks)
{
	g_autofree guint8 *card = card_drive();
	guint32 clusters;

	memset(vast, 0, sizeof *vast);
	memcpy(vast->boot, card + CARD_BOOT, 512);
	memcpy(vast->info, card + CARD_INFO, 512);
	vast->fat_blocks = blocks / cluster_blocks / 128 + 1;
	clusters = (blocks - 32 - 2 * vast->fat_blocks) / cluster_blocks;
	vast->boot[13] = (guint8)cluster_blocks;
	put32(vast->boot + 32, blocks);
	put32(vast->boot + 36, vast->fat_blocks);
	put32(vast->info + 488, clusters - 1);
	put32(vast->fat, 0x0FFFFFF8);
	put32(vast->fat + 4, 0x0FFFFFFF);
	put32(vast->fat + 8, 0x0FFFFFFF);
	memcpy(vast->boot + 71, "NO NAME    ", 11);
}

static gboolean vast_read(gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	Vast *vast = data;

	memset(into, 0, (gsize)count * 512);
	vast->read += count;
	if (block == 0 || block == 6)
		memcpy(into, vast->boot, 512);
	else if (block == 1)
		memcpy(into, vast->info, 512);
	else if (block == 32 || block == 32 + vast->fat_blocks)
		memcpy(into, vast->fat, 512);
	return TRUE;
}

/* 32 GiB: both FATs are read, once, and one cluster of root directory. */
static void test_vast(void)
{
	enum { BLOCKS = 64 << 20, CLUSTER_BLOCKS = 32 };
	g_autoptr(FatVolume) volume = NULL;
	Vast vast;

	vast_make(&vast, BLOCKS, CLUSTER_BLOCKS);
	volume = fat_walk(vast_read, &vast, BLOCKS, NULL);
	g_assert_nonnull(volume);
	fat_drive_assert_sound(volume);
	g_assert_cmpuint(volume->clusters, >, 2000000);
	g_assert_cmpuint(volume->free_clusters, ==, volume->clusters - 1);
	g_assert_cmpuint(vast.read, <=, 3 + 2 * vast.fat_blocks + CLUSTER_BLOCKS);
}

/* More clusters than are looked at: that is said, and their FAT of 64 MiB is not read. */
static void test_too_vast(void)
{
	enum { BLOCKS = 64 << 20, CLUSTER_BLOCKS = 4 };
	g_autoptr(FatVolume) volume = NULL;
	Vast vast;

	vast_make(&vast, BLOCKS, CLUSTER_BLOCKS);
	volume = fat_walk(vast_read, &vast, BLOCKS, NULL);
	g_assert_nonnull(volume);
	fat_drive_assert_has(volume, "fat-too-many");
	g_assert_cmpuint(vast.read, <, 10);
}

/* ---- hostile bytes --------------------------------------------------------------------------- */

static gsize between(gsize from, gsize to)
{
	return (gsize)g_test_rand_int_range((gint)from, (gint)to);
}

/* Where the numbers are that steer the walk, rather than the files' contents. */
static gsize camera_byte(void)
{
	switch (g_test_rand_int_range(0, 6)) {
	case 0:
		return between(446, 512);
	case 1:
		return CAMERA_BOOT + between(0, 62);
	case 2:
		return CAMERA_FAT + between(0, 40);
	case 3:
		return CAMERA_ROOT + between(0, 200);
	case 4:
		return CAMERA_DATA + between(0, 20 * 512);
	default:
		return between(0, CAMERA_BYTES);
	}
}

static gsize card_byte(void)
{
	switch (g_test_rand_int_range(0, 5)) {
	case 0:
		return CARD_BOOT + between(0, 90);
	case 1:
		return CARD_INFO + between(0, 512);
	case 2:
		return CARD_FAT + between(0, 88);
	case 3:
		return CARD_AT(20, between(0, 64));
	default:
		return CARD_AT(2, between(0, 3 * 512));
	}
}

/* Whatever is changed, fat_drive_walk() proves what must hold, in a copy of what is allocated too. */
static void mutate(guint8 *drive, gsize length, guint rounds, gsize (*pick)(void))
{
	guint found = 0;

	for (guint round = 0; round < rounds; round++) {
		g_autoptr(FatVolume) volume = NULL, again = NULL;
		g_autofree guint8 *copy = NULL;
		guint count = (guint)g_test_rand_int_range(1, 12);
		gsize at[12];
		guint8 was[12];

		for (guint i = 0; i < count; i++) {
			at[i] = pick();
			was[i] = drive[at[i]];
			drive[at[i]] = (guint8)g_test_rand_int();
		}
		volume = fat_drive_walk(drive, length);
		found += volume->findings->len > 0;
		copy = fat_drive_sparse_copy(drive, length, volume);
		again = fat_drive_walk(copy, length);
		fat_drive_assert_same(volume, again);
		while (count-- > 0)
			drive[at[count]] = was[count];
	}
	g_test_message("%u of %u mutations were found", found, rounds);
	g_assert_cmpuint(found, >, rounds / 2);
	g_assert_cmpuint(found, <, rounds);
}

static void test_camera(void)
{
	g_autofree guint8 *drive = camera_drive();

	for (guint i = 0; i < 4; i++)
		camera_put_directory(drive, 10 + i, i ? 9 + i : 0, i < 3, 11 + i);
	memcpy(drive + CAMERA_ROOT_AT(5, 0), "DEEP       \x10", 12);
	drive[CAMERA_ROOT_AT(5, 26)] = 10;
	mutate(drive, CAMERA_BYTES, 5000, camera_byte);
}

static void test_card(void)
{
	g_autofree guint8 *drive = card_drive();

	mutate(drive, CARD_BYTES, 40, card_byte);
}

/* What the fuzzer begins with, and what it once found. */
static void test_corpus(void)
{
	g_autoptr(GDir) dir = g_dir_open("tests/data/link/fat", 0, NULL);
	guint sound = 0, count = 0;
	const char *name;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename("tests/data/link/fat", name, NULL);
		g_autofree char *file = NULL;
		g_autoptr(FatVolume) volume = NULL;
		gsize length;

		g_test_message("%s", name);
		g_assert_true(g_file_get_contents(path, &file, &length, NULL));
		volume = fat_drive_walk_stored((const guint8 *)file, length);
		sound += volume && !volume->findings->len && volume->files->len;
		count++;
	}
	g_assert_cmpuint(sound, >=, 5);
	g_assert_cmpuint(count, >, sound);
}

/* A drive that ends anywhere. */
static void test_short(void)
{
	g_autofree guint8 *drive = camera_drive();

	for (gsize blocks = 0; blocks < CAMERA_BYTES / 512; blocks++) {
		g_autoptr(FatVolume) volume = fat_drive_walk(drive, blocks * 512);

		g_assert_cmpuint(volume->findings->len, >, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/fat/damage/reading-fails", test_reading_fails);
	g_test_add_func("/link/fat/damage/depth", test_depth);
	g_test_add_func("/link/fat/damage/vast", test_vast);
	g_test_add_func("/link/fat/damage/too-vast", test_too_vast);
	g_test_add_func("/link/fat/damage/camera", test_camera);
	g_test_add_func("/link/fat/damage/card", test_card);
	g_test_add_func("/link/fat/damage/corpus", test_corpus);
	g_test_add_func("/link/fat/damage/short", test_short);
	return g_test_run();
}

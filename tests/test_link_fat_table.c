/* The FAT walker and the FAT: chains, lost clusters, copies that differ; what it calls allocated. */
#include "lib/fat_camera.h"
#include "lib/fat_drive.h"

#include <string.h>

/* ---- each kind of damage has its name -------------------------------------------------------- */

typedef struct {
	const char *code;
	guint cluster; /* this entry of the FAT ... */
	guint32 next;  /* ... becomes this; */
	guint8 low;    /* or, for 0, the low byte of main.py's first cluster */
} Damage;

static const Damage camera_damages[] = {
	{"fat-bad-entry", 100, 0x123}, {"fat-bad-entry", 100, 1}, {"fat-chain", 2, 0},
	{"fat-chain", 2, 0xFF7}, {"fat-chain", 2, 0x200}, {"fat-chain", 0, .low = 0xE8},
	{"fat-cross-link", 2, 4}, {"fat-loop", 8, 3}, {"fat-loop", 5, 5}, {"fat-lost", 100, 0xFFF},
	{"fat-chain", 2, 9}, /* which is free */
};

static const Damage card_damages[] = {
	{"fat-bad-entry", 0, 0x0FFFFFF0}, /* the media byte */
	{"fat-dirty", 1, 0x07FFFFFF},
	{"fat-dirty", 1, 0x0BFFFFFF},
	{"fat-bad-entry", 100, CARD_CLUSTERS + 2},
	{"fat-bad-entry", 100, 0x0FFFFFF6},
	{"fat-bad-entry", 100, 0xF0000001},
	{"fat-chain", 2, 0},
	{"fat-chain", 2, 0xF0000000}, /* the upper 4 bits do not count: free */
	{"fat-chain", 20, 0x0FFFFFF7},
	{"fat-loop", 20, 2},
	{"fat-cross-link", 20, 3},
	{"fat-cross-link", 4, 10},
	{"fat-lost", CARD_CLUSTERS + 1, 0x0FFFFFFF},
	{"fat-free-count", 50, 0x0FFFFFFF},
	{"fat-size", 6, 0x0FFFFFFF},
};

static void expect(const guint8 *drive, gsize length, const char *code, guint damage)
{
	g_autoptr(FatVolume) volume = fat_drive_walk(drive, length);

	if (fat_drive_has(volume, code))
		return;
	fat_drive_show(volume);
	g_test_message("damage %u: no %s", damage, code);
	g_test_fail();
}

static void test_camera(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(camera_damages); i++) {
		const Damage *damage = &camera_damages[i];
		g_autofree guint8 *drive = camera_drive();

		if (damage->cluster)
			camera_set_next(drive, damage->cluster, damage->next);
		else
			drive[CAMERA_ROOT_AT(1, 26)] = damage->low;
		expect(drive, CAMERA_BYTES, damage->code, i);
	}
}

static void test_card(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(card_damages); i++) {
		g_autofree guint8 *drive = card_drive();

		card_set_next(drive, card_damages[i].cluster, card_damages[i].next);
		expect(drive, CARD_BYTES, card_damages[i].code, i);
	}
}

/* A cluster marked bad is neither free nor lost. */
static void test_bad_cluster(void)
{
	g_autofree guint8 *camera = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	camera_set_next(camera, 100, 0xFF7);
	volume = fat_drive_walk(camera, CAMERA_BYTES);
	fat_drive_assert_sound(volume);
	g_assert_cmpuint(volume->free_clusters, ==, 222 - 1 - 6 - 1);
}

/* In either copy, in the piece that is read first and in the last one. */
static void test_copies(void)
{
	static const guint clusters[] = {3, 12345, CARD_CLUSTERS + 1};

	for (guint i = 0; i < 2 * G_N_ELEMENTS(clusters); i++) {
		g_autofree guint8 *drive = card_drive();
		g_autoptr(FatVolume) volume = NULL;
		guint cluster = clusters[i / 2];

		drive[CARD_FAT + (i & 1) * CARD_FAT_BLOCKS * 512 + 4 * cluster + 3] ^= 0x10;
		volume = fat_drive_walk(drive, CARD_BYTES);
		g_assert_cmpuint(volume->findings->len, ==, 1);
		fat_drive_assert_has(volume, "fat-copies-differ");
		g_assert_cmpuint(((FatFinding *)volume->findings->pdata[0])->cluster, ==, cluster);
	}
	for (guint i = 0; i < 4; i++) { /* behind the last cluster's entry nothing counts */
		g_autofree guint8 *drive = card_drive();
		g_autoptr(FatVolume) volume = NULL;

		drive[CARD_FAT + 4 * (CARD_CLUSTERS + 2) + i] ^= 0xFF;
		volume = fat_drive_walk(drive, CARD_BYTES);
		fat_drive_assert_sound(volume);
	}
}

/* ---- what is allocated ----------------------------------------------------------------------- */

static void assert_extent(const FatVolume *volume, guint i, guint32 first, guint32 count)
{
	FatExtent extent = g_array_index(volume->extents, FatExtent, i);

	g_assert_cmpuint(extent.first, ==, first);
	g_assert_cmpuint(extent.count, ==, count);
}

/* Block 0, the volume up to its data with the files' clusters right behind. */
static void test_camera_extents(void)
{
	g_autofree guint8 *drive = camera_drive(), *copy = NULL;
	g_autoptr(FatVolume) volume = fat_drive_walk(drive, CAMERA_BYTES), again = NULL;

	g_assert_cmpuint(volume->extents->len, ==, 2);
	assert_extent(volume, 0, 0, 1);
	assert_extent(volume, 1, CAMERA_FIRST, 1 + 1 + 32 + 1 + 6);
	copy = fat_drive_sparse_copy(drive, CAMERA_BYTES, volume);
	again = fat_drive_walk(copy, CAMERA_BYTES);
	fat_drive_assert_sound(again);
	fat_drive_assert_same(volume, again);
}

static void test_card_extents(void)
{
	const guint32 data = (CARD_DATA) / 512 - 2;
	g_autofree guint8 *drive = card_drive(), *copy = NULL;
	g_autoptr(FatVolume) volume = fat_drive_walk(drive, CARD_BYTES), again = NULL;

	g_assert_cmpuint(volume->extents->len, ==, 4);
	assert_extent(volume, 1, CARD_FIRST, 32 + 2 * CARD_FAT_BLOCKS + 5);
	assert_extent(volume, 2, data + 10, 1);
	assert_extent(volume, 3, data + 20, 1);
	copy = fat_drive_sparse_copy(drive, CARD_BYTES, volume);
	again = fat_drive_walk(copy, CARD_BYTES);
	fat_drive_assert_sound(again);
	fat_drive_assert_same(volume, again);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/fat/table/camera", test_camera);
	g_test_add_func("/link/fat/table/card", test_card);
	g_test_add_func("/link/fat/table/bad-cluster", test_bad_cluster);
	g_test_add_func("/link/fat/table/copies", test_copies);
	g_test_add_func("/link/fat/table/camera-extents", test_camera_extents);
	g_test_add_func("/link/fat/table/card-extents", test_card_extents);
	return g_test_run();
}

/* The FAT walker before it walks: where the volume is, what its boot sector and FSInfo say. */
#include "lib/fat_camera.h"
#include "lib/fat_drive.h"

#include <string.h>

/* ---- sound ones ------------------------------------------------------------------------------ */

static void assert_file(const FatVolume *volume, const char *path, const char *text, gsize length)
{
	const FatFile *file = fat_file(volume, path);
	g_autofree char *sum =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, (gssize)length);

	g_assert_nonnull(file);
	g_assert_cmpuint(file->size, ==, length);
	g_assert_cmpstr(file->sha256, ==, sum);
}

static void test_camera(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = fat_drive_walk(drive, CAMERA_BYTES);

	fat_drive_assert_sound(volume);
	g_assert_cmpuint(volume->bits, ==, 12);
	g_assert_cmpuint(volume->first_block, ==, 256);
	g_assert_cmpuint(volume->blocks, ==, 256);
	g_assert_cmpuint(volume->clusters, ==, 222); /* boards.md section 2.1 */
	g_assert_cmpuint(volume->free_clusters, ==, 222 - 1 - 6);
	g_assert_cmpstr(volume->label, ==, "OPENMV");
	g_assert_cmpuint(volume->files->len, ==, 3);
	assert_file(volume, "/MAIN.py", camera_main_py(), strlen(camera_main_py()));
	g_assert_cmpstr(fat_file(volume, "/MAIN.py")->path, ==, "/main.py");
	g_assert_nonnull(fat_file(volume, "/.openmv_disk"));
	g_assert_null(fat_file(volume, "/boot.py"));
}

static void test_card(void)
{
	g_autofree guint8 *drive = card_drive();
	g_autoptr(FatVolume) volume = fat_drive_walk(drive, CARD_BYTES);
	g_autofree char *zeros = g_malloc0(1000);

	fat_drive_assert_sound(volume);
	g_assert_cmpuint(volume->bits, ==, 32);
	g_assert_cmpuint(volume->first_block, ==, CARD_FIRST);
	g_assert_cmpuint(volume->clusters, ==, CARD_CLUSTERS);
	g_assert_cmpuint(volume->free_clusters, ==, CARD_CLUSTERS - 7);
	g_assert_cmphex(volume->volume_id, ==, 0x20201122);
	g_assert_cmpstr(volume->label, ==, "CARD");
	g_assert_cmpuint(volume->files->len, ==, 4);
	assert_file(volume, "/CONFIG.TXT", "speed = 4", 9);
	assert_file(volume, "/LAST.TXT", zeros, 512);
	assert_file(volume, "/LOGS/LOG.TXT", zeros, 1000);
	g_assert_true(fat_file(volume, "/logs")->directory);
}

/* Without a partition table, too. */
static void test_no_table(void)
{
	g_autofree guint8 *camera = camera_drive(), *card = card_drive();
	g_autoptr(FatVolume) small =
		fat_drive_walk(camera + CAMERA_BOOT, CAMERA_BYTES - CAMERA_BOOT);
	g_autoptr(FatVolume) large = fat_drive_walk(card + CARD_BOOT, CARD_BYTES - CARD_BOOT);

	fat_drive_assert_sound(small);
	g_assert_cmpuint(small->first_block, ==, 0);
	g_assert_cmpuint(small->files->len, ==, 3);
	fat_drive_assert_sound(large);
	g_assert_cmpuint(large->first_block, ==, 0);
	g_assert_cmpuint(large->files->len, ==, 4);
}

/* FSInfo need not know anything. */
static void test_unknown_free(void)
{
	g_autofree guint8 *drive = card_drive();
	g_autoptr(FatVolume) volume = NULL;

	memset(drive + CARD_INFO + 488, 0xFF, 8);
	volume = fat_drive_walk(drive, CARD_BYTES);
	fat_drive_assert_sound(volume);
}

/* ---- each kind of damage has its name -------------------------------------------------------- */

static const FatDamage camera_damages[] = {
	{"fat-signature", 510, 0x00},
	{"fat-not-found", 450, 0x83}, /* partition type: Linux */
	{"fat-not-found", 450, 0x00},
	{"fat-not-found", 455, 0x03}, /* at block 0x300 of 0x200 */
	{"fat-boot-sector", 455, 0x03},
	{"fat-kind", 450, 0xEE}, /* GPT */
	{"fat-signature", CAMERA_BOOT + 510, 0x54},
	{"fat-boot-sector", CAMERA_BOOT + 12, 0x01}, /* bytes a block: 256 */
	{"fat-boot-sector", CAMERA_BOOT + 13, 3},    /* blocks a cluster */
	{"fat-boot-sector", CAMERA_BOOT + 14, 0},    /* reserved blocks */
	{"fat-boot-sector", CAMERA_BOOT + 16, 0},    /* FATs */
	{"fat-boot-sector", CAMERA_BOOT + 17, 1},    /* root entries: 513 */
	{"fat-boot-sector", CAMERA_BOOT + 19, 1},    /* blocks: 257 */
	{"fat-boot-sector", CAMERA_BOOT + 21, 0x12}, /* media byte */
	{"fat-boot-sector", CAMERA_BOOT + 22, 0},    /* blocks a FAT: FAT32 has them elsewhere */
	{"fat-boot-sector", CAMERA_BOOT + 38, 0x28},
	{"fat-dirty", CAMERA_BOOT + 37, 1},
	{"fat-label", CAMERA_BOOT + 43, 'X'},
};

static const FatDamage card_damages[] = {
	{"fat-signature", CARD_BOOT + 511, 0x00},
	{"fat-boot-sector", CARD_BOOT + 17, 16},   /* a root directory besides the clusters */
	{"fat-boot-sector", CARD_BOOT + 34, 2},    /* blocks */
	{"fat-boot-sector", CARD_BOOT + 37, 1},    /* blocks a FAT: 256 */
	{"fat-mirror", CARD_BOOT + 40, 0x80},      /* only the first FAT is kept */
	{"fat-boot-sector", CARD_BOOT + 43, 0x01}, /* version */
	{"fat-boot-sector", CARD_BOOT + 44, 0},    /* the root's cluster */
	{"fat-chain", CARD_BOOT + 44, 1}, {"fat-chain", CARD_BOOT + 46, 0xFF},
	{"fat-info", CARD_BOOT + 48, 0}, {"fat-info", CARD_BOOT + 48, 32},
	{"fat-info", CARD_BOOT + 50, 0}, {"fat-boot-copy", CARD_BOOT + 50, 7},
	{"fat-boot-copy", CARD_BOOT + 400, 0x01}, {"fat-boot-copy", CARD_COPY + 3, 'x'},
	{"fat-dirty", CARD_BOOT + 65, 1}, {"fat-boot-sector", CARD_BOOT + 66, 0x00},
	{"fat-label", CARD_BOOT + 71, 'c'}, {"fat-info", CARD_INFO, 0x53},
	{"fat-info", CARD_INFO + 484, 0x73}, {"fat-info", CARD_INFO + 511, 0x55},
	{"fat-free-count", CARD_INFO + 488, 0x00}, {"fat-info", CARD_INFO + 492, 1}, /* next free */
	{"fat-info", CARD_INFO + 495, 0x01}, /* cluster 0x01000007 */
};

static void test_damages(void)
{
	g_autofree guint8 *camera = camera_drive(), *card = card_drive();

	fat_drive_damaged(camera, CAMERA_BYTES, camera_damages, G_N_ELEMENTS(camera_damages));
	fat_drive_damaged(card, CARD_BYTES, card_damages, G_N_ELEMENTS(card_damages));
}

/* ---- what is not FAT ------------------------------------------------------------------------- */

static void assert_told(const guint8 *drive, const char *code, const char *text)
{
	g_autoptr(FatVolume) volume = fat_drive_walk(drive, CAMERA_BYTES);
	const FatFinding *finding;

	fat_drive_assert_has(volume, code);
	finding = volume->findings->pdata[0];
	g_assert_cmpstr(finding->code, ==, code);
	g_assert_nonnull(strstr(finding->text, text));
	g_assert_cmpuint(volume->files->len, ==, 0);
}

/* exFAT and NTFS, as a whole drive and in a partition. */
static void test_foreign(void)
{
	static const struct {
		const char *oem, *name;
	} systems[] = {{"EXFAT   ", "exFAT"}, {"NTFS    ", "NTFS"}};

	for (guint i = 0; i < G_N_ELEMENTS(systems); i++) {
		g_autofree guint8 *whole = g_malloc0(CAMERA_BYTES);
		g_autofree guint8 *partition = camera_drive();

		memcpy(whole, "\xEB\x76\x90", 3);
		memcpy(whole + 3, systems[i].oem, 8);
		whole[510] = 0x55;
		whole[511] = 0xAA;
		assert_told(whole, "fat-kind", systems[i].name);
		memcpy(partition + CAMERA_BOOT, whole, 512);
		assert_told(partition, "fat-kind", systems[i].name);
		partition[450] =
			0x07; /* their own type: it is said, the partition is not looked into */
		assert_told(partition, "fat-not-found", "0x07");
	}
}

static void test_gpt(void)
{
	g_autofree guint8 *drive = camera_drive();

	drive[450] = 0xEE;
	assert_told(drive, "fat-kind", "GPT");
}

/* A FAT16 with more clusters than FAT16 can have; a FAT32 with fewer than FAT32 must have, whose files
 * are shown all the same. */
static void test_cluster_counts(void)
{
	g_autofree guint8 *drive = card_drive();
	g_autoptr(FatVolume) few = NULL, many = NULL;
	guint8 *boot = drive + CARD_BOOT;

	boot[32] -= 2;
	few = fat_drive_walk(drive, CARD_BYTES);
	fat_drive_assert_has(few, "fat-kind");
	g_assert_cmpuint(few->files->len, ==, 4);
	boot[32] += 2;
	memset(boot + 36, 0, 4);
	boot[23] = CARD_FAT_BLOCKS >> 8;
	boot[17] = 16; /* a block of root directory more ... */
	boot[14]--;    /* ... and a reserved one fewer */
	many = fat_drive_walk(drive, CARD_BYTES);
	fat_drive_assert_has(many, "fat-kind");
	g_assert_cmpuint(many->files->len, ==, 0);
}

static void test_no_volume(void)
{
	g_autofree guint8 *drive = g_malloc(CAMERA_BYTES);

	for (guint i = 0; i < 3; i++) {
		g_autoptr(FatVolume) volume = NULL;

		memset(drive, i == 0 ? 0xFF : i == 1 ? 0x00 : 0x55, CAMERA_BYTES);
		volume = fat_drive_walk(drive, i == 2 ? 0 : CAMERA_BYTES);
		fat_drive_assert_has(volume, "fat-not-found");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/fat/boot/camera", test_camera);
	g_test_add_func("/link/fat/boot/card", test_card);
	g_test_add_func("/link/fat/boot/no-table", test_no_table);
	g_test_add_func("/link/fat/boot/unknown-free", test_unknown_free);
	g_test_add_func("/link/fat/boot/damages", test_damages);
	g_test_add_func("/link/fat/boot/foreign", test_foreign);
	g_test_add_func("/link/fat/boot/gpt", test_gpt);
	g_test_add_func("/link/fat/boot/cluster-counts", test_cluster_counts);
	g_test_add_func("/link/fat/boot/no-volume", test_no_volume);
	return g_test_run();
}

/* The FAT walker and directories: names, labels, sizes, attributes, where they end. */
#include "lib/fat_camera.h"
#include "lib/fat_drive.h"

#include <string.h>

static const FatDamage camera_damages[] = {
	{"fat-size", CAMERA_ROOT_AT(1, 29), 0xFF},
	{"fat-size", CAMERA_ROOT_AT(2, 29), 0x09}, /* 3000 to 2488: one cluster too many */
	{"fat-size", CAMERA_ROOT_AT(1, 26), 0},    /* no cluster */
	{"fat-bad-name", CAMERA_ROOT_AT(1, 3), '?'},
	{"fat-bad-name", CAMERA_ROOT_AT(1, 0), ' '},
	{"fat-bad-name", CAMERA_ROOT_AT(1, 12), 0x20},
	{"fat-long-name", CAMERA_ROOT_AT(4, 0), 'P'},
	{"fat-long-name", CAMERA_ROOT_AT(4, 0), 0xE5},
	{"fat-long-name", CAMERA_ROOT_AT(3, 0), 0x42},
	{"fat-long-name", CAMERA_ROOT_AT(3, 1), '/'},
	{"fat-long-name", CAMERA_ROOT_AT(3, 12), 1},
	{"fat-long-name", CAMERA_ROOT_AT(3, 26), 1},
	{"fat-bad-name", CAMERA_ROOT_AT(1, 7), 'Q'}, /* a space within */
	{"fat-attribute", CAMERA_ROOT_AT(1, 11), 0x60},
	{"fat-attribute", CAMERA_ROOT_AT(1, 11), 0x18},
	{"fat-label", CAMERA_ROOT_AT(1, 11), 0x08},
	{"fat-label", CAMERA_ROOT_AT(0, 0), '*'},
	{"fat-directory", CAMERA_ROOT_AT(1, 11), 0x10},
	{"fat-after-end", CAMERA_ROOT_AT(1, 0), 0x00},
};

static const FatDamage card_damages[] = {
	{"fat-chain", CARD_AT(2, 32 + 20), 0x10}, /* the upper half of a first cluster */
	{"fat-label", CARD_AT(2, 20), 1},
	{"fat-label", CARD_AT(2, 0), 'k'},
	{"fat-after-end", CARD_AT(2, 15 * 32), 0x00}, /* the root's second cluster lies behind */
	{"fat-directory", CARD_AT(4, 0), 'x'},
	{"fat-directory", CARD_AT(4, 26), 3},
	{"fat-directory", CARD_AT(4, 20), 1},
	{"fat-directory", CARD_AT(4, 32 + 26),
		2}, /* the root is called 0 there, whatever its cluster */
	{"fat-directory", CARD_AT(4, 32 + 12), 0x18},
	{"fat-directory", CARD_AT(2, 64 + 28), 32}, /* a directory with a size */
	{"fat-directory", CARD_AT(2, 64 + 26), 0},
	{"fat-cross-link", CARD_AT(2, 64 + 26), 2}, /* a directory that is the root */
	{"fat-size", CARD_AT(20, 29), 0},
};

static void test_damages(void)
{
	g_autofree guint8 *camera = camera_drive(), *card = card_drive();

	fat_drive_damaged(camera, CAMERA_BYTES, camera_damages, G_N_ELEMENTS(camera_damages));
	fat_drive_damaged(card, CARD_BYTES, card_damages, G_N_ELEMENTS(card_damages));
}

/* In FAT12 and FAT16 those two bytes are somebody else's. */
static void test_upper_half(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	drive[CAMERA_ROOT_AT(1, 20)] = 0x10;
	volume = fat_drive_walk(drive, CAMERA_BYTES);
	fat_drive_assert_sound(volume);
}

/* A short name beyond ASCII is shown as bytes, even where they would be UTF-8; 0x05 stands for 0xE5. */
static void test_code_page(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	memcpy(drive + CAMERA_ROOT_AT(1, 0), "\x05\xC3\xA4N    PY ", 11);
	volume = fat_drive_walk(drive, CAMERA_BYTES);
	fat_drive_assert_sound(volume);
	g_assert_nonnull(fat_file(volume, "/\\xe5\\xc3\\xa4n.py"));
}

/* Two entries of one name. */
static void test_duplicate(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	memcpy(drive + CAMERA_ROOT_AT(2, 0), "MAIN    PY ", 11);
	volume = fat_drive_walk(drive, CAMERA_BYTES);
	fat_drive_assert_has(volume, "fat-duplicate");
}

/* What was deleted leaves its bytes behind: nothing is wrong with that. */
static void test_residue(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	drive[CAMERA_ROOT_AT(1, 0)] = 0xE5;
	camera_set_next(drive, 2, 0);
	volume = fat_drive_walk(drive, CAMERA_BYTES);
	fat_drive_assert_sound(volume);
	g_assert_null(fat_file(volume, "/main.py"));
	g_assert_cmpuint(volume->files->len, ==, 2);
	g_assert_cmpuint(volume->free_clusters, ==, 222 - 6);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/fat/directory/damages", test_damages);
	g_test_add_func("/link/fat/directory/upper-half", test_upper_half);
	g_test_add_func("/link/fat/directory/code-page", test_code_page);
	g_test_add_func("/link/fat/directory/duplicate", test_duplicate);
	g_test_add_func("/link/fat/directory/residue", test_residue);
	return g_test_run();
}

#include "lib/fat_camera.h"

#include "lib/memory_disk.h"

#include <string.h>

static void put16(guint8 *at, guint value)
{
	at[0] = (guint8)value;
	at[1] = (guint8)(value >> 8);
}

static void put32(guint8 *at, guint32 value)
{
	put16(at, value & 0xFFFF);
	put16(at + 2, value >> 16);
}

static void put_partition(guint8 *drive, guint8 type, guint32 first, guint32 count)
{
	guint8 *entry = drive + 446;

	entry[4] = type;
	put32(entry + 8, first);
	put32(entry + 12, count);
	put16(drive + 510, 0xAA55);
}

static void put_entry(guint8 *at, const char *name, guint8 attributes, guint32 first, guint32 size)
{
	memset(at, 0, 32);
	memcpy(at, name, 11);
	at[11] = attributes;
	put16(at + 20, first >> 16);
	put16(at + 26, first & 0xFFFF);
	put32(at + 28, size);
}

/* ---- the camera's drive ---------------------------------------------------------------------- */

const char *camera_main_py(void)
{
	return "import time\nwhile True:\n    time.sleep_ms(500)\n";
}

guint8 *camera_drive(void)
{
	guint8 *drive = g_malloc0(CAMERA_BYTES);
	FatDisk disk = memory_disk(drive + CAMERA_BOOT, 256);
	g_autofree char *big = g_strnfill(3000, 'x');
	const char *main_py = camera_main_py();

	put_partition(drive, 0x01, CAMERA_FIRST, 256);
	g_assert_true(fatfs_format(&disk, 0));
	g_assert_true(fatfs_set_label(&disk, "OPENMV"));
	g_assert_true(fatfs_create(&disk, "main.py", main_py, strlen(main_py)));
	g_assert_true(fatfs_create(&disk, "README.txt", big, 3000));
	g_assert_true(fatfs_create(&disk, ".openmv_disk", "", 0));
	return drive;
}

void camera_set_next(guint8 *drive, guint cluster, guint value)
{
	guint8 *at = drive + CAMERA_FAT + cluster * 3 / 2;

	if (cluster & 1) {
		at[0] = (guint8)((at[0] & 0x0F) | value << 4);
		at[1] = (guint8)(value >> 4);
	} else {
		at[0] = (guint8)value;
		at[1] = (guint8)((at[1] & 0xF0) | value >> 8);
	}
}

void camera_put_directory(guint8 *drive, guint at, guint parent, guint children, guint child)
{
	guint8 *entry = drive + CAMERA_DATA + (at - 2) * 512;

	camera_set_next(drive, at, 0xFFF);
	put_entry(entry, ".          ", 0x10, at, 0);
	put_entry(entry + 32, "..         ", 0x10, parent, 0);
	for (guint i = 0; i < children; i++) {
		g_autofree char *name = g_strdup_printf("SUB     %03u", i);

		put_entry(entry + 64 + 32 * i, name, 0x10, child, 0);
	}
}

/* ---- the card -------------------------------------------------------------------------------- */

static void put_boot(guint8 *boot)
{
	memcpy(boot, "\xEB\x58\x90MSWIN4.1", 11);
	put16(boot + 11, 512);
	boot[13] = 1;
	put16(boot + 14, 32);
	boot[16] = 2;
	boot[21] = 0xF8;
	put32(boot + 32, CARD_BLOCKS);
	put32(boot + 36, CARD_FAT_BLOCKS);
	put32(boot + 44, 2);
	put16(boot + 48, 1);
	put16(boot + 50, 6);
	boot[66] = 0x29;
	put32(boot + 67, 0x20201122);
	memcpy(boot + 71, "CARD       FAT32   ", 19);
	put16(boot + 510, 0xAA55);
}

static void put_info(guint8 *info)
{
	put32(info, 0x41615252);
	put32(info + 484, 0x61417272);
	put32(info + 488, CARD_CLUSTERS - 7);
	put32(info + 492, 7);
	put32(info + 508, 0xAA550000);
}

void card_set_next(guint8 *drive, guint cluster, guint32 value)
{
	for (guint i = 0; i < 2; i++)
		put32(drive + CARD_FAT + i * CARD_FAT_BLOCKS * 512 + 4 * cluster, value);
}

static void put_files(guint8 *drive)
{
	guint8 *root = drive + CARD_AT(2, 0), *logs = drive + CARD_AT(4, 0);

	put_entry(root, "CARD       ", 0x08, 0, 0);
	put_entry(root + 32, "CONFIG  TXT", 0x20, 3, 9);
	put_entry(root + 64, "LOGS       ", 0x10, 4, 0);
	for (guint i = 3; i < 16; i++)
		put_entry(root + 32 * i, "\xE5ONE    TXT", 0x20, 0, 0);
	put_entry(drive + CARD_AT(20, 0), "LAST    TXT", 0x20, 5, 512);
	put_entry(logs, ".          ", 0x10, 4, 0);
	put_entry(logs + 32, "..         ", 0x10, 0, 0);
	put_entry(logs + 64, "LOG     TXT", 0x20, 6, 1000);
	memcpy(drive + CARD_AT(3, 0), "speed = 4", 9);
}

guint8 *card_drive(void)
{
	static const struct {
		guint cluster;
		guint32 next;
	} table[] = {{0, 0x0FFFFFF8}, {1, 0x0FFFFFFF}, {2, 20}, {20, 0x0FFFFFFF}, {3, 0x0FFFFFF8},
		{4, 0x0FFFFFFF}, {5, 0xFFFFFFFF}, {6, 0xA000000A}, {10, 0x0FFFFFFF}};
	guint8 *drive = g_malloc0(CARD_BYTES);

	put_partition(drive, 0x0C, CARD_FIRST, CARD_BLOCKS);
	put_boot(drive + CARD_BOOT);
	put_info(drive + CARD_INFO);
	memcpy(drive + CARD_COPY, drive + CARD_BOOT, 512);
	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		card_set_next(drive, table[i].cluster, table[i].next);
	put_files(drive);
	return drive;
}

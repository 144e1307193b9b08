/*
 * The FAT walker against mkfs.fat, mtools and fsck.fat: what they hold to be sound, and what they find.
 * Those tests are skipped where the tools are not there; the others need nothing.
 */
#include "fat12.h"
#include "link/fat.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- a drive in memory ----------------------------------------------------------------------- */

typedef struct {
	guint8 *bytes;
	guint32 blocks;
	guint left; /* readings until one fails; 0: never */
	guint reads;
} Drive;

static gboolean drive_read(
	gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	Drive *drive = data;

	g_assert_cmpuint(count, >, 0);
	g_assert_cmpuint((guint64)block + count, <=, drive->blocks);
	drive->reads++;
	if (drive->left && --drive->left == 0) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "reading fails");
		return FALSE;
	}
	memcpy(into, drive->bytes + (gsize)block * 512, (gsize)count * 512);
	return TRUE;
}

static FatVolume *walk(guint8 *bytes, gsize length)
{
	Drive drive = {.bytes = bytes, .blocks = (guint32)(length / 512)};
	g_autoptr(GError) error = NULL;
	FatVolume *volume = fat_walk(drive_read, &drive, drive.blocks, &error);

	g_assert_no_error(error);
	return volume;
}

static void show(const FatVolume *volume)
{
	for (guint i = 0; i < volume->findings->len; i++) {
		const FatFinding *finding = volume->findings->pdata[i];

		g_test_message(
			"%s, cluster %u: %s", finding->code, finding->cluster, finding->text);
	}
}

static void assert_sound(const FatVolume *volume)
{
	show(volume);
	g_assert_cmpuint(volume->findings->len, ==, 0);
}

static gboolean has(const FatVolume *volume, const char *code)
{
	for (guint i = 0; i < volume->findings->len; i++)
		if (!strcmp(((const FatFinding *)volume->findings->pdata[i])->code, code))
			return TRUE;
	return FALSE;
}

static void assert_finding(const FatVolume *volume, const char *code)
{
	if (!has(volume, code))
		show(volume);
	g_assert_true(has(volume, code));
}

/* The camera's volume as its firmware makes it, at the drive's block 256 behind an MBR: boards.md
 * section 2.1. 512 blocks, free with g_free(). */
enum { CAMERA_FIRST = 256, CAMERA_BLOCKS = 512, CAMERA_BYTES = CAMERA_BLOCKS * 512 };

static const char main_py[] = "import time\nwhile True:\n    time.sleep_ms(500)\n";

static guint8 *camera_drive(void)
{
	guint8 *drive = g_malloc0(CAMERA_BYTES), *volume = drive + CAMERA_FIRST * 512;
	g_autofree char *big = g_strnfill(3000, 'x');
	static const guint8 entry[16] = {
		0, 0xFF, 0xFF, 0xFF, 0x01, 0xFF, 0xFF, 0xFF, 0, 1, 0, 0, 0, 1, 0, 0};

	memcpy(drive + 446, entry, sizeof entry);
	drive[510] = 0x55;
	drive[511] = 0xAA;
	fat12_format(volume);
	g_assert_true(fat12_set_label(volume, "OPENMV"));
	g_assert_true(fat12_create(volume, "main.py", main_py, strlen(main_py)));
	g_assert_true(fat12_create(volume, "README.txt", big, 3000));
	g_assert_true(fat12_create(volume, ".openmv_disk", "", 0));
	return drive;
}

static void test_camera(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = walk(drive, CAMERA_BYTES);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, main_py, -1);
	const FatFile *file;

	assert_sound(volume);
	g_assert_cmpuint(volume->bits, ==, 12);
	g_assert_cmpuint(volume->first_block, ==, 256);
	g_assert_cmpuint(volume->blocks, ==, 256);
	g_assert_cmpuint(volume->clusters, ==, 222); /* boards.md section 2.1 */
	g_assert_cmpuint(volume->free_clusters, ==, 222 - 1 - 6);
	g_assert_cmpstr(volume->label, ==, "OPENMV");
	g_assert_cmpuint(volume->files->len, ==, 3);
	file = fat_file(volume, "/MAIN.py");
	g_assert_nonnull(file);
	g_assert_cmpstr(file->path, ==, "/main.py");
	g_assert_cmpstr(file->sha256, ==, sum);
	g_assert_nonnull(fat_file(volume, "/.openmv_disk"));
	g_assert_null(fat_file(volume, "/boot.py"));
}

/* A drive that has the allocated blocks and nothing else: what is left out reads 0xEE. */
static guint8 *sparse_copy(const guint8 *bytes, gsize length, const FatVolume *volume)
{
	guint8 *copy = g_malloc(length);
	guint32 end = 0;

	memset(copy, 0xEE, length);
	for (guint i = 0; i < volume->extents->len; i++) {
		FatExtent extent = g_array_index(volume->extents, FatExtent, i);

		g_assert_true(i == 0 || extent.first > end);
		g_assert_cmpuint(extent.count, >, 0);
		end = extent.first + extent.count;
		memcpy(copy + extent.first * 512u, bytes + extent.first * 512u,
			extent.count * 512u);
	}
	return copy;
}

/* Allocated: block 0, the volume up to its data, the label's and the files' seven clusters. */
static void test_extents(void)
{
	g_autofree guint8 *drive = camera_drive(), *copy = NULL;
	g_autoptr(FatVolume) volume = walk(drive, CAMERA_BYTES), again = NULL;
	const FatExtent *extents = (const FatExtent *)volume->extents->data;

	g_assert_cmpuint(volume->extents->len, ==, 2);
	g_assert_cmpuint(extents[0].first, ==, 0);
	g_assert_cmpuint(extents[0].count, ==, 1);
	g_assert_cmpuint(extents[1].first, ==, CAMERA_FIRST);
	g_assert_cmpuint(extents[1].count, ==, 1 + 1 + 32 + 1 + 6);
	copy = sparse_copy(drive, CAMERA_BYTES, volume);
	again = walk(copy, CAMERA_BYTES);
	assert_sound(again);
	g_assert_cmpuint(again->files->len, ==, volume->files->len);
	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];

		g_assert_cmpstr(fat_file(again, file->path)->sha256, ==, file->sha256);
	}
}

/* ---- each kind of damage has its name -------------------------------------------------------- */

/* Offsets in the camera's drive: boards.md section 2.1. Entries of its root directory: label, main.py,
 * README.txt, and the long and the short one of .openmv_disk. */
enum { BOOT = CAMERA_FIRST * 512, FAT = BOOT + 512, ROOT = FAT + 512, DATA = ROOT + 16384 };
#define ROOT_AT(entry, offset) (ROOT + 32 * (entry) + (offset))

static void fat_set(guint8 *drive, guint cluster, guint value)
{
	guint8 *at = drive + FAT + cluster * 3 / 2;

	if (cluster & 1) {
		at[0] = (guint8)((at[0] & 0x0F) | value << 4);
		at[1] = (guint8)(value >> 4);
	} else {
		at[0] = (guint8)value;
		at[1] = (guint8)((at[1] & 0xF0) | value >> 8);
	}
}

static const struct {
	const char *code;
	gsize at;      /* a byte ... */
	guint8 value;  /* ... becomes this; or */
	guint cluster; /* this entry of the FAT ... */
	guint next;    /* ... becomes this */
} damages[] = {
	{"fat-signature", 510, 0x00},
	{"fat-not-found", 450, 0x83}, /* partition type: Linux */
	{"fat-not-found", 455, 0x03}, /* at block 0x300 of 0x200 */
	{"fat-signature", BOOT + 510, 0x54},
	{"fat-boot-sector", BOOT + 12, 0x01}, /* bytes a block: 256 */
	{"fat-boot-sector", BOOT + 13, 3},    /* blocks a cluster */
	{"fat-boot-sector", BOOT + 14, 0},    /* reserved blocks */
	{"fat-boot-sector", BOOT + 16, 0},    /* FATs */
	{"fat-boot-sector", BOOT + 17, 1},    /* root entries: 513 */
	{"fat-boot-sector", BOOT + 19, 1},    /* blocks: 257 */
	{"fat-boot-sector", BOOT + 21, 0x12}, /* media byte */
	{"fat-kind", BOOT + 22, 0},           /* blocks a FAT: then FAT32 has them elsewhere */
	{"fat-boot-sector", BOOT + 38, 0x28},
	{"fat-dirty", BOOT + 37, 1},
	{"fat-bad-entry", FAT, 0xF0},
	{"fat-bad-entry", .cluster = 100, .next = 0x123},
	{"fat-bad-entry", .cluster = 100, .next = 1},
	{"fat-chain", .cluster = 2, .next = 0},
	{"fat-chain", .cluster = 2, .next = 0xFF7},
	{"fat-chain", .cluster = 2, .next = 0x200},
	{"fat-chain", ROOT_AT(1, 26), 0xE8},
	{"fat-cross-link", .cluster = 2, .next = 4},
	{"fat-loop", .cluster = 8, .next = 3},
	{"fat-lost", .cluster = 100, .next = 0xFFF},
	{"fat-lost", .cluster = 5, .next = 0xFFF},
	{"fat-size", .cluster = 5, .next = 0xFFF},
	{"fat-size", ROOT_AT(1, 29), 0xFF},
	{"fat-size", ROOT_AT(2, 29), 0x09}, /* 3000 to 2488: one cluster too many */
	{"fat-bad-name", ROOT_AT(1, 3), '?'},
	{"fat-bad-name", ROOT_AT(1, 0), ' '},
	{"fat-bad-name", ROOT_AT(1, 12), 0x20},
	{"fat-long-name", ROOT_AT(4, 0), 'P'},
	{"fat-long-name", ROOT_AT(4, 0), 0xE5},
	{"fat-long-name", ROOT_AT(3, 0), 0x42},
	{"fat-long-name", ROOT_AT(3, 1), '/'},
	{"fat-long-name", ROOT_AT(3, 12), 1},
	{"fat-long-name", ROOT_AT(3, 26), 1},
	{"fat-attribute", ROOT_AT(1, 11), 0x60},
	{"fat-attribute", ROOT_AT(1, 11), 0x18},
	{"fat-label", ROOT_AT(1, 11), 0x08},
	{"fat-label", ROOT_AT(0, 0), '*'},
	{"fat-label", BOOT + 43, 'X'},
	{"fat-directory", ROOT_AT(1, 11), 0x10},
	{"fat-after-end", ROOT_AT(1, 0), 0x00},
};

static void test_damages(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree guint8 *drive = camera_drive();
		g_autoptr(FatVolume) volume = NULL;

		if (damages[i].cluster)
			fat_set(drive, damages[i].cluster, damages[i].next);
		else
			drive[damages[i].at] = damages[i].value;
		volume = walk(drive, CAMERA_BYTES);
		if (!has(volume, damages[i].code)) {
			show(volume);
			g_test_message("damage %u", i);
			g_test_fail_printf("no %s", damages[i].code);
		}
	}
}

/* Two entries of one name; and a name that differs in case only. */
static void test_duplicate(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	memcpy(drive + ROOT_AT(2, 0), "MAIN    PY ", 11);
	volume = walk(drive, CAMERA_BYTES);
	assert_finding(volume, "fat-duplicate");
}

static void test_kind(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	memset(drive + BOOT + 22, 0, 2);
	drive[BOOT + 36] = 1; /* FAT32 keeps the size of its FAT there */
	volume = walk(drive, CAMERA_BYTES);
	assert_finding(volume, "fat-kind");
}

static void test_no_volume(void)
{
	g_autofree guint8 *drive = g_malloc(CAMERA_BYTES);

	for (guint i = 0; i < 3; i++) {
		g_autoptr(FatVolume) volume = NULL;

		memset(drive, i == 0 ? 0xFF : i == 1 ? 0x00 : 0x55, CAMERA_BYTES);
		volume = walk(drive, i == 2 ? 0 : CAMERA_BYTES);
		assert_finding(volume, "fat-not-found");
	}
}

/* A reading that fails at the Nth block ends the walk with that error, for every N. */
static void test_reading_fails(void)
{
	g_autofree guint8 *bytes = camera_drive();
	Drive whole = {.bytes = bytes, .blocks = CAMERA_BLOCKS};
	g_autoptr(FatVolume) sound = fat_walk(drive_read, &whole, CAMERA_BLOCKS, NULL);

	g_assert_nonnull(sound);
	g_assert_cmpuint(whole.reads, >, 4);
	for (guint n = 1; n <= whole.reads; n++) {
		Drive drive = {.bytes = bytes, .blocks = CAMERA_BLOCKS, .left = n};
		g_autoptr(GError) error = NULL;

		g_assert_null(fat_walk(drive_read, &drive, CAMERA_BLOCKS, &error));
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
	}
}

/* ---- bounds ---------------------------------------------------------------------------------- */

/* A directory in cluster `at` with directories in it, all of them in the cluster `child`. */
static void put_directory(guint8 *drive, guint at, guint parent, guint children, guint child)
{
	guint8 *entry = drive + DATA + (at - 2) * 512;

	fat_set(drive, at, 0xFFF);
	for (guint i = 0; i < 2 + children; i++, entry += 32) {
		guint first = i == 0 ? at : i == 1 ? parent : child;

		memset(entry, 0, 32);
		memcpy(entry, i == 0 ? ".          " : i == 1 ? "..         " : "SUB     00 ", 11);
		entry[9] = (guint8)(i < 2 ? ' ' : '0' + i);
		entry[11] = 0x10;
		entry[26] = (guint8)first;
	}
}

/* Directories within directories: three in each, all the same one, would be three to the 20th. */
static void test_depth(void)
{
	g_autofree guint8 *drive = camera_drive();
	g_autoptr(FatVolume) volume = NULL;

	for (guint i = 0; i < 20; i++)
		put_directory(drive, 10 + i, i ? 9 + i : 0, 3, 11 + i);
	memset(drive + ROOT_AT(5, 0), 0, 32);
	memcpy(drive + ROOT_AT(5, 0), "DEEP       \x10", 12);
	drive[ROOT_AT(5, 26)] = 10;
	volume = walk(drive, CAMERA_BYTES);
	assert_finding(volume, "fat-depth");
	assert_finding(volume, "fat-cross-link");
	g_assert_cmpuint(volume->files->len, <, 1000);
	g_assert_cmpuint(volume->findings->len, <=, 100);
}

/* ---- hostile bytes --------------------------------------------------------------------------- */

/* Where the numbers are that steer the walk, rather than the files' contents. */
static gsize steering_byte(void)
{
	switch (g_test_rand_int_range(0, 6)) {
	case 0:
		return (gsize)g_test_rand_int_range(446, 512);
	case 1:
		return BOOT + (gsize)g_test_rand_int_range(0, 62);
	case 2:
		return FAT + (gsize)g_test_rand_int_range(0, 40);
	case 3:
		return ROOT + (gsize)g_test_rand_int_range(0, 200);
	case 4:
		return DATA + (gsize)g_test_rand_int_range(0, 20 * 512);
	default:
		return (gsize)g_test_rand_int_range(0, CAMERA_BYTES);
	}
}

static void test_mutations(void)
{
	g_autofree guint8 *sound = camera_drive();
	g_autofree guint8 *drive = g_malloc(CAMERA_BYTES);
	guint found = 0;

	for (guint i = 0; i < 4; i++)
		put_directory(sound, 10 + i, i ? 9 + i : 0, i < 3, 11 + i);
	memcpy(sound + ROOT_AT(5, 0), "DEEP       \x10", 12);
	sound[ROOT_AT(5, 26)] = 10;
	for (guint round = 0; round < 5000; round++) {
		g_autoptr(FatVolume) volume = NULL;

		memcpy(drive, sound, CAMERA_BYTES);
		for (gint n = g_test_rand_int_range(1, 12); n > 0; n--)
			drive[steering_byte()] = (guint8)g_test_rand_int();
		volume = walk(drive, (gsize)g_test_rand_int_range(0, CAMERA_BLOCKS + 1) * 512);
		found += volume->findings->len > 0;
		for (guint i = 0; i < volume->files->len; i++) {
			const FatFile *file = volume->files->pdata[i];

			g_assert_true(g_utf8_validate(file->path, -1, NULL));
		}
	}
	g_test_message("%u of 5000 mutations were found", found);
}

/* ---- other people's tools -------------------------------------------------------------------- */

/* How a tool ended, its output in *output; -1: it is not there. Ten seconds at most. */
static int run_tool(char **output, const char *tool, const char *const *arguments)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autofree char *found = g_find_program_in_path(tool);
	g_autofree char *sbin = g_strdup_printf("/usr/sbin/%s", tool);
	g_autofree char *sink = NULL, *errors = NULL;
	int status = -1;

	if (!found && !g_file_test(sbin, G_FILE_TEST_IS_EXECUTABLE))
		return -1;
	g_ptr_array_add(argv, (gpointer) "timeout");
	g_ptr_array_add(argv, (gpointer) "10");
	g_ptr_array_add(argv, found ? found : sbin);
	while (*arguments)
		g_ptr_array_add(argv, (gpointer)*arguments++);
	g_ptr_array_add(argv, NULL);
	if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
		    output ? output : &sink, &errors, &status, NULL))
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
#define RUN(output, tool, ...) run_tool(output, tool, (const char *const[]){__VA_ARGS__, NULL})

static gboolean tools_missing(void)
{
	static const char *const tools[] = {"mkfs.fat", "fsck.fat", "mcopy", "mmd", "mdir", "mdel"};

	for (guint i = 0; i < G_N_ELEMENTS(tools); i++) {
		g_autofree char *sbin = g_strdup_printf("/usr/sbin/%s", tools[i]);
		g_autofree char *found = g_find_program_in_path(tools[i]);

		if (!found && !g_file_test(sbin, G_FILE_TEST_IS_EXECUTABLE)) {
			g_test_skip_printf("%s is not installed (dosfstools, mtools)", tools[i]);
			return TRUE;
		}
	}
	return FALSE;
}

typedef struct {
	const char *name, *kib, *bits, *fats, *cluster_blocks;
} Kind;

/* The camera's geometry, one with two FATs, and two FAT16. */
static const Kind kinds[] = {
	{"fat12-1", "128", "12", "1", "1"},
	{"fat12-2", "1440", "12", "2", "2"},
	{"fat16-2", "4200", "16", "2", "1"},
	{"fat16-1", "12288", "16", "1", "2"},
};

typedef struct {
	char *dir, *image;
	guint8 *bytes;
	gsize length;
	guint8 boot[512]; /* as it was made */
} Made;

static void copy_in(const Made *made, const char *path, guint size)
{
	g_autofree char *local = g_build_filename(made->dir, "local", NULL);
	g_autofree char *target = g_strdup_printf("::%s", path);
	g_autofree char *bytes = g_malloc(size + 1);

	for (guint i = 0; i < size; i++)
		bytes[i] = (char)g_test_rand_int();
	g_assert_true(g_file_set_contents(local, bytes, size, NULL));
	g_assert_cmpint(RUN(NULL, "mcopy", "-i", made->image, local, target), ==, 0);
	g_unlink(local);
}

static void make(Made *made, const Kind *kind)
{
	made->dir = g_dir_make_tmp("flashline-fat-XXXXXX", NULL);
	made->image = g_build_filename(made->dir, "image", NULL);
	g_assert_cmpint(RUN(NULL, "mkfs.fat", "-C", "-F", kind->bits, "-f", kind->fats, "-s",
				kind->cluster_blocks, "-n", "CAMERA", made->image, kind->kib),
		==, 0);
	g_assert_cmpint(
		RUN(NULL, "mmd", "-i", made->image, "::lib", "::lib/a long directory"), ==, 0);
	copy_in(made, "/main.py", 700);
	copy_in(made, "/empty", 0);
	copy_in(made, "/lib/Driver.py", 12345);
	copy_in(made, "/gone.txt", 2000);
	copy_in(made, "/lib/a long directory/with a long name in it, of three parts.txt", 5000);
	copy_in(made, "/block.bin", 1024);
	g_assert_cmpint(RUN(NULL, "mdel", "-i", made->image, "::gone.txt"), ==, 0);
	copy_in(made, "/in pieces.bin", 9000); /* fills the gap and goes on elsewhere */
	g_assert_true(g_file_get_contents(made->image, (char **)&made->bytes, &made->length, NULL));
	memcpy(made->boot, made->bytes, sizeof made->boot);
}

static void unmake(Made *made)
{
	g_unlink(made->image);
	g_rmdir(made->dir);
	g_free(made->dir);
	g_free(made->image);
	g_free(made->bytes);
}

/* Every path that mtools lists is in the volume, with the contents that mtools reads. */
static void compare_with_mtools(const Made *made, const FatVolume *volume)
{
	g_autofree char *list = NULL;
	g_auto(GStrv) lines = NULL;
	guint count = 0;

	g_assert_cmpint(RUN(&list, "mdir", "-/", "-b", "-i", made->image, "::"), ==, 0);
	lines = g_strsplit(g_strchomp(list), "\n", -1);
	for (char **line = lines; *line; line++, count++) {
		gboolean directory = g_str_has_suffix(*line, "/");
		g_autofree char *local = g_build_filename(made->dir, "out", NULL);
		g_autofree char *bytes = NULL, *sum = NULL;
		const FatFile *file;
		gsize length;

		if (directory)
			(*line)[strlen(*line) - 1] = '\0';
		file = fat_file(volume, *line + 2);
		g_test_message("%s", *line);
		g_assert_nonnull(file);
		g_assert_cmpint(file->directory, ==, directory);
		if (directory)
			continue;
		g_assert_cmpint(RUN(NULL, "mcopy", "-n", "-i", made->image, *line, local), ==, 0);
		g_assert_true(g_file_get_contents(local, &bytes, &length, NULL));
		sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guint8 *)bytes, length);
		g_assert_cmpstr(file->path, ==, *line + 2);
		g_assert_cmpuint(file->size, ==, length);
		g_assert_cmpstr(file->sha256, ==, sum);
		g_unlink(local);
	}
	g_assert_cmpuint(volume->files->len, ==, count);
}

static void test_sound(gconstpointer data)
{
	const Kind *kind = data;
	Made made;
	g_autoptr(FatVolume) volume = NULL;

	if (tools_missing())
		return;
	make(&made, kind);
	g_assert_cmpint(RUN(NULL, "fsck.fat", "-n", made.image), ==, 0);
	volume = walk(made.bytes, made.length);
	assert_sound(volume);
	g_assert_cmpuint(volume->bits, ==, (guint)atoi(kind->bits));
	g_assert_cmpstr(volume->label, ==, "CAMERA");
	compare_with_mtools(&made, volume);
	unmake(&made);
}

/* A byte where it matters: in what steers the walk, by the image's own numbers. */
static gsize byte_of(const Made *made)
{
	const guint8 *boot = made->boot;
	gsize fat = 512u * (boot[14] | boot[15] << 8), fats = boot[16];
	gsize fat_bytes = (boot[22] | boot[23] << 8) * 512u, root = fat + fats * fat_bytes;
	gsize root_bytes = (boot[17] | boot[18] << 8) * 32u;

	switch (g_test_rand_int_range(0, 8)) {
	case 0:
		return (gsize)g_test_rand_int_range(11, 62);
	case 1:
	case 2:
		return fat + (gsize)g_test_rand_int_range(0, 160);
	case 3:
		return fat + (fats - 1) * fat_bytes + (gsize)g_test_rand_int_range(0, 160);
	case 4:
	case 5:
		return root + (gsize)g_test_rand_int_range(0, 15 * 32);
	case 6: /* the first clusters: directories */
		return root + root_bytes + (gsize)g_test_rand_int_range(0, 4096);
	default:
		return (gsize)g_test_rand_int_range(0, (gint)made->length);
	}
}

/* Puts one byte into the image, in memory and in the file. */
static void put_byte(Made *made, gsize at, guint8 value)
{
	FILE *file = fopen(made->image, "r+b");

	made->bytes[at] = value;
	g_assert_nonnull(file);
	g_assert_cmpint(fseek(file, (long)at, SEEK_SET), ==, 0);
	g_assert_cmpint(fputc(value, file), ==, value);
	g_assert_cmpint(fclose(file), ==, 0);
}

typedef struct {
	gsize at;
	guint8 was;
} Change;

static guint corrupt(Made *made, Change changes[4])
{
	guint count = (guint)g_test_rand_int_range(1, 4);

	for (guint i = 0; i < count; i++) {
		gsize at = byte_of(made);
		guint8 was = made->bytes[at];

		changes[i] = (Change){at, was};
		put_byte(made, at,
			g_test_rand_bit() ? was ^ (guint8)(1 << g_test_rand_int_range(0, 8))
					  : (guint8)g_test_rand_int());
	}
	return count;
}

static void repair(Made *made, const Change *changes, guint count)
{
	while (count-- > 0)
		put_byte(made, changes[count].at, changes[count].was);
}

/* Whatever fsck.fat would repair, the walker complains about too. */
static void test_against_fsck(gconstpointer data)
{
	enum { ROUNDS = 150 };
	guint theirs = 0, ours = 0, missed = 0;
	Made made;

	if (tools_missing())
		return;
	make(&made, data);
	for (guint round = 0; round < ROUNDS; round++) {
		g_autofree char *output = NULL;
		g_autoptr(FatVolume) volume = NULL;
		Change changes[4];
		guint count = corrupt(&made, changes);
		gboolean complains = RUN(&output, "fsck.fat", "-n", made.image) != 0;

		volume = walk(made.bytes, made.length);
		theirs += complains;
		ours += volume->findings->len > 0;
		if (complains && !volume->findings->len) {
			missed++;
			g_test_message("round %u: fsck.fat says: %s", round, output);
		}
		repair(&made, changes, count);
	}
	g_test_message("%d corruptions: fsck.fat finds %u, the walker %u", ROUNDS, theirs, ours);
	g_assert_cmpuint(theirs, >, ROUNDS / 4);
	g_assert_cmpuint(missed, ==, 0);
	unmake(&made);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/fat/camera", test_camera);
	g_test_add_func("/link/fat/extents", test_extents);
	g_test_add_func("/link/fat/damages", test_damages);
	g_test_add_func("/link/fat/duplicate", test_duplicate);
	g_test_add_func("/link/fat/kind", test_kind);
	g_test_add_func("/link/fat/no-volume", test_no_volume);
	g_test_add_func("/link/fat/reading-fails", test_reading_fails);
	g_test_add_func("/link/fat/depth", test_depth);
	g_test_add_func("/link/fat/mutations", test_mutations);
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *sound = g_strdup_printf("/link/fat/sound/%s", kinds[i].name);
		g_autofree char *fsck = g_strdup_printf("/link/fat/fsck/%s", kinds[i].name);

		g_test_add_data_func(sound, &kinds[i], test_sound);
		g_test_add_data_func(fsck, &kinds[i], test_against_fsck);
	}
	return g_test_run();
}

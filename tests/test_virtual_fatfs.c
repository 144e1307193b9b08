/* The volumes that the camera's firmware makes, judged by fsck.fat and mtools; and its engine with volumes that are
 * none. */
#include "fatfs.h"
#include "images.h"
#include "lib/memory_disk.h"
#include "lib/drive_host.h"

#include <glib/gstdio.h>
#include <string.h>

static char *find_tool(const char *name)
{
	char *path = g_find_program_in_path(name);
	const char *const folders[] = {"/usr/sbin", "/sbin"};
	for (size_t i = 0; !path && i < G_N_ELEMENTS(folders); i++) {
		path = g_build_filename(folders[i], name, NULL);
		if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
			g_clear_pointer(&path, g_free);
	}
	return path;
}

/* Its standard output; checks the exit status. */
static char *run_tool(const char *const *arguments, int expected)
{
	char *text = NULL;
	int wait_status;
	g_autoptr(GError) error = NULL;
	g_assert_true(g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL,
		&text, NULL, &wait_status, &error));
	g_test_message("%s: %s", arguments[0], text);
	g_assert_true(WIFEXITED(wait_status));
	g_assert_cmpint(WEXITSTATUS(wait_status), ==, expected);
	return text;
}

static char *write_image(const uint8_t *volume, size_t length, char **folder)
{
	*folder = g_dir_make_tmp("flashline-drive-XXXXXX", NULL);
	char *path = g_build_filename(*folder, "drive.img", NULL);
	g_assert_true(g_file_set_contents(path, (const char *)volume, (gssize)length, NULL));
	return path;
}

/* What a first boot makes, read by a host through SCSI: an image file in a folder of its own. */
static char *first_boot_image(const char *kind, char **folder)
{
	BoardConfig config = bench_config();
	Bench bench;
	config.kind = board_kind(kind);
	uint32_t blocks = config.kind->volume_blocks[GENERATION_DFU];
	g_autofree uint8_t *volume = g_malloc(blocks * 512);
	bench_open(&bench, 0, &config, true);
	host_power_on(&bench);
	for (uint32_t block = 0; block < blocks; block += 64)
		host_read(&bench, 256 + block, 64, volume + block * 512);
	bench_close(&bench);
	return write_image(volume, blocks * 512, folder);
}

static void remove_image(const char *path, const char *folder)
{
	g_remove(path);
	g_rmdir(folder);
}

/*
 * FatFs leaves "NO NAME" in the boot sector and puts the label into the root directory. fsck.fat 4.2
 * remarks on that and on nothing else; with the label in both places it is content.
 */
static void check_fsck(const char *kind, const char *summary)
{
	g_autofree char *fsck = find_tool("fsck.fat"), *folder = NULL;
	if (!fsck) {
		g_test_skip("fsck.fat is not installed (package dosfstools)");
		return;
	}
	g_autofree char *path = first_boot_image(kind, &folder), *image = NULL;
	gsize length;
	g_assert_true(g_file_get_contents(path, &image, &length, NULL));
	g_assert_cmpmem(image + 43, 11, "NO NAME    ", 11);
	memcpy(image + 43, "OPENMV     ", 11);

	const char *check[] = {fsck, "-n", path, NULL};
	g_autofree char *remark = run_tool(check, 1);
	g_assert_nonnull(strstr(remark, "There is no label in boot sector"));
	g_assert_true(g_file_set_contents(path, image, (gssize)length, NULL));
	g_autofree char *text = run_tool(check, 0);
	g_assert_nonnull(strstr(text, summary));
	remove_image(path, folder);
}

static void test_fsck(void)
{
	check_fsck("openmv-h7", "4 files, 2/222 clusters");
}

static void test_fsck_plus(void)
{
	check_fsck("openmv-h7plus", "4 files, 2/12267 clusters");
}

static void check_mtools(const char *kind)
{
	g_autofree char *mdir = find_tool("mdir"), *mtype = find_tool("mtype"), *folder = NULL;
	if (!mdir || !mtype) {
		g_test_skip("mtools is not installed");
		return;
	}
	g_autofree char *path = first_boot_image(kind, &folder);
	const char *list[] = {mdir, "-a", "-b", "-i", path, "::", NULL};
	g_autofree char *names = run_tool(list, 0);
	g_assert_cmpstr(names, ==, "::/main.py\n::/README.txt\n::/.openmv_disk\n");
	const char *label[] = {mdir, "-i", path, "::", NULL};
	g_autofree char *listing = run_tool(label, 0);
	g_assert_nonnull(strstr(listing, "Volume in drive : is OPENMV"));
	const char *type[] = {mtype, "-i", path, "::main.py", NULL};
	g_autofree char *script = run_tool(type, 0);
	g_assert_nonnull(strstr(script, "led.toggle()"));
	remove_image(path, folder);
}

static void test_mtools(void)
{
	check_mtools("openmv-h7");
}

static void test_mtools_plus(void)
{
	check_mtools("openmv-h7plus");
}

/* Each size that a firmware formats, with files made, deleted and made again: fsck.fat has nothing to say but
 * that there is no label. */
static void test_sizes(void)
{
	static const struct {
		uint32_t blocks;
		const char *summary;
	} sizes[] = {{256, "/222 clusters"}, {49152, "/12267 clusters"}, {65536, "/8183 clusters"}};
	g_autofree char *fsck = find_tool("fsck.fat");
	if (!fsck) {
		g_test_skip("fsck.fat is not installed (package dosfstools)");
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree uint8_t *volume = g_malloc(sizes[i].blocks * 512);
		g_autofree uint8_t *data = g_malloc0(60000);
		g_autofree char *folder = NULL;
		FatDisk disk = memory_disk(volume, sizes[i].blocks);
		memset(volume, 0xFF, sizes[i].blocks * 512);
		g_assert_true(fatfs_format(&disk, 256));
		g_assert_true(fatfs_create(&disk, "a.bin", data, 20001));
		g_assert_true(fatfs_create(&disk, "b.bin", data, 30000));
		g_assert_true(fatfs_remove(&disk, "a.bin"));
		g_assert_false(fatfs_exists(&disk, "a.bin"));
		/* In two parts, around the second. */
		g_assert_true(fatfs_create(&disk, "c.bin", data, 60000));
		g_assert_true(fatfs_remove(&disk, "b.bin"));
		g_assert_false(fatfs_remove(&disk, "b.bin"));

		g_autofree char *path = write_image(volume, sizes[i].blocks * 512, &folder);
		const char *check[] = {fsck, "-n", path, NULL};
		g_autofree char *text = run_tool(check, 0);
		g_assert_nonnull(strstr(text, sizes[i].summary));
		remove_image(path, folder);
	}
}

/* FAT32, which the firmware never makes: it mounts, and nothing in it is touched. */
static void test_fat32(void)
{
	uint8_t volume[64 * 512] = {0xEB, [11] = 0x00, 0x02, [510] = 0x55, 0xAA};
	FatDisk disk = memory_disk(volume, 64);
	memcpy(volume + 82, "FAT32   ", 8);
	g_assert_cmpuint(fatfs_mount(&disk), ==, FATFS_OK);
	g_assert_false(fatfs_create(&disk, "main.py", "x", 1));
	volume[510] = 0;
	g_assert_cmpuint(fatfs_mount(&disk), ==, FATFS_NO_FILESYSTEM);
}

static void spoil(uint32_t blocks, unsigned rounds)
{
	g_autofree uint8_t *volume = g_malloc(blocks * 512);
	FatDisk disk = memory_disk(volume, blocks);
	for (unsigned round = 0; round < rounds; round++) {
		fatfs_format(&disk, 0);
		for (unsigned i = 0; i < 6; i++)
			volume[g_test_rand_int_range(0, 64)] = (uint8_t)g_test_rand_int();
		fatfs_mount(&disk);
		fatfs_exists(&disk, ".openmv_disk");
		fatfs_set_label(&disk, "OPENMV");
		fatfs_create(&disk, "main.py", "text", 4);
		fatfs_create(&disk, ".openmv_disk", NULL, 0);
		fatfs_remove(&disk, "main.py");
	}
}

static void test_hostile_volumes(void)
{
	spoil(256, 20000);
	spoil(8192, 200);
}

static void test_full_volume(void)
{
	g_autofree uint8_t *volume = g_malloc(FFS_SIZE), *data = g_malloc0(FFS_SIZE);
	FatDisk disk = memory_disk(volume, 256);
	fatfs_format(&disk, 0);
	g_assert_false(fatfs_create(&disk, "big.bin", data, 222 * 512 + 1));
	g_assert_false(fatfs_exists(&disk, "big.bin"));
	g_assert_true(fatfs_create(&disk, "big.bin", data, 222 * 512));
	g_assert_true(fatfs_exists(&disk, "BIG.BIN"));
	g_assert_false(fatfs_create(&disk, "one.txt", data, 1));
	g_assert_true(fatfs_create(&disk, "none.txt", data, 0));
	for (unsigned i = 2; i < 512; i++) {
		g_autofree char *name = g_strdup_printf("f%u", i);
		g_assert_true(fatfs_create(&disk, name, NULL, 0));
	}
	g_assert_false(fatfs_create(&disk, "f512", NULL, 0));
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/fatfs/", name, NULL);
	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("fsck", test_fsck);
	add("mtools", test_mtools);
	add("fsck-plus", test_fsck_plus);
	add("mtools-plus", test_mtools_plus);
	add("sizes", test_sizes);
	add("fat32", test_fat32);
	add("hostile", test_hostile_volumes);
	add("full", test_full_volume);
	return g_test_run();
}

/* Bringing a drive to a new state: what is written, in which order, and what a cut of power leaves. */
#include "core/failure.h"
#include "lib/fake_drive.h"
#include "lib/folder.h"
#include "link/drive_change.h"
#include "link/fsck.h"
#include "link/mtools.h"

#include <string.h>

enum { FIRST = 256, COUNT = 256, SIZE = FAKE_BLOCKS * FAKE_BLOCK };

/* A drive like an OpenMV Cam H7's: an MBR, nothing, and a FAT12 volume that mkfs.fat has made. */
typedef struct {
	char *folder, *volume;
	guint8 *bytes;
	FakeDrive *drive;
	Watch watch;
	Scsi scsi;
	DriveCopy *copy;
	Mtools mtools;
} Bench;

static void shell(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void shell(const char *format, ...)
{
	g_autofree char *command = NULL, *quoted = NULL, *line = NULL;
	int status;
	va_list args;

	va_start(args, format);
	command = g_strdup_vprintf(format, args);
	va_end(args);
	quoted = g_shell_quote(command);
	line = g_strconcat("sh -ec ", quoted, NULL);
	g_assert_true(g_spawn_command_line_sync(line, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
}

static void copy_in(Bench *bench, const char *path, gsize length, int byte)
{
	g_autofree char *text = g_strnfill(length, (char)byte), *file = NULL;
	g_autoptr(GError) error = NULL;

	file = folder_write(bench->folder, "source", text);
	g_assert_true(mtools_copy(&bench->mtools, file, path, &error));
	g_assert_no_error(error);
}

/* The fake drive as it stands is opened anew; what a copy had before is gone. */
static void reopen(Bench *bench)
{
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&bench->copy, drive_copy_free);
	bench->scsi = (Scsi){
		.pipe = &bench->drive->pipe, .watch = &bench->watch, .in = 0x81, .out = 0x01};
	g_assert_true(scsi_open(&bench->scsi, &error));
	bench->copy = drive_copy_new(&bench->scsi, &error);
	g_assert_no_error(error);
}

static void set_up(Bench *bench)
{
	static const guint8 partition[16] = {
		0, 0xFF, 0xFF, 0xFF, 1, 0xFF, 0xFF, 0xFF, 0, 1, 0, 0, 0, 1, 0, 0};
	g_autofree char *made = NULL;
	gsize length;

	*bench = (Bench){.folder = folder_new(), .bytes = g_malloc0(SIZE)};
	bench->volume = g_build_filename(bench->folder, "volume.img", NULL);
	watch_begin(&bench->watch, 60000, 0);
	bench->mtools = (Mtools){.volume = bench->volume, .watch = &bench->watch};
	shell("truncate -s 128K %s; PATH=$PATH:/usr/sbin mkfs.fat --invariant -a -F 12 -f 1 -s 1 "
	      "-r "
	      "512 -R 1 %s >/dev/null",
		bench->volume, bench->volume);
	copy_in(bench, "/main.py", 1500, 'a');
	copy_in(bench, "/readme.txt", 700, 'r');
	g_assert_true(g_file_get_contents(bench->volume, &made, &length, NULL));
	memcpy(bench->bytes + FIRST * FAKE_BLOCK, made, length);
	memcpy(bench->bytes + 446, partition, sizeof partition);
	bench->bytes[510] = 0x55;
	bench->bytes[511] = 0xAA;
	bench->drive = fake_drive_new(bench->bytes);
	reopen(bench);
}

static void tear_down(Bench *bench)
{
	g_clear_pointer(&bench->copy, drive_copy_free);
	fake_drive_free(bench->drive);
	folder_remove(bench->folder);
	g_free(bench->volume);
	g_free(bench->bytes);
}

static FatVolume *walk(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	FatVolume *volume = fat_walk(drive_copy_read, bench->copy, FAKE_BLOCKS, &error);

	g_assert_no_error(error);
	return volume;
}

static void save(Bench *bench)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(drive_copy_save(bench->copy, FIRST, COUNT, bench->volume, &error));
}

static gboolean bring(Bench *bench, DriveChange *change, GError **error)
{
	return drive_change(bench->copy, FIRST, bench->volume, change, error);
}

/* main.py is replaced, lib/net/a.py is new: names go first, files come after. */
static gboolean update(Bench *bench, guint *blocks, GError **error)
{
	DriveChange change = {0};
	gboolean done;

	fat_volume_free(walk(bench));
	save(bench);
	g_assert_true(mtools_remove(&bench->mtools, "/main.py", NULL));
	done = bring(bench, &change, error);
	*blocks = change.blocks;
	g_clear_pointer(&change.volume, fat_volume_free);
	if (!done)
		return FALSE;
	save(bench);
	g_assert_true(mtools_make_folder(&bench->mtools, "/lib", NULL));
	g_assert_true(mtools_make_folder(&bench->mtools, "/lib/net", NULL));
	copy_in(bench, "/lib/net/a rather long name.py", 2000, 'n');
	copy_in(bench, "/main.py", 1400, 'b');
	done = bring(bench, &change, error);
	*blocks += change.blocks;
	g_clear_pointer(&change.volume, fat_volume_free);
	return done;
}

static void assert_file(const FatVolume *volume, const char *path, gsize length, int byte)
{
	g_autofree char *text = g_strnfill(length, (char)byte);
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	const FatFile *file = fat_file(volume, path);

	g_assert_nonnull(file);
	g_assert_cmpstr(file->sha256, ==, sha256);
}

static void test_update(void)
{
	g_autoptr(FatVolume) volume = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(Fsck) fsck = {0};
	guint blocks;
	Bench bench;

	set_up(&bench);
	g_assert_true(update(&bench, &blocks, &error));
	g_assert_no_error(error);
	/* Twice the FAT and the root; two files of 4 and 3 blocks; two folders. */
	g_assert_cmpuint(blocks, ==, 2 + 2 + 4 + 3 + 2);
	g_assert_cmpuint(bench.scsi.bytes_written, ==, blocks * FAKE_BLOCK);
	reopen(&bench);
	volume = walk(&bench);
	g_assert_cmpuint(volume->findings->len, ==, 0);
	g_assert_cmpuint(volume->files->len, ==, 5);
	assert_file(volume, "/main.py", 1400, 'b');
	assert_file(volume, "/readme.txt", 700, 'r');
	assert_file(volume, "/lib/net/a rather long name.py", 2000, 'n');
	save(&bench);
	g_assert_true(fsck_volume(bench.volume, &fsck, &bench.watch, &error));
	g_assert_true(fsck.sound);
	tear_down(&bench);
}

/* Nothing that differs: nothing is written. */
static void test_nothing(void)
{
	g_autoptr(GError) error = NULL;
	DriveChange change;
	Bench bench;

	set_up(&bench);
	fat_volume_free(walk(&bench));
	save(&bench);
	g_assert_true(bring(&bench, &change, &error));
	g_assert_cmpuint(change.blocks, ==, 0);
	fat_volume_free(change.volume);
	tear_down(&bench);
}

/* Power goes after every block: whatever file is there then is whole, the old one or the new one. */
static void test_cut(void)
{
	guint kept = 0, blocks, corrupt = 0;
	gboolean done = FALSE;

	for (; !done; kept++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(FatVolume) volume = NULL;
		Bench bench;

		set_up(&bench);
		bench.drive->kept_blocks = kept;
		done = update(&bench, &blocks, &error);
		/* The root directory alone may differ in a few bits. */
		if (!done && !g_error_matches(error, FAILURE, FAILURE_DRIVE_CORRUPT))
			g_assert_error(error, FAILURE, FAILURE_DRIVE_WRITE_LOST);
		reopen(&bench);
		volume = walk(&bench);
		corrupt += volume->findings->len > 0;
		for (guint i = 0; i < volume->files->len && !volume->findings->len; i++) {
			const FatFile *file = volume->files->pdata[i];

			if (g_str_equal(file->path, "/main.py"))
				assert_file(volume, file->path, file->size,
					file->size == 1500 ? 'a' : 'b');
			else if (g_str_equal(file->path, "/lib/net/a rather long name.py"))
				assert_file(volume, file->path, 2000, 'n');
		}
		assert_file(volume, "/readme.txt", 700, 'r');
		tear_down(&bench);
		g_assert_cmpuint(kept, <, 100);
	}
	g_assert_cmpuint(kept - 1, ==, blocks);
	/* Lost clusters, in between: the order is what makes them no worse. */
	g_assert_cmpuint(corrupt, >, 0);
	g_assert_cmpuint(corrupt, <, kept);
}

/* A volume that would not be sound is never written. */
static void test_unsound(void)
{
	g_autoptr(GError) error = NULL;
	DriveChange change;
	Bench bench;

	set_up(&bench);
	fat_volume_free(walk(&bench));
	save(&bench);
	/* The FAT's entry of the first file's first cluster. */
	shell("printf '\\000\\000' | dd of=%s bs=1 seek=515 conv=notrunc status=none",
		bench.volume);
	g_assert_false(bring(&bench, &change, &error));
	g_assert_error(error, FAILURE, FAILURE_STATION_INTERNAL);
	g_assert_cmpuint(bench.scsi.bytes_written, ==, 0);
	tear_down(&bench);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/drive-change/update", test_update);
	g_test_add_func("/link/drive-change/nothing", test_nothing);
	g_test_add_func("/link/drive-change/cut", test_cut);
	g_test_add_func("/link/drive-change/unsound", test_unsound);
	return g_test_run();
}

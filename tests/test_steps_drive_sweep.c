/*
 * Files are put on the drive of a simulated camera, and its power is cut at every moment from the first
 * write to 10 s after the last:
 *
 *   first write ... last write .................... settled ........ 10 s after the last write
 *   |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |    a cut at each
 *
 * What the station then calls kept is there, byte for byte, as mtools read it out of the flash. After the
 * board's settle time it always is. SWEEP_MS says how far apart the cuts are; each is a process of its
 * own, many at a time, since most of it is waiting.
 */
#include "core/failure.h"
#include "lib/drive_host.h"
#include "lib/folder.h"
#include "qspi.h"
#include "steps/drive.h"
#include "steps/drive_place.h"
#include "steps/drive_stage.h"
#include "steps/drive_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIME     0.2  /* of real time */
#define WRITE_MS 3000 /* how long writing takes, in the camera's time: mtools run in between */
#define AFTER_MS 10000
#define AT_ONCE  16
enum { CASE_KEPT = 10, CASE_NOT_KEPT, CASE_CUT_SHORT, CASE_NO_CAMERA, CASE_WRONG = 20 };

/* A camera, and a pipe to its drive that breaks when the power goes. */
typedef struct {
	UsbPipe pipe;
	Bench bench;
	BoardConfig config;
	char *dir;
	GPtrArray *files; /* of StagedFile* */
	guint settle_ms;
	gint64 cut_ms; /* after the first write; negative: before the last one's time is known */
	uint64_t first, cut; /* vloop_now(); 0: not yet */
	gboolean off;
} Camera;

/* ---- the pipe -------------------------------------------------------------------------------- */

static uint64_t scaled(const Camera *camera, guint ms)
{
	return vloop_scale(camera->bench.loop, ms * (uint64_t)V_MS);
}

static gssize lost(GError **error)
{
	g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the power is off");
	return -1;
}

static gboolean is_off(Camera *camera)
{
	if (!camera->off && camera->cut && vloop_now(camera->bench.loop) >= camera->cut) {
		board_power(camera->bench.board, false);
		camera->off = TRUE;
	}
	return camera->off;
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	Camera *camera = (Camera *)pipe;
	int moved;

	if (endpoint == BULK_OUT && length == 31 && data[15] == 0x2A && !camera->first) {
		camera->first = vloop_now(camera->bench.loop);
		camera->cut = camera->first + scaled(camera, (guint)camera->cut_ms);
	}
	if (is_off(camera))
		return lost(error);
	moved = bench_bulk(&camera->bench, endpoint, data, length);
	if (moved == -EPIPE)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
	else if (moved < 0)
		return lost(error);
	return moved < 0 ? -1 : moved;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	Camera *camera = (Camera *)pipe;

	if (is_off(camera))
		return lost(error);
	return bench_control(&camera->bench, type, request, value, index, data, length);
}

static gboolean clear_halt(UsbPipe *pipe, guint8 endpoint, GError **error)
{
	Camera *camera = (Camera *)pipe;

	if (is_off(camera))
		return lost(error) > 0;
	host_clear_halt(&camera->bench, endpoint);
	return TRUE;
}

/* ---- a camera and the files for it ----------------------------------------------------------- */

static void add_file(Camera *camera, const char *path, gsize length, char byte)
{
	g_autofree char *text = g_strnfill(length, byte);
	StagedFile *file = g_new0(StagedFile, 1);

	file->path = g_strdup(path);
	file->from = folder_write(camera->dir, path + 1, text);
	file->size = (guint32)length;
	file->sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_ptr_array_add(camera->files, file);
}

static void fill(FatDisk disk)
{
	g_assert_true(fatfs_format(&disk, 0));
	g_assert_true(fatfs_create(&disk, "main.py", "old", 3));
	g_assert_true(fatfs_create(&disk, "README.txt", "read me", 7));
	g_assert_true(fatfs_create(&disk, ".openmv_disk", NULL, 0));
}

static void set_up(Camera *camera, const char *kind)
{
	*camera = (Camera){.pipe = {.bulk = bulk, .control = control, .clear_halt = clear_halt},
		.config = bench_config(),
		.dir = folder_new(),
		.files = g_ptr_array_new()};
	camera->config.kind = board_kind(kind);
	camera->settle_ms = board_profile_find(kind)->settle_ms;
	add_file(camera, "/config.json", 150, 'c');
	add_file(camera, "/lib/net.py", 9000, 'n');
	add_file(camera, "/main.py", 5000, 'm');
	bench_open(&camera->bench, TIME, &camera->config, true);
	fill(board_qspi(camera->bench.board) ? host_qspi_disk(&camera->bench)
					     : host_flash_disk(&camera->bench));
	host_power_on(&camera->bench);
}

static void tear_down(Camera *camera)
{
	bench_close(&camera->bench);
	folder_remove(camera->dir);
	for (guint i = 0; i < camera->files->len; i++) {
		StagedFile *file = camera->files->pdata[i];

		g_free(file->path);
		g_free(file->from);
		g_free(file->sha256);
		g_free(file);
	}
	g_ptr_array_unref(camera->files);
}

/* ---- the station ----------------------------------------------------------------------------- */

static void emit(const Event *event, gpointer data)
{
}

static gboolean open_drive(Camera *camera, Job *job, Drive *drive, GError **error)
{
	*drive = (Drive){.scsi = {.pipe = &camera->pipe,
				 .watch = &job->watch,
				 .in = BULK_IN,
				 .out = BULK_OUT}};
	if (!scsi_open(&drive->scsi, error))
		return FALSE;
	drive->copy = drive_copy_new(&drive->scsi, error);
	return drive->copy && drive_walk(job, drive, error);
}

static gboolean put(Camera *camera, Job *job, GError **error)
{
	Drive drive = {0};
	gboolean done = open_drive(camera, job, &drive, error);

	g_assert_true(done);
	job->drive = drive_state_new(drive.volume, drive.copy);
	done = drive_place(job, &drive, camera->files, error);
	drive_close(job, &drive);
	return done;
}

/* As drive.persist does it. */
static gboolean is_kept(Camera *camera, Job *job, GError **error)
{
	Drive drive = {0};
	gboolean kept = open_drive(camera, job, &drive, error) &&
			drive_check_sound(job, &drive, error) &&
			drive_state_kept(job->drive, drive.volume, NULL, FALSE, error);

	drive_close(job, &drive);
	return kept;
}

/* ---- the judge ------------------------------------------------------------------------------- */

static void dump(Camera *camera, const char *path)
{
	Bench *bench = &camera->bench;
	gsize size = camera->config.kind->volume_blocks[GENERATION_DFU] * (gsize)512;
	g_autofree char *bytes = g_malloc(size);

	if (board_qspi(bench->board))
		qspi_read(board_qspi(bench->board), 0, (uint8_t *)bytes, size);
	else
		memcpy(bytes, host_flash_volume(bench), size);
	g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

/* mtools read each file out of the flash. */
static gboolean is_in_flash(Camera *camera)
{
	g_autofree char *image = g_strdup_printf("%s/dump-%d", camera->dir, (int)getpid());

	dump(camera, image);
	for (guint i = 0; i < camera->files->len; i++) {
		const StagedFile *file = camera->files->pdata[i];
		g_autofree char *wanted = NULL, *command = NULL;
		int status;

		command = g_strdup_printf("sh -c 'MTOOLSRC=/dev/null MTOOLS_SKIP_CHECK=1 mtype -i "
					  "%s ::%s | cmp -s - %s'",
			image, file->path, file->from);
		g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
		if (status != 0)
			return FALSE;
	}
	return TRUE;
}

/* ---- one cut --------------------------------------------------------------------------------- */

static gboolean come_back(Camera *camera)
{
	Bench *bench = &camera->bench;
	gboolean plus = board_qspi(bench->board) != NULL;
	unsigned bootloader = plus ? PID_BOOTLOADER_PLUS : PID_BOOTLOADER;

	camera->off = FALSE;
	camera->cut = 0;
	board_power(bench->board, true);
	if (!bench_await(bench, bootloader, 2000))
		return FALSE;
	bench_control(bench, 0x21, 0, 1000, 0, NULL, 0);
	return bench_await(bench, plus ? PID_CAMERA_PLUS : PID_CAMERA, 3000);
}

/* The end of this process: what became of it. */
static int run_cut(Camera *camera, gint64 cut_ms)
{
	g_autofree char *work = g_strdup_printf("%s/job-%d", camera->dir, (int)getpid());
	Recipe recipe = {0};
	Job job = {.recipe = &recipe, .work_dir = work, .emit = emit};
	g_autoptr(GError) error = NULL;
	gboolean settled;

	g_assert_cmpint(g_mkdir_with_parents(work, 0700), ==, 0);
	watch_begin(&job.watch, 120000, 0);
	camera->cut_ms = cut_ms;
	if (!put(camera, &job, &error)) {
		/* The run is over, as an ERROR. */
		return g_error_matches(error, FAILURE, FAILURE_USB_LOST) ? CASE_CUT_SHORT
									 : CASE_WRONG;
	}
	/* From the last write on. */
	settled = camera->cut >= vloop_now(camera->bench.loop) + scaled(camera, camera->settle_ms);
	while (!is_off(camera))
		bench_pass(&camera->bench, 1);
	if (!come_back(camera))
		return settled ? CASE_WRONG + 1 : CASE_NO_CAMERA;
	if (!is_kept(camera, &job, &error)) {
		if (settled)
			g_printerr("# settled, and not kept: %s\n", error->message);
		return settled ? CASE_WRONG + 2 : CASE_NOT_KEPT;
	}
	return is_in_flash(camera) ? CASE_KEPT : CASE_WRONG + 3;
}

/* ---- all of them ----------------------------------------------------------------------------- */

typedef struct {
	guint ends[CASE_WRONG + 10];
	guint running;
} Sweep;

static void reap(Sweep *sweep)
{
	int status;

	g_assert_cmpint(wait(&status), >, 0);
	sweep->running--;
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), <, (int)G_N_ELEMENTS(sweep->ends));
	sweep->ends[WEXITSTATUS(status)]++;
}

static void start(Sweep *sweep, Camera *camera, gint64 cut_ms)
{
	pid_t pid;

	if (sweep->running == AT_ONCE)
		reap(sweep);
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0)
		_exit(run_cut(camera, cut_ms));
	sweep->running++;
}

static void test_sweep(gconstpointer kind)
{
	const char *step_text = g_getenv("SWEEP_MS");
	guint step_ms = step_text ? (guint)atoi(step_text) : 500;
	Sweep sweep = {0};
	Camera camera;

	g_assert_cmpuint(step_ms, >, 0);
	set_up(&camera, kind);
	for (gint64 at = 0; at <= WRITE_MS + AFTER_MS; at += step_ms)
		start(&sweep, &camera, at);
	while (sweep.running)
		reap(&sweep);
	g_test_message("%s: %u kept, %u not, %u without a camera, %u cut while writing",
		(char *)kind, sweep.ends[CASE_KEPT], sweep.ends[CASE_NOT_KEPT],
		sweep.ends[CASE_NO_CAMERA], sweep.ends[CASE_CUT_SHORT]);
	for (guint i = 0; i < G_N_ELEMENTS(sweep.ends); i++)
		if (sweep.ends[i] && (i < CASE_KEPT || i >= CASE_WRONG))
			g_test_fail_printf("%u cuts ended with %u", sweep.ends[i], i);
	/* Otherwise it was no sweep. An H7 Plus may have flushed by the time that all was read back. */
	g_assert_cmpuint(sweep.ends[CASE_KEPT], >, 0);
	g_assert_cmpuint(sweep.ends[CASE_CUT_SHORT], >, 0);
	if (!board_qspi(camera.bench.board))
		g_assert_cmpuint(sweep.ends[CASE_NOT_KEPT] + sweep.ends[CASE_NO_CAMERA], >, 0);
	tear_down(&camera);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/steps/drive-sweep/openmv-h7", "openmv-h7", test_sweep);
	g_test_add_data_func("/steps/drive-sweep/openmv-h7plus", "openmv-h7plus", test_sweep);
	return g_test_run();
}

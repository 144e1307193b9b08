#include "line/rundir.h"
#include "core/failure.h"
#include "core/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define PREFIX "flashline-"

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	return remove(path);
}

static void remove_tree(const char *path)
{
	/* Depth first, and never through a link out of it. */
	(void)!nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static gboolean lock_take(const char *folder, int *fd)
{
	g_autofree char *path = g_build_filename(folder, "lock", NULL);

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return *fd >= 0 && flock(*fd, LOCK_EX | LOCK_NB) == 0;
}

/* Removes what a controller that was killed left behind: ours, and its lock is free. */
static void sweep(const char *parent)
{
	g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(parent, name, NULL);
		g_autofree char *lock = g_build_filename(path, "lock", NULL);
		GStatBuf st;
		int fd = -1;

		if (!g_str_has_prefix(name, PREFIX) || g_lstat(path, &st) != 0 ||
			!S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
			!g_file_test(lock, G_FILE_TEST_IS_REGULAR))
			continue;
		if (lock_take(path, &fd))
			remove_tree(path);
		if (fd >= 0)
			close(fd);
	}
}

static gboolean write_file(const char *path, const void *bytes, gsize length, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (g_file_set_contents_full(
		    path, bytes, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s", cause->message);
	return FALSE;
}

static gboolean copy_images(Rundir *rundir, const Recipe *recipe, GError **error)
{
	if (g_mkdir(rundir->images, 0700) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make %s: %s",
			rundir->images, g_strerror(errno));
		return FALSE;
	}
	for (guint i = 0; i < recipe->images->len; i++) {
		const Image *image = recipe->images->pdata[i];
		g_autoptr(GBytes) bytes = image_bytes(image, error);
		g_autofree char *path = NULL;

		if (!bytes)
			return FALSE;
		path = g_build_filename(rundir->images, image->sha256, NULL);
		if (!write_file(
			    path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error))
			return FALSE;
	}
	return TRUE;
}

static gboolean copy_folders(Rundir *rundir, const Recipe *recipe, GError **error)
{
	for (guint i = 0; i < recipe->folders->len; i++) {
		const Folder *folder = recipe->folders->pdata[i];
		g_autoptr(GPtrArray) files = folder_files(folder, error);
		g_autofree char *path = NULL;

		if (!files)
			return FALSE;
		path = g_build_filename(rundir->images, folder->sha256, NULL);
		if (!folder_save(files, path, error))
			return FALSE;
	}
	return TRUE;
}

static char *yaml_path(const Rundir *rundir, const char *kind, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".yaml", NULL);

	return g_build_filename(rundir->path, kind, file, NULL);
}

static gboolean make_folder(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0700) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot make %s: %s", path,
		g_strerror(errno));
	return FALSE;
}

static gboolean fill(Rundir *rundir, const Recipe *recipe, const Fixture *fixture, GError **error)
{
	g_autofree char *recipes = g_build_filename(rundir->path, "recipe", NULL);
	g_autofree char *fixtures = g_build_filename(rundir->path, "fixture", NULL);

	rundir->recipe = yaml_path(rundir, "recipe", recipe->name);
	rundir->fixture = yaml_path(rundir, "fixture", fixture->name);
	rundir->images = g_build_filename(rundir->path, "images", NULL);
	rundir->keeper = g_build_filename(rundir->path, "keeper.sock", NULL);
	return make_folder(recipes, error) && make_folder(fixtures, error) &&
	       write_file(rundir->recipe, recipe->effective, strlen(recipe->effective), error) &&
	       write_file(rundir->fixture, fixture->text, strlen(fixture->text), error) &&
	       copy_images(rundir, recipe, error) && copy_folders(rundir, recipe, error);
}

Rundir *rundir_new(const Recipe *recipe, const Fixture *fixture, GError **error)
{
	const char *parent = g_getenv("XDG_RUNTIME_DIR");
	g_autoptr(Rundir) rundir = g_new0(Rundir, 1);

	if (!parent || !g_file_test(parent, G_FILE_TEST_IS_DIR))
		parent = g_get_tmp_dir();
	rundir->lock = -1;
	sweep(parent);
	rundir->path = g_build_filename(parent, PREFIX "XXXXXX", NULL);
	if (!g_mkdtemp_full(rundir->path, 0700) || !lock_take(rundir->path, &rundir->lock)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"cannot make a private folder in %s: %s", parent, g_strerror(errno));
		return NULL;
	}
	if (!fill(rundir, recipe, fixture, error))
		return NULL;
	return g_steal_pointer(&rundir);
}

void rundir_free(Rundir *rundir)
{
	if (!rundir)
		return;
	if (rundir->lock >= 0) {
		remove_tree(rundir->path);
		close(rundir->lock);
	}
	g_free(rundir->path);
	g_free(rundir->recipe);
	g_free(rundir->fixture);
	g_free(rundir->images);
	g_free(rundir->keeper);
	g_free(rundir);
}

char *rundir_slot(const Rundir *rundir, guint slot, GError **error)
{
	g_autofree char *name = g_strdup_printf("slot-%u", slot);
	g_autofree char *path = g_build_filename(rundir->path, name, NULL);

	if (!make_folder(path, error))
		return NULL;
	return g_steal_pointer(&path);
}

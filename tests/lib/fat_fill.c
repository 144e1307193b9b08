/* The peers, and what mtools puts into an image. */
#include "lib/fat_made.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const FatKind kinds[] = {
	/* the camera's geometry (boards.md section 2.1) */
	{"fat12-1", "128", "12", "1", "1", TRUE},
	{"fat12-2", "1440", "12", "2", "2", FALSE},
	{"fat16-2", "4200", "16", "2", "1", TRUE},
	{"fat16-1", "12288", "16", "1", "4", FALSE},
	/* little more than the 65,525 clusters that FAT32 must have */
	{"fat32-2", "33792", "32", "2", "1", FALSE},
	{"fat32-1", "33792", "32", "1", "1", TRUE},
};

const FatKind *fat_kinds(guint *count)
{
	*count = G_N_ELEMENTS(kinds);
	return kinds;
}

/* ---- peers ----------------------------------------------------------------------------------- */

static char *find_peer(const char *name)
{
	g_autofree char *sbin = g_strdup_printf("/usr/sbin/%s", name);
	char *found = g_find_program_in_path(name);

	return found ? found : g_find_program_in_path(sbin);
}

const char *fat_made_missing_peer(void)
{
	static const char *const peers[] = {"mkfs.fat", "fsck.fat", "mcopy", "mmd", "mdir", "mdel"};

	for (guint i = 0; i < G_N_ELEMENTS(peers); i++) {
		g_autofree char *path = find_peer(peers[i]);

		if (!path)
			return peers[i];
	}
	return NULL;
}

/* An alarm outlives exec(). */
static void limit(gpointer data)
{
	dup2(STDOUT_FILENO, STDERR_FILENO);
	alarm(PEER_SECONDS);
}

/* Small enough for a program's output; what is behind is left out. */
static char *read_all(int fd)
{
	GString *text = g_string_new(NULL);
	char piece[4096];
	gssize count;

	while ((count = read(fd, piece, sizeof piece)) > 0)
		if (text->len < 1 << 20)
			g_string_append_len(text, piece, count);
	close(fd);
	return g_string_free(text, FALSE);
}

int fat_made_peer(char **output, const char *const *argv)
{
	static const char *const environment[] = {"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin",
		"SOURCE_DATE_EPOCH=1700000000", "MTOOLS_SKIP_CHECK=1", "MTOOLSRC=/dev/null", NULL};
	g_autofree char *path = find_peer(argv[0]), *said = NULL;
	g_autoptr(GPtrArray) full = g_ptr_array_new();
	int status = -1, out;
	GPid pid;

	g_ptr_array_add(full, path);
	while (*++argv)
		g_ptr_array_add(full, (gpointer)*argv);
	g_ptr_array_add(full, NULL);
	if (!g_spawn_async_with_pipes(NULL, (char **)full->pdata, (char **)environment,
		    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, limit, NULL, &pid, NULL,
		    &out, NULL, NULL))
		return 255;
	said = read_all(out);
	if (waitpid(pid, &status, 0) != pid)
		status = -1;
	if (output)
		*output = g_steal_pointer(&said);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* ---- files ----------------------------------------------------------------------------------- */

typedef struct {
	const char *path; /* ending in '/': a directory */
	guint most;       /* its size by chance, up to here; 0: empty */
	gboolean gone;    /* is deleted again */
} Item;

static const Item items[] = {
	{"main.py", 1500},
	{"empty", 0},
	{"block.bin", 1024},
	{"gone before.txt", 2000, TRUE},
	{"lib/"},
	{"lib/Driver.py", 12345},
	{"lib/a long directory/"},
	{"lib/a long directory/with a long name in it, of three parts.txt", 5000},
	{"lib/a long directory/deeper/"},
	{"lib/a long directory/deeper/x.PY", 600},
	{"many/"},
	{"Zähler №5.txt", 900},
	{"lower.txt", 513},
	{"gone after", 700, TRUE},
	{"model.tflite", 20000},
};

/* A directory of more than one cluster of 512 bytes. */
enum { MANY = 12 };

static gboolean copy_in(FatMade *made, const char *path, guint size, GRand *rand)
{
	g_autofree char *local = g_build_filename(made->folder, "local", NULL);
	g_autofree char *target = g_strdup_printf("::%s", path);
	g_autofree char *bytes = g_malloc(size + 1);

	/* No zeros: a cluster's slack can be told from what is before it. */
	for (guint i = 0; i < size; i++)
		bytes[i] = (char)g_rand_int_range(rand, 1, 256);
	return g_file_set_contents(local, bytes, size, NULL) &&
	       FAT_PEER(NULL, "mcopy", "-i", made->image, local, target) == 0;
}

static gboolean put_item(FatMade *made, const Item *item, GRand *rand)
{
	g_autofree char *target = g_strdup_printf("::%s", item->path);

	if (g_str_has_suffix(item->path, "/")) {
		target[strlen(target) - 1] = '\0';
		return FAT_PEER(NULL, "mmd", "-i", made->image, target) == 0;
	}
	return copy_in(made, item->path,
		item->most ? (guint)g_rand_int_range(rand, 1, (gint32)item->most + 1) : 0, rand);
}

static gboolean put_files(FatMade *made, GRand *rand)
{
	for (guint i = 0; i < G_N_ELEMENTS(items); i++)
		if (!put_item(made, &items[i], rand))
			return FALSE;
	for (guint i = 0; i < MANY; i++) {
		g_autofree char *path = g_strdup_printf("many/Sample %u.csv", i);

		if (!copy_in(made, path, (guint)g_rand_int_range(rand, 0, 700), rand))
			return FALSE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(items); i++) {
		g_autofree char *target = g_strdup_printf("::%s", items[i].path);

		if (items[i].gone && FAT_PEER(NULL, "mdel", "-i", made->image, target) != 0)
			return FALSE;
	}
	return TRUE;
}

gboolean fat_made_fill(FatMade *made, GRand *rand, char **why)
{
	g_autofree char *said = NULL;

	if (FAT_PEER(&said, "mkfs.fat", "-C", "--invariant", "-F", made->kind->bits, "-f",
		    made->kind->fats, "-s", made->kind->cluster_blocks, "-n", "CAMERA", made->image,
		    made->kind->kib) != 0) {
		*why = g_strdup_printf("mkfs.fat: %s", said);
		return FALSE;
	}
	if (put_files(made, rand))
		return TRUE;
	*why = g_strdup_printf("mtools cannot fill %s", made->kind->name);
	return FALSE;
}

#include "journal/lock.h"

#include "core/failure.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The number of the process that has the lock, as it wrote it; 0 if it has not yet. */
static long owner(int file)
{
	char text[32] = "";
	ssize_t length = pread(file, text, sizeof text - 1, 0);
	return length > 0 ? strtol(text, NULL, 10) : 0;
}

/* Only for the sentence that a second one reads: failing to write it is no failure. */
static void sign(int file)
{
	char text[32];
	int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
	if (ftruncate(file, 0) == 0 && pwrite(file, text, (size_t)length, 0) != length)
		g_debug("the lock file does not take this process's number");
}

static void refused(int file, int error_number, const char *path, GError **error)
{
	if (error_number != EWOULDBLOCK)
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE, "cannot lock %s: %s", path,
			g_strerror(error_number));
	else
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
			"another flashline (pid %ld) is writing it: %s", owner(file), path);
}

int lock_take(const char *journal_path, GError **error)
{
	g_autofree char *path = g_strconcat(journal_path, ".lock", NULL);
	/* Close-on-exec: a child that outlives this process must not keep the lock. */
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0) {
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE, "cannot create %s: %s", path,
			g_strerror(errno));
		return -1;
	}
	if (flock(file, LOCK_EX | LOCK_NB) == 0) {
		sign(file);
		return file;
	}
	refused(file, errno, path, error);
	close(file);
	return -1;
}

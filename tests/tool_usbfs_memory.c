/*
 * tool_usbfs_memory NODE KIB -- COMMAND...: takes all the memory that the kernel's usbfs may give out to all programs
 * but so many KiB, while COMMAND runs. NODE: any device's under /dev/bus/usb.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES_MAX = 64 << 8 /* 64 MiB: where nothing limits it */ };

/* A mapping of usbfs counts as a transfer's buffer does. */
static int take(int fd, void **pages)
{
	int count = 0;

	while (count < PAGES_MAX) {
		pages[count] = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
		if (pages[count] == MAP_FAILED)
			break;
		count++;
	}
	return count;
}

int main(int argc, char **argv)
{
	static void *pages[PAGES_MAX];
	int fd, count, left, status;
	pid_t pid;

	if (argc < 5 || strcmp(argv[3], "--") != 0) {
		fprintf(stderr, "usage: tool_usbfs_memory NODE KIB -- COMMAND...\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	left = atoi(argv[2]) * 1024 / PAGE;
	count = fd < 0 ? 0 : take(fd, pages);
	if (count < left || count == PAGES_MAX) {
		fprintf(stderr, "tool_usbfs_memory: %d pages of %s\n", count, argv[1]);
		return 2;
	}
	while (left--)
		munmap(pages[--count], PAGE);
	pid = fork();
	if (pid == 0) {
		execvp(argv[4], argv + 4);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

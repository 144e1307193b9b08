/*
 * tool_cancels NODE ROUNDS INTERFACE:ENDPOINT...: submits a transfer to each of these IN endpoints (hexadecimal) and
 * cancels it at once, so many times, side by side. Each has to come back, cancelled or done. NODE: a device's under
 * /dev/bus/usb; its kernel drivers have their interfaces again when it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { ENDPOINTS_MAX = 4 };

typedef struct {
	int fd, rounds, failed;
	unsigned interface, endpoint;
	atomic_bool back;
	unsigned char data[64];
} Canceller;

/* Takes what has come back, whosever it is. */
static void reap(int fd)
{
	void *urb = NULL;

	if (ioctl(fd, USBDEVFS_REAPURBNDELAY, &urb) == 0)
		atomic_store((atomic_bool *)((struct usbdevfs_urb *)urb)->usercontext, true);
	else
		sched_yield();
}

static int cancel_one(Canceller *at)
{
	struct usbdevfs_urb urb = {.type = USBDEVFS_URB_TYPE_BULK,
		.endpoint = (unsigned char)at->endpoint,
		.buffer = at->data,
		.buffer_length = sizeof(at->data),
		.usercontext = &at->back};

	atomic_store(&at->back, false);
	if (ioctl(at->fd, USBDEVFS_SUBMITURB, &urb))
		return -1;
	/* EINVAL: it is done already. */
	if (ioctl(at->fd, USBDEVFS_DISCARDURB, &urb) && errno != EINVAL)
		return -1;
	while (!atomic_load(&at->back))
		reap(at->fd);
	return 0;
}

static void *cancel_all(void *data)
{
	Canceller *at = data;

	for (int i = 0; i < at->rounds && !at->failed; i++)
		if (cancel_one(at))
			at->failed = errno;
	return NULL;
}

/* Takes the interface from its driver, or gives it back. */
static int driver(const Canceller *at, int request)
{
	struct usbdevfs_ioctl command = {.ifno = (int)at->interface, .ioctl_code = request};

	return ioctl(at->fd, USBDEVFS_IOCTL, &command);
}

static int run(Canceller *all, int count)
{
	pthread_t threads[ENDPOINTS_MAX];
	int failed = 0;

	for (int i = 0; i < count; i++) {
		driver(&all[i], USBDEVFS_DISCONNECT);
		if (ioctl(all[i].fd, USBDEVFS_CLAIMINTERFACE, &all[i].interface))
			return errno;
	}
	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, cancel_all, &all[i]))
			abort();
	for (int i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
		failed = failed ? failed : all[i].failed;
	}
	for (int i = 0; i < count; i++)
		ioctl(all[i].fd, USBDEVFS_RELEASEINTERFACE, &all[i].interface);
	for (int i = 0; i < count; i++)
		driver(&all[i], USBDEVFS_CONNECT);
	return failed;
}

int main(int argc, char **argv)
{
	static Canceller all[ENDPOINTS_MAX];
	int count = argc - 3, fd, failed;

	if (count < 1 || count > ENDPOINTS_MAX) {
		fprintf(stderr, "usage: tool_cancels NODE ROUNDS INTERFACE:ENDPOINT...\n");
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	for (int i = 0; i < count; i++) {
		all[i].fd = fd;
		all[i].rounds = atoi(argv[2]);
		if (sscanf(argv[3 + i], "%u:%x", &all[i].interface, &all[i].endpoint) != 2)
			return 2;
	}
	failed = fd < 0 ? errno : run(all, count);
	printf("%s\n", failed ? strerror(failed) : "all came back");
	return failed != 0;
}

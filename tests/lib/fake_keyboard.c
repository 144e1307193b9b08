#include "lib/fake_keyboard.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/input.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static guint grabs;
static gboolean held_elsewhere;
static gint64 device_us;

/* What EVIOCGBIT answers: events (type 0) SYN and KEY, all keys, nothing else. */
static void tell_bits(guint type, guint8 *bits, gsize size)
{
	memset(bits, 0, size);
	if (type == 0)
		bits[0] = 1 << EV_SYN | 1 << EV_KEY;
	else if (type == EV_KEY)
		memset(bits, 0xFF, MIN(size, (KEY_MAX + 1) / 8));
}

static int answer(unsigned long request, void *at)
{
	gsize size = _IOC_SIZE(request);
	guint number = _IOC_NR(request);

	if (_IOC_TYPE(request) != 'E') {
		errno = ENOTTY;
		return -1;
	}
	if (request == EVIOCGRAB) {
		if (at && held_elsewhere) {
			errno = EBUSY;
			return -1;
		}
		grabs += at != NULL;
		return 0;
	}
	if (number >= 0x20 && number < 0x20 + EV_CNT && _IOC_DIR(request) & _IOC_READ)
		tell_bits(number - 0x20, at, size);
	else if (_IOC_DIR(request) & _IOC_READ)
		memset(at, 0, size);
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	struct stat file;
	va_list args;
	void *at;

	va_start(args, request);
	at = va_arg(args, void *);
	va_end(args);
	if (fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode))
		return answer(request, at);
	return (int)syscall(SYS_ioctl, fd, request, at);
}

void fake_keyboard_plug(FakeKeyboard *keyboard, const char *path)
{
	keyboard->path = g_strdup(path);
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	/* For reading too: there is a writer whoever reads. */
	keyboard->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	g_assert_cmpint(keyboard->fd, >=, 0);
}

void fake_keyboard_unplug(FakeKeyboard *keyboard)
{
	g_unlink(keyboard->path);
	close(keyboard->fd);
	g_clear_pointer(&keyboard->path, g_free);
}

static void put(FakeKeyboard *keyboard, guint type, guint code, gint value)
{
	struct input_event event = {.type = (guint16)type, .code = (guint16)code, .value = value};

	event.input_event_sec = device_us / G_USEC_PER_SEC;
	event.input_event_usec = device_us % G_USEC_PER_SEC;
	g_assert_cmpint(write(keyboard->fd, &event, sizeof event), ==, sizeof event);
}

void fake_keyboard_stroke(FakeKeyboard *keyboard, guint code, guint gap_ms)
{
	device_us = MAX(device_us + (gint64)gap_ms * 1000, g_get_monotonic_time());
	put(keyboard, EV_KEY, code, 1);
	put(keyboard, EV_SYN, SYN_REPORT, 0);
	put(keyboard, EV_KEY, code, 0);
	put(keyboard, EV_SYN, SYN_REPORT, 0);
}

void fake_keyboard_overflow(FakeKeyboard *keyboard)
{
	put(keyboard, EV_SYN, SYN_DROPPED, 0);
	put(keyboard, EV_SYN, SYN_REPORT, 0);
}

guint fake_keyboard_grabs(void)
{
	return grabs;
}

void fake_keyboard_hold(gboolean held)
{
	held_elsewhere = held;
}

#include "lib/evdev_proof.h"

#include "evdev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <string.h>

enum {
	FILES = 3,
	TURN = 9,
	BEYOND = 16, /* bytes behind an answer, that nobody may touch */
	FILLED = 0xA5,
};

/* What a turn does; everything else is an ioctl. */
enum { OPEN = 0xF0, CLOSE, PRESS, RELEASE, OVERRUN, FLUSH, UNPLUG };

typedef struct {
	Evdev *evdev;
	EvdevFile *files[FILES];
	gboolean plugged[FILES]; /* opened, and not unplugged since */
	gboolean told_grabbed;
} Proof;

static void on_grab(bool grabbed, void *data)
{
	Proof *proof = data;

	g_assert_true(proof->told_grabbed != grabbed);
	proof->told_grabbed = grabbed;
}

static void check_answer(int result, guint32 request, const guint8 *answer, gsize length)
{
	g_assert_cmpuint(length, <=, MIN(_IOC_SIZE(request), EVDEV_ANSWER));
	if (result < 0)
		g_assert_cmpuint(length, ==, 0);
	else
		g_assert_true(result == 0 || (gsize)result == length);
	for (gsize i = length; i < EVDEV_ANSWER + BEYOND; i++)
		g_assert_cmphex(answer[i], ==, FILLED);
}

static void ask(Proof *proof, guint which, guint32 request, gint32 argument)
{
	guint8 answer[EVDEV_ANSWER + BEYOND];
	gsize length = 0;
	int result;

	if (!proof->files[which])
		return;
	memset(answer, FILLED, sizeof answer);
	result = evdev_ioctl(proof->files[which], request, argument, answer, &length);
	check_answer(result, request, answer, length);
	g_assert_true((result == -ENODEV) == !proof->plugged[which]);
}

static void close_file(Proof *proof, guint which)
{
	evdev_close(proof->files[which]);
	proof->files[which] = NULL;
	proof->plugged[which] = FALSE;
}

static void open_file(Proof *proof, guint which)
{
	close_file(proof, which);
	proof->files[which] = evdev_open(proof->evdev, open("/dev/null", O_WRONLY | O_CLOEXEC));
	proof->plugged[which] = TRUE;
}

static void turn(Proof *proof, guint8 what, guint32 request, gint32 argument)
{
	guint which = request % FILES;

	switch (what) {
	case OPEN:
		open_file(proof, which);
		break;
	case CLOSE:
		close_file(proof, which);
		break;
	case PRESS:
	case RELEASE:
		evdev_key(proof->evdev, request, what == PRESS, 0);
		break;
	case OVERRUN:
		evdev_overrun(proof->evdev, 0);
		break;
	case FLUSH:
		evdev_flush(proof->evdev);
		break;
	case UNPLUG:
		evdev_unplug(proof->evdev);
		memset(proof->plugged, 0, sizeof proof->plugged);
		break;
	default:
		ask(proof, what % FILES, request, argument);
	}
}

static void check_users(const Proof *proof)
{
	guint users = 0;

	for (guint i = 0; i < FILES; i++)
		users += proof->plugged[i] ? 1 : 0;
	g_assert_cmpuint(evdev_users(proof->evdev), ==, users);
	g_assert_true(evdev_is_grabbed(proof->evdev) == proof->told_grabbed);
	g_assert_true(users || !proof->told_grabbed);
}

void evdev_proof(const guint8 *data, gsize size)
{
	/* A scanner of a world may have no serial. */
	const EvdevId id = {"Virtual Scanner", "usb-1/input0", size % 2 ? "S1" : NULL, 1, 2};
	Proof proof = {0};

	proof.evdev = evdev_new(NULL, &id, on_grab, &proof);
	open_file(&proof, 0);
	for (; size >= TURN; size -= TURN, data += TURN) {
		guint32 request;
		gint32 argument;

		memcpy(&request, data + 1, sizeof request);
		memcpy(&argument, data + 5, sizeof argument);
		turn(&proof, data[0], request, argument);
		check_users(&proof);
	}
	evdev_unplug(proof.evdev);
	g_assert_false(proof.told_grabbed);
	for (guint i = 0; i < FILES; i++)
		close_file(&proof, i);
	evdev_free(proof.evdev);
}

/* Waiting for a device where none comes: what the wait proves, and what it does not. */
#include "core/failure.h"
#include "link/usb.h"

#include <string.h>

/* No bus has it. */
#define PORT   "250-1.2"
#define CAMERA ((UsbId){0x37C5, 0x1204})

typedef struct {
	Usb *usb;
	Watch watch;
	guint told;
} Bench;

static void on_progress(const char *phase, guint64 done, guint64 total, gpointer data)
{
	((Bench *)data)->told++;
	g_assert_cmpuint(done, ==, 0);
}

static void set_up(Bench *bench, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	bench->usb = usb_new(&error);
	g_assert_no_error(error);
	watch_begin(&bench->watch, GPOINTER_TO_UINT(data), 0);
	bench->watch.report = on_progress;
	bench->watch.data = bench;
}

static void tear_down(Bench *bench, gconstpointer data)
{
	usb_free(bench->usb);
}

static void expect(Bench *bench, FailureCode code, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(usb_await(bench->usb, PORT, CAMERA, &bench->watch, &error));
	g_assert_error(error, FAILURE, (gint)code);
	g_assert_nonnull(strstr(error->message, text));
	g_assert_cmpuint(bench->told, ==, 1);
}

static void test_looked(Bench *bench, gconstpointer data)
{
	expect(bench, FAILURE_USB_NOT_SEEN, "nothing on port " PORT);
	g_assert_cmpint(g_get_monotonic_time(), >=, bench->watch.deadline_us);
}

/* The time is over before anybody has looked: a station whose libusb took all of it to start. */
static void test_late(Bench *bench, gconstpointer data)
{
	while (watch_ok(&bench->watch, NULL))
		g_usleep(100);
	expect(bench, FAILURE_STEP_DEADLINE, "could not be looked at");
}

static void test_stopped(Bench *bench, gconstpointer data)
{
	gint stop = 1;

	bench->watch.stop = &stop;
	expect(bench, FAILURE_STOPPED, "told to stop");
}

#define ADD(name, ms, function)                                                                    \
	g_test_add(                                                                                \
		"/link/usb-await/" name, Bench, GUINT_TO_POINTER(ms), set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("looked", 200, test_looked);
	ADD("late", 1, test_late);
	ADD("stopped", 10000, test_stopped);
	return g_test_run();
}

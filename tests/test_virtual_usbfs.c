/* The virtual fixture's usbfs, by its socket: the rules between open files. */
#include "lib/usbfs_host.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_claims(void)
{
	UsbfsHost host;
	UsbfsFile one, two;

	usbfs_host_open(&host);
	one = usbfs_file_open(&host);
	two = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_DRIVER, 0, 0), ==, -ENODATA);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_CLAIM, 0, 0), ==, 0);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_CLAIM, 0, 0), ==, 0);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_CLAIM, 0, 0), ==, -EBUSY);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_RELEASE, 0, 0), ==, -EINVAL);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_SET_INTERFACE, 0, 0), ==, -EBUSY);
	g_assert_cmpint(
		usbfs_host_simple(&host, two.socket, V_SET_CONFIGURATION, 1, 0), ==, -EBUSY);
	g_assert_cmpint(usbfs_file_submit(&host, &two, 0x02, 8, 1), ==, -EBUSY);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_DRIVER, 0, 0), ==, 0);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_CLAIM, 1, 0), ==, -ENOENT);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_CLAIM, 4711, 0), ==, -EINVAL);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_SET_INTERFACE, 0, 1), ==, 0);
	g_assert_cmpuint(host.small.echo.dev.alts[0], ==, 1);
	g_assert_cmpint(usbfs_host_simple(&host, one.socket, V_SET_INTERFACE, 0, 2), ==, -EINVAL);
	usbfs_file_close(&host, &one); /* its claim goes with it, and the setting back to 0 */
	g_assert_cmpuint(host.small.echo.dev.alts[0], ==, 0);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_CLAIM, 0, 0), ==, 0);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_RELEASE, 0, 0), ==, 0);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_SET_CONFIGURATION, 1, 0), ==, 0);
	g_assert_cmpint(
		usbfs_host_simple(&host, two.socket, V_SET_CONFIGURATION, 2, 0), ==, -EINVAL);
	usbfs_file_close(&host, &two);
	usbfs_host_close(&host);
}

static void test_reap(void)
{
	UsbfsHost host;
	UsbfsFile file;
	VReply reply;

	usbfs_host_open(&host);
	file = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_file_reap(&host, &file, &reply), ==, -EAGAIN);
	g_assert_cmpint(usbfs_file_polled(&file), ==, 0);
	g_assert_cmpint(usbfs_file_submit(&host, &file, 0x02, 8, 0x1111), ==, 0);
	g_assert_cmpint(usbfs_file_submit(&host, &file, 0x81, 16, 0x2222), ==, 0);
	while (usbfs_file_polled(&file) == 0) {
		small_quit_after(&host.small, 0);
		small_run(&host.small);
	}
	g_assert_cmpint(usbfs_file_polled(&file), ==, POLLOUT);
	g_assert_cmpint(usbfs_file_reap(&host, &file, &reply), ==, 0);
	g_assert_cmphex(reply.urb, ==, 0x1111);
	g_assert_cmpuint(reply.actual, ==, 8);
	while (usbfs_file_reap(&host, &file, &reply) == -EAGAIN)
		;
	g_assert_cmphex(reply.urb, ==, 0x2222);
	g_assert_cmpuint(reply.length, ==, 16);
	g_assert_cmpint(usbfs_file_polled(&file), ==, 0);
	usbfs_file_close(&host, &file);
	usbfs_host_close(&host);
}

static void test_discard(void)
{
	const VCall discard = {.kind = V_DISCARD, .urb = 7};
	UsbfsHost host;
	UsbfsFile file;
	VReply reply;

	usbfs_host_open(&host);
	host.small.echo.status = 1;
	file = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_file_submit(&host, &file, 0x81, 8, 7), ==, 0);
	g_assert_cmpuint(host.small.echo.held_count, ==, 1);
	g_assert_true(usbfs_host_call(&host, file.socket, &discard, NULL, &reply, NULL));
	g_assert_cmpint(reply.result, ==, 0);
	g_assert_cmpuint(host.small.echo.held_count, ==, 0);
	g_assert_true(usbfs_host_call(&host, file.socket, &discard, NULL, &reply, NULL));
	g_assert_cmpint(reply.result, ==, -EINVAL);
	g_assert_cmpint(usbfs_file_reap(&host, &file, &reply), ==, 0);
	g_assert_cmpint(reply.status, ==, -ENOENT);
	usbfs_file_close(&host, &file);
	usbfs_host_close(&host);
}

/* A program that is killed leaves nothing behind, neither a pending transfer nor a waiting call. */
static void test_killed(void)
{
	const VCall wait = {.kind = V_TRANSFER, .arg = {USBDEVFS_URB_TYPE_BULK, 0x02, 0}};
	UsbfsHost host;
	UsbfsFile one, two;

	usbfs_host_open(&host);
	host.small.echo.status = 1;
	one = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_file_submit(&host, &one, 0x81, 8, 7), ==, 0);
	g_assert_cmpint(send(one.socket, &wait, sizeof(wait), 0), ==, sizeof(wait));
	while (host.small.echo.held_count < 2) {
		small_quit_after(&host.small, 0);
		small_run(&host.small);
	}
	usbfs_file_close(&host, &one);
	g_assert_cmpuint(host.small.echo.held_count, ==, 0);
	two = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_host_simple(&host, two.socket, V_CLAIM, 0, 0), ==, 0);
	usbfs_file_close(&host, &two);
	usbfs_host_close(&host);
}

static void test_unplug(void)
{
	UsbfsHost host;
	UsbfsFile file;
	VReply reply;

	usbfs_host_open(&host);
	host.small.echo.status = 1;
	file = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_file_submit(&host, &file, 0x81, 8, 7), ==, 0);
	vbus_detach(host.small.bus, &host.small.echo.dev);
	g_assert_cmpint(usbfs_file_polled(&file) & POLLERR, ==, POLLERR);
	g_assert_cmpint(usbfs_host_simple(&host, file.socket, V_CLAIM, 0, 0), ==, -ENODEV);
	g_assert_cmpint(usbfs_file_reap(&host, &file, &reply), ==, 0); /* also after the unplug */
	g_assert_cmpint(reply.status, ==, -ESHUTDOWN);
	g_assert_cmpint(usbfs_file_reap(&host, &file, &reply), ==, -ENODEV);
	vbus_attach(host.small.bus, "1-2.3", &host.small.echo.dev);
	vbus_settle(host.small.bus);
	g_assert_cmpint(
		usbfs_file_reap(&host, &file, &reply), ==, -ENODEV); /* the old file stays lost */
	usbfs_file_close(&host, &file);
	file = usbfs_file_open(&host);
	usbfs_file_close(&host, &file);
	usbfs_host_close(&host);
}

static void test_reset(void)
{
	UsbfsHost host;
	UsbfsFile file;

	usbfs_host_open(&host);
	file = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_host_simple(&host, file.socket, V_RESET, 0, 0), ==, 0);
	g_assert_cmpuint(host.small.echo.resets, ==, 1);
	host.small.echo.leave_at_reset = true;
	g_assert_cmpint(usbfs_host_simple(&host, file.socket, V_RESET, 0, 0), ==, -ENODEV);
	usbfs_file_close(&host, &file);
	usbfs_host_close(&host);
}

/* The program is gone before its reset is over, which goes on without it. */
static void test_reset_killed(void)
{
	const VCall reset = {.kind = V_RESET};
	UsbfsHost host;
	UsbfsFile file;

	usbfs_host_open_at(&host, 0.1);
	file = usbfs_file_open(&host);
	g_assert_cmpint(send(file.socket, &reset, sizeof(reset), 0), ==, sizeof(reset));
	while (host.small.echo.resets == 0) {
		small_quit_after(&host.small, 0);
		small_run(&host.small);
	}
	usbfs_file_close(&host, &file);
	while (host.small.echo.configured < 2) {
		small_quit_after(&host.small, V_MS);
		small_run(&host.small);
	}
	g_assert_null(host.small.echo.dev.port->reset);
	usbfs_host_close(&host);
}

/* ---- events ---- */

static void test_events(void)
{
	const VCall listen = {.kind = V_LISTEN, .arg = {VPROTO_VERSION}};
	UsbfsHost host;
	VReply reply;
	int listener, monitor[2] = {-1, -1};
	char event[1024];

	usbfs_host_open(&host);
	listener = usbfs_host_client(&host);
	g_assert_true(usbfs_host_call(&host, listener, &listen, NULL, &reply, &monitor[0]));
	g_assert_cmpint(reply.result, ==, 0);
	vbus_detach(host.small.bus, &host.small.echo.dev);
	vbus_attach(host.small.bus, "1-2.3", &host.small.echo.dev);
	vbus_settle(host.small.bus);
	for (unsigned i = 0; i < 2; i++) {
		ssize_t length = recv(monitor[0], event, sizeof(event), MSG_DONTWAIT);
		const char *action = i == 0 ? "ACTION=remove" : "ACTION=add";

		g_assert_cmpint(length, >, 40);
		g_assert_cmpstr(event, ==, "libudev");
		g_assert_nonnull(memmem(event, (size_t)length, action, strlen(action) + 1));
		g_assert_nonnull(memmem(event, (size_t)length, "/usb1/1-2/1-2.3", 16));
	}
	close(monitor[0]);
	close(listener);
	usbfs_host_close(&host);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/usbfs/claims", test_claims);
	g_test_add_func("/virtual/usbfs/reap", test_reap);
	g_test_add_func("/virtual/usbfs/discard", test_discard);
	g_test_add_func("/virtual/usbfs/killed", test_killed);
	g_test_add_func("/virtual/usbfs/unplug", test_unplug);
	g_test_add_func("/virtual/usbfs/reset", test_reset);
	g_test_add_func("/virtual/usbfs/reset-killed", test_reset_killed);
	g_test_add_func("/virtual/usbfs/events", test_events);
	return g_test_run();
}

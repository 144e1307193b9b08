/* The virtual fixture's usbfs, by its socket: it hangs up on hostile clients, and goes on. */
#include "lib/usbfs_host.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void expect_hang_up(UsbfsHost *host, int fd, const VCall *call)
{
	VReply reply;

	g_assert_false(usbfs_host_call(host, fd, call, NULL, &reply, NULL));
	close(fd);
}

static void test_nonsense(void)
{
	const VCall huge = {.kind = V_SUBMIT, .length = 0xffffffff};
	const VCall closed = {.kind = V_CLAIM};
	const VCall old = {.kind = V_OPEN, .arg = {VPROTO_VERSION + 1, 1, 1}};
	const VCall nobody = {.kind = V_OPEN, .arg = {VPROTO_VERSION, 99, 99}};
	UsbfsHost host;
	UsbfsFile file;
	VReply reply;
	int fd;

	usbfs_host_open(&host);
	expect_hang_up(&host, usbfs_host_client(&host), &huge);
	expect_hang_up(&host, usbfs_host_client(&host), &closed);
	expect_hang_up(&host, usbfs_host_client(&host), &old);
	fd = usbfs_host_client(&host);
	g_assert_true(usbfs_host_call(&host, fd, &nobody, NULL, &reply, NULL));
	g_assert_cmpint(reply.result, ==, -ENODEV);
	close(fd);
	file = usbfs_file_open(&host);
	g_assert_cmpint(usbfs_file_submit(&host, &file, 0x55, 8, 1), ==, -ENOENT);
	g_assert_cmpint(usbfs_host_simple(&host, file.socket, 0x7777, 0, 0), ==, -ENOTTY);
	g_assert_cmpint(
		usbfs_host_simple(&host, file.socket, V_CLEAR_HALT, 0x1234, 0), ==, -ENOENT);
	g_assert_cmpint(usbfs_host_simple(&host, file.socket, V_SUBMIT, 99, 0), ==, -EINVAL);
	expect_hang_up(&host, file.socket, &nobody); /* a second open */
	close(file.pipe);
	usbfs_host_close(&host);
}

/* Random calls with plausible kinds, cut anywhere. A seed that fails is printed by the framework. */
static void test_random(void)
{
	UsbfsHost host;

	usbfs_host_open(&host);
	for (unsigned round = 0; round < 300; round++) {
		UsbfsFile file = usbfs_file_open(&host);

		host.small.echo.status = g_test_rand_bit() ? 0 : -EPIPE;
		for (unsigned i = 0; i < 6; i++) {
			uint32_t words[sizeof(VCall) / 4];

			for (unsigned w = 0; w < G_N_ELEMENTS(words); w++)
				words[w] = (uint32_t)g_test_rand_int_range(
					0, g_test_rand_bit() ? 3 : 300);
			words[0] = (uint32_t)g_test_rand_int_range(0, 40);
			words[1] = (uint32_t)g_test_rand_int_range(3, V_TRANSFER + 2);
			if (send(file.socket, words,
				    (size_t)g_test_rand_int_range(1, sizeof(VCall) + 1),
				    MSG_NOSIGNAL) < 0)
				break;
			small_quit_after(&host.small, 0);
			small_run(&host.small);
		}
		usbfs_file_close(&host, &file);
	}
	usbfs_host_close(&host);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/usbfs/nonsense", test_nonsense);
	g_test_add_func("/virtual/usbfs/random", test_random);
	return g_test_run();
}

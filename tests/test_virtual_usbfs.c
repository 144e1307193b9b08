/* The virtual fixture's usbfs, by its socket: the rules between open files, and hostile clients. */
#include "launch.h"
#include "lib/echo.h"
#include "vproto.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
	Small small;
	char *root;
} Rig;

static void rig_open_at(Rig *rig, double time)
{
	rig->root = launch_root();
	g_assert_nonnull(rig->root);
	small_open_at(&rig->small, time, rig->root);
	vbus_settle(rig->small.bus);
}

static void rig_open(Rig *rig)
{
	rig_open_at(rig, 0);
}

static void rig_close(Rig *rig)
{
	small_close(&rig->small);
	launch_remove(rig->root);
	g_free(rig->root);
}

static unsigned devnum(const Rig *rig)
{
	return rig->small.echo.dev.port->devnum;
}

/* ---- a client in the fixture's own thread ---- */

static int client_new(const Rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_snprintf(address.sun_path, sizeof(address.sun_path), "%s/" VPROTO_SOCKET, rig->root);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	return fd;
}

static void answered(int fd, uint32_t events, void *data)
{
	vloop_quit(data);
}

/* Until there is something to read, or the fixture has hung up. */
static void await(Rig *rig, int fd)
{
	vloop_add_fd(rig->small.loop, fd, EPOLLIN, answered, rig->small.loop);
	small_run(&rig->small);
	vloop_remove_fd(rig->small.loop, fd);
}

/* The answer, and the first descriptor that came with it (or -1). False: the fixture has hung up. */
static bool receive(int fd, VReply *reply, int *with)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))];
	struct iovec part = {.iov_base = reply, .iov_len = sizeof(*reply)};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	const struct cmsghdr *header;
	int fds[2] = {-1, -1};

	if (recvmsg(fd, &message, MSG_CMSG_CLOEXEC) <= 0)
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (with && header)
		memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
	if (with)
		*with = fds[0];
	if (fds[1] >= 0) /* the end that a program keeps only so that the other stays silent */
		close(fds[1]);
	return true;
}

static bool try_call(
	Rig *rig, int fd, const VCall *call, const void *data, VReply *reply, int *with)
{
	if (send(fd, call, sizeof(*call), MSG_NOSIGNAL) < 0)
		return false;
	if (call->length && send(fd, data, call->length, MSG_NOSIGNAL) < 0)
		return false;
	await(rig, fd);
	return receive(fd, reply, with);
}

static int simple(Rig *rig, int fd, uint32_t kind, uint32_t first, uint32_t second)
{
	const VCall call = {.kind = kind, .arg = {first, second}};
	char name[16];
	VReply reply;

	g_assert_true(try_call(rig, fd, &call, NULL, &reply, NULL));
	g_assert_cmpuint(reply.length, <=, kind == V_DRIVER ? sizeof(name) : 0);
	if (reply.length) {
		g_assert_cmpint(recv(fd, name, reply.length, 0), ==, reply.length);
		g_assert_cmpstr(name, ==, "usbfs");
	}
	return reply.result;
}

/* An open file: the connection, and the pipe that a program polls. */
typedef struct {
	int socket, pipe;
} File;

static File file_open(Rig *rig)
{
	const VCall call = {.kind = V_OPEN, .arg = {VPROTO_VERSION, 1, devnum(rig)}};
	File file = {.socket = client_new(rig), .pipe = -1};
	VReply reply;

	g_assert_true(try_call(rig, file.socket, &call, NULL, &reply, &file.pipe));
	g_assert_cmpint(reply.result, ==, 0);
	g_assert_cmpint(file.pipe, >=, 0);
	return file;
}

static void file_close(Rig *rig, File *file)
{
	close(file->socket);
	close(file->pipe);
	small_quit_after(&rig->small, 0); /* a look at the descriptors, then the fixture knows */
	small_run(&rig->small);
	small_quit_after(&rig->small, 0);
	small_run(&rig->small);
}

static short polled(const File *file)
{
	struct pollfd fd = {.fd = file->pipe, .events = POLLOUT};

	poll(&fd, 1, 0);
	return fd.revents;
}

static int submit(Rig *rig, File *file, uint8_t endpoint, uint32_t length, uint64_t name)
{
	uint8_t bytes[64] = {0};
	VCall call = {.kind = V_SUBMIT, .urb = name};
	VReply reply;

	call.arg[0] = USBDEVFS_URB_TYPE_BULK;
	call.arg[1] = endpoint;
	call.arg[2] = length;
	call.length = endpoint & 0x80 ? 0 : length;
	g_assert_true(try_call(rig, file->socket, &call, bytes, &reply, NULL));
	return reply.result;
}

static int reap(Rig *rig, File *file, VReply *reply)
{
	const VCall call = {.kind = V_REAP};
	uint8_t data[64];

	g_assert_true(try_call(rig, file->socket, &call, NULL, reply, NULL));
	g_assert_cmpuint(reply->length, <=, sizeof(data));
	if (reply->length)
		g_assert_cmpint(recv(file->socket, data, reply->length, 0), ==, reply->length);
	return reply->result;
}

/* ---- the rules ---- */

static void test_claims(void)
{
	Rig rig;
	File one, two;

	rig_open(&rig);
	one = file_open(&rig);
	two = file_open(&rig);
	g_assert_cmpint(simple(&rig, one.socket, V_DRIVER, 0, 0), ==, -ENODATA);
	g_assert_cmpint(simple(&rig, one.socket, V_CLAIM, 0, 0), ==, 0);
	g_assert_cmpint(simple(&rig, one.socket, V_CLAIM, 0, 0), ==, 0);
	g_assert_cmpint(simple(&rig, two.socket, V_CLAIM, 0, 0), ==, -EBUSY);
	g_assert_cmpint(simple(&rig, two.socket, V_RELEASE, 0, 0), ==, -EINVAL);
	g_assert_cmpint(simple(&rig, two.socket, V_SET_INTERFACE, 0, 0), ==, -EBUSY);
	g_assert_cmpint(simple(&rig, two.socket, V_SET_CONFIGURATION, 1, 0), ==, -EBUSY);
	g_assert_cmpint(submit(&rig, &two, 0x02, 8, 1), ==, -EBUSY);
	g_assert_cmpint(simple(&rig, two.socket, V_DRIVER, 0, 0), ==, 0);
	g_assert_cmpint(simple(&rig, one.socket, V_CLAIM, 1, 0), ==, -ENOENT);
	g_assert_cmpint(simple(&rig, one.socket, V_CLAIM, 4711, 0), ==, -EINVAL);
	g_assert_cmpint(simple(&rig, one.socket, V_SET_INTERFACE, 0, 1), ==, 0);
	g_assert_cmpuint(rig.small.echo.dev.alts[0], ==, 1);
	g_assert_cmpint(simple(&rig, one.socket, V_SET_INTERFACE, 0, 2), ==, -EINVAL);
	file_close(&rig, &one); /* its claim goes with it, and the setting back to 0 */
	g_assert_cmpuint(rig.small.echo.dev.alts[0], ==, 0);
	g_assert_cmpint(simple(&rig, two.socket, V_CLAIM, 0, 0), ==, 0);
	g_assert_cmpint(simple(&rig, two.socket, V_RELEASE, 0, 0), ==, 0);
	g_assert_cmpint(simple(&rig, two.socket, V_SET_CONFIGURATION, 1, 0), ==, 0);
	g_assert_cmpint(simple(&rig, two.socket, V_SET_CONFIGURATION, 2, 0), ==, -EINVAL);
	file_close(&rig, &two);
	rig_close(&rig);
}

static void test_reap(void)
{
	Rig rig;
	File file;
	VReply reply;

	rig_open(&rig);
	file = file_open(&rig);
	g_assert_cmpint(reap(&rig, &file, &reply), ==, -EAGAIN);
	g_assert_cmpint(polled(&file), ==, 0);
	g_assert_cmpint(submit(&rig, &file, 0x02, 8, 0x1111), ==, 0);
	g_assert_cmpint(submit(&rig, &file, 0x81, 16, 0x2222), ==, 0);
	while (polled(&file) == 0) {
		small_quit_after(&rig.small, 0);
		small_run(&rig.small);
	}
	g_assert_cmpint(polled(&file), ==, POLLOUT);
	g_assert_cmpint(reap(&rig, &file, &reply), ==, 0);
	g_assert_cmphex(reply.urb, ==, 0x1111);
	g_assert_cmpuint(reply.actual, ==, 8);
	while (reap(&rig, &file, &reply) == -EAGAIN)
		;
	g_assert_cmphex(reply.urb, ==, 0x2222);
	g_assert_cmpuint(reply.length, ==, 16);
	g_assert_cmpint(polled(&file), ==, 0);
	file_close(&rig, &file);
	rig_close(&rig);
}

static void test_discard(void)
{
	const VCall discard = {.kind = V_DISCARD, .urb = 7};
	Rig rig;
	File file;
	VReply reply;

	rig_open(&rig);
	rig.small.echo.status = 1;
	file = file_open(&rig);
	g_assert_cmpint(submit(&rig, &file, 0x81, 8, 7), ==, 0);
	g_assert_cmpuint(rig.small.echo.held_count, ==, 1);
	g_assert_true(try_call(&rig, file.socket, &discard, NULL, &reply, NULL));
	g_assert_cmpint(reply.result, ==, 0);
	g_assert_cmpuint(rig.small.echo.held_count, ==, 0);
	g_assert_true(try_call(&rig, file.socket, &discard, NULL, &reply, NULL));
	g_assert_cmpint(reply.result, ==, -EINVAL);
	g_assert_cmpint(reap(&rig, &file, &reply), ==, 0);
	g_assert_cmpint(reply.status, ==, -ENOENT);
	file_close(&rig, &file);
	rig_close(&rig);
}

/* A program that is killed leaves nothing behind, neither a pending transfer nor a waiting call. */
static void test_killed(void)
{
	const VCall wait = {.kind = V_TRANSFER, .arg = {USBDEVFS_URB_TYPE_BULK, 0x02, 0}};
	Rig rig;
	File one, two;

	rig_open(&rig);
	rig.small.echo.status = 1;
	one = file_open(&rig);
	g_assert_cmpint(submit(&rig, &one, 0x81, 8, 7), ==, 0);
	g_assert_cmpint(send(one.socket, &wait, sizeof(wait), 0), ==, sizeof(wait));
	while (rig.small.echo.held_count < 2) {
		small_quit_after(&rig.small, 0);
		small_run(&rig.small);
	}
	file_close(&rig, &one);
	g_assert_cmpuint(rig.small.echo.held_count, ==, 0);
	two = file_open(&rig);
	g_assert_cmpint(simple(&rig, two.socket, V_CLAIM, 0, 0), ==, 0);
	file_close(&rig, &two);
	rig_close(&rig);
}

static void test_unplug(void)
{
	Rig rig;
	File file;
	VReply reply;

	rig_open(&rig);
	rig.small.echo.status = 1;
	file = file_open(&rig);
	g_assert_cmpint(submit(&rig, &file, 0x81, 8, 7), ==, 0);
	vbus_detach(rig.small.bus, &rig.small.echo.dev);
	g_assert_cmpint(polled(&file) & POLLERR, ==, POLLERR);
	g_assert_cmpint(simple(&rig, file.socket, V_CLAIM, 0, 0), ==, -ENODEV);
	g_assert_cmpint(reap(&rig, &file, &reply), ==, 0); /* also after the unplug */
	g_assert_cmpint(reply.status, ==, -ESHUTDOWN);
	g_assert_cmpint(reap(&rig, &file, &reply), ==, -ENODEV);
	vbus_attach(rig.small.bus, "1-2.3", &rig.small.echo.dev);
	vbus_settle(rig.small.bus);
	g_assert_cmpint(reap(&rig, &file, &reply), ==, -ENODEV); /* the old file stays lost */
	file_close(&rig, &file);
	file = file_open(&rig);
	file_close(&rig, &file);
	rig_close(&rig);
}

static void test_reset(void)
{
	Rig rig;
	File file;

	rig_open(&rig);
	file = file_open(&rig);
	g_assert_cmpint(simple(&rig, file.socket, V_RESET, 0, 0), ==, 0);
	g_assert_cmpuint(rig.small.echo.resets, ==, 1);
	rig.small.echo.leave_at_reset = true;
	g_assert_cmpint(simple(&rig, file.socket, V_RESET, 0, 0), ==, -ENODEV);
	file_close(&rig, &file);
	rig_close(&rig);
}

/* The program is gone before its reset is over, which goes on without it. */
static void test_reset_killed(void)
{
	const VCall reset = {.kind = V_RESET};
	Rig rig;
	File file;

	rig_open_at(&rig, 0.1);
	file = file_open(&rig);
	g_assert_cmpint(send(file.socket, &reset, sizeof(reset), 0), ==, sizeof(reset));
	while (rig.small.echo.resets == 0) {
		small_quit_after(&rig.small, 0);
		small_run(&rig.small);
	}
	file_close(&rig, &file);
	while (rig.small.echo.configured < 2) {
		small_quit_after(&rig.small, V_MS);
		small_run(&rig.small);
	}
	g_assert_null(rig.small.echo.dev.port->reset);
	rig_close(&rig);
}

/* ---- events ---- */

static void test_events(void)
{
	const VCall listen = {.kind = V_LISTEN, .arg = {VPROTO_VERSION}};
	Rig rig;
	VReply reply;
	int listener, monitor[2] = {-1, -1};
	char event[1024];

	rig_open(&rig);
	listener = client_new(&rig);
	g_assert_true(try_call(&rig, listener, &listen, NULL, &reply, &monitor[0]));
	g_assert_cmpint(reply.result, ==, 0);
	vbus_detach(rig.small.bus, &rig.small.echo.dev);
	vbus_attach(rig.small.bus, "1-2.3", &rig.small.echo.dev);
	vbus_settle(rig.small.bus);
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
	rig_close(&rig);
}

/* ---- hostile clients: the fixture hangs up on them, and goes on ---- */

static void expect_hang_up(Rig *rig, int fd, const VCall *call)
{
	VReply reply;

	g_assert_false(try_call(rig, fd, call, NULL, &reply, NULL));
	close(fd);
}

static void test_nonsense(void)
{
	const VCall huge = {.kind = V_SUBMIT, .length = 0xffffffff};
	const VCall closed = {.kind = V_CLAIM};
	const VCall old = {.kind = V_OPEN, .arg = {VPROTO_VERSION + 1, 1, 1}};
	const VCall nobody = {.kind = V_OPEN, .arg = {VPROTO_VERSION, 99, 99}};
	Rig rig;
	File file;
	VReply reply;
	int fd;

	rig_open(&rig);
	expect_hang_up(&rig, client_new(&rig), &huge);
	expect_hang_up(&rig, client_new(&rig), &closed);
	expect_hang_up(&rig, client_new(&rig), &old);
	fd = client_new(&rig);
	g_assert_true(try_call(&rig, fd, &nobody, NULL, &reply, NULL));
	g_assert_cmpint(reply.result, ==, -ENODEV);
	close(fd);
	file = file_open(&rig);
	g_assert_cmpint(submit(&rig, &file, 0x55, 8, 1), ==, -ENOENT);
	g_assert_cmpint(simple(&rig, file.socket, 0x7777, 0, 0), ==, -ENOTTY);
	g_assert_cmpint(simple(&rig, file.socket, V_CLEAR_HALT, 0x1234, 0), ==, -ENOENT);
	g_assert_cmpint(simple(&rig, file.socket, V_SUBMIT, 99, 0), ==, -EINVAL);
	expect_hang_up(&rig, file.socket, &nobody); /* a second open */
	close(file.pipe);
	rig_close(&rig);
}

/* Random calls with plausible kinds, cut anywhere. A seed that fails is printed by the framework. */
static void test_random(void)
{
	Rig rig;

	rig_open(&rig);
	for (unsigned round = 0; round < 300; round++) {
		File file = file_open(&rig);

		rig.small.echo.status = g_test_rand_bit() ? 0 : -EPIPE;
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
			small_quit_after(&rig.small, 0);
			small_run(&rig.small);
		}
		file_close(&rig, &file);
	}
	rig_close(&rig);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(void);
	} tests[] = {{"claims", test_claims}, {"reap", test_reap}, {"discard", test_discard},
		{"killed", test_killed}, {"unplug", test_unplug}, {"reset", test_reset},
		{"reset-killed", test_reset_killed}, {"events", test_events},
		{"nonsense", test_nonsense}, {"random", test_random}};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/virtual/usbfs/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].func);
	}
	return g_test_run();
}

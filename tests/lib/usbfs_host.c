#include "lib/usbfs_host.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void usbfs_host_open_at(UsbfsHost *host, double time)
{
	host->root = root_new();
	g_assert_nonnull(host->root);
	small_open_at(&host->small, time, host->root->path);
	vbus_settle(host->small.bus);
}

void usbfs_host_open(UsbfsHost *host)
{
	usbfs_host_open_at(host, 0);
}

void usbfs_host_close(UsbfsHost *host)
{
	small_close(&host->small);
	root_free(host->root);
}

static unsigned devnum(const UsbfsHost *host)
{
	return host->small.echo.dev.port->devnum;
}

int usbfs_host_client(const UsbfsHost *host)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_snprintf(
		address.sun_path, sizeof(address.sun_path), "%s/" VPROTO_SOCKET, host->root->path);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	return fd;
}

static void answered(int fd, uint32_t events, void *data)
{
	vloop_quit(data);
}

/* Until there is something to read, or the fixture has hung up. */
static void await(UsbfsHost *host, int fd)
{
	vloop_add_fd(host->small.loop, fd, EPOLLIN, answered, host->small.loop);
	small_run(&host->small);
	vloop_remove_fd(host->small.loop, fd);
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

bool usbfs_host_call(
	UsbfsHost *host, int fd, const VCall *call, const void *data, VReply *reply, int *with)
{
	if (send(fd, call, sizeof(*call), MSG_NOSIGNAL) < 0)
		return false;
	if (call->length && send(fd, data, call->length, MSG_NOSIGNAL) < 0)
		return false;
	await(host, fd);
	return receive(fd, reply, with);
}

int usbfs_host_simple(UsbfsHost *host, int fd, uint32_t kind, uint32_t first, uint32_t second)
{
	const VCall call = {.kind = kind, .arg = {first, second}};
	char name[16];
	VReply reply;

	g_assert_true(usbfs_host_call(host, fd, &call, NULL, &reply, NULL));
	g_assert_cmpuint(reply.length, <=, kind == V_DRIVER ? sizeof(name) : 0);
	if (reply.length) {
		g_assert_cmpint(recv(fd, name, reply.length, 0), ==, reply.length);
		g_assert_cmpstr(name, ==, "usbfs");
	}
	return reply.result;
}

UsbfsFile usbfs_file_open(UsbfsHost *host)
{
	const VCall call = {.kind = V_OPEN, .arg = {VPROTO_VERSION, 1, devnum(host)}};
	UsbfsFile file = {.socket = usbfs_host_client(host), .pipe = -1};
	VReply reply;

	g_assert_true(usbfs_host_call(host, file.socket, &call, NULL, &reply, &file.pipe));
	g_assert_cmpint(reply.result, ==, 0);
	g_assert_cmpint(file.pipe, >=, 0);
	return file;
}

void usbfs_file_close(UsbfsHost *host, UsbfsFile *file)
{
	close(file->socket);
	close(file->pipe);
	small_quit_after(&host->small, 0); /* a look at the descriptors, then the fixture knows */
	small_run(&host->small);
	small_quit_after(&host->small, 0);
	small_run(&host->small);
}

short usbfs_file_polled(const UsbfsFile *file)
{
	struct pollfd fd = {.fd = file->pipe, .events = POLLOUT};

	poll(&fd, 1, 0);
	return fd.revents;
}

int usbfs_file_submit(
	UsbfsHost *host, UsbfsFile *file, uint8_t endpoint, uint32_t length, uint64_t name)
{
	uint8_t bytes[64] = {0};
	VCall call = {.kind = V_SUBMIT, .urb = name};
	VReply reply;

	call.arg[0] = USBDEVFS_URB_TYPE_BULK;
	call.arg[1] = endpoint;
	call.arg[2] = length;
	call.length = endpoint & 0x80 ? 0 : length;
	g_assert_true(usbfs_host_call(host, file->socket, &call, bytes, &reply, NULL));
	return reply.result;
}

int usbfs_file_reap(UsbfsHost *host, UsbfsFile *file, VReply *reply)
{
	const VCall call = {.kind = V_REAP};
	uint8_t data[64];

	g_assert_true(usbfs_host_call(host, file->socket, &call, NULL, reply, NULL));
	g_assert_cmpuint(reply->length, <=, sizeof(data));
	if (reply->length)
		g_assert_cmpint(recv(file->socket, data, reply->length, 0), ==, reply->length);
	return reply->result;
}

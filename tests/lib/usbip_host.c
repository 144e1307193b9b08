#include "lib/usbip_host.h"

#include "usbip_address.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static const char *const ports[] = {"1-2.3", "1-2.4", NULL};

void usbip_host_open(UsbipHost *host)
{
	host->root = root_new();
	g_assert_nonnull(host->root);
	host->address = g_strdup_printf("unix:%s/usbip", host->root->path);
	small_open(&host->small, 0);
	g_assert_true(usbip_serve(host->small.bus, host->address, ports, 0, NULL));
	vbus_settle(host->small.bus);
}

void usbip_host_close(UsbipHost *host)
{
	small_close(&host->small);
	root_free(host->root);
	g_free(host->address);
}

int usbip_host_client(const UsbipHost *host)
{
	int fd = usbip_connect(host->address, NULL);

	g_assert_cmpint(fd, >=, 0);
	return fd;
}

void usbip_host_send(int fd, const void *bytes, size_t size)
{
	g_assert_cmpint(send(fd, bytes, size, MSG_NOSIGNAL), ==, (ssize_t)size);
}

static void readable(int fd, uint32_t events, void *data)
{
	vloop_quit(data);
}

size_t usbip_host_receive(UsbipHost *host, int fd, void *bytes, size_t size)
{
	size_t have = 0;
	ssize_t count = 1;

	vloop_add_fd(host->small.loop, fd, EPOLLIN, readable, host->small.loop);
	while (have < size && count > 0) {
		small_run(&host->small);
		count = recv(fd, (char *)bytes + have, size - have, MSG_DONTWAIT);
		have += count > 0 ? (size_t)count : 0;
	}
	vloop_remove_fd(host->small.loop, fd);
	return have;
}

bool usbip_host_ends(UsbipHost *host, int fd)
{
	uint8_t byte;
	bool ends = usbip_host_receive(host, fd, &byte, 1) == 0;

	close(fd);
	return ends;
}

void usbip_host_settle(UsbipHost *host)
{
	for (unsigned i = 0; i < 8; i++) {
		small_quit_after(&host->small, 0);
		small_run(&host->small);
	}
}

void usbip_host_ask(int fd, UsbipOp op, const char *busid)
{
	uint8_t request[USBIP_OP + USBIP_BUSID] = {0};

	usbip_op(request, (uint16_t)op, USBIP_OK);
	memcpy(request + USBIP_OP, busid, strnlen(busid, USBIP_BUSID));
	usbip_host_send(fd, request, sizeof(request));
}

int usbip_host_import(UsbipHost *host)
{
	static const uint8_t configure[8] = {0x00, 9, 1};
	uint8_t answer[USBIP_OP + USBIP_DEVICE];
	int fd = usbip_host_client(host);
	UsbipReply reply;

	usbip_host_ask(fd, USBIP_IMPORT, "1-2.3");
	g_assert_cmpuint(usbip_host_receive(host, fd, answer, sizeof(answer)), ==, sizeof(answer));
	g_assert_cmpuint(usbip_get32(answer + 4), ==, USBIP_OK);
	g_assert_cmpint(usbip_host_control(host, fd, configure, &reply), ==, 0);
	return fd;
}

void usbip_host_header(uint8_t header[USBIP_HEADER], UsbipKind kind, uint32_t seqnum,
	uint8_t endpoint, uint32_t length)
{
	memset(header, 0, USBIP_HEADER);
	usbip_put32(header, kind);
	usbip_put32(header + 4, seqnum);
	usbip_put32(header + 12, endpoint & 0x80 ? USBIP_IN : USBIP_OUT);
	usbip_put32(header + 16, endpoint & 0x0f);
	usbip_put32(header + 24, length);
	usbip_put32(header + 32, USBIP_NOT_ISO);
}

void usbip_host_submit(int fd, uint32_t seqnum, uint8_t endpoint, uint32_t flags, uint32_t length,
	const uint8_t *setup)
{
	uint8_t header[USBIP_HEADER];

	usbip_host_header(header, USBIP_SUBMIT, seqnum, endpoint, length);
	usbip_put32(header + 20, flags);
	if (setup)
		memcpy(header + 40, setup, 8);
	usbip_host_send(fd, header, sizeof(header));
	if (!(endpoint & 0x80) && length) {
		g_autofree uint8_t *zeros = g_malloc0(length);

		usbip_host_send(fd, zeros, length);
	}
}

void usbip_host_unlink(int fd, uint32_t seqnum, uint32_t target)
{
	uint8_t header[USBIP_HEADER];

	usbip_host_header(header, USBIP_UNLINK, seqnum, 0, 0);
	usbip_put32(header + 20, target);
	usbip_host_send(fd, header, sizeof(header));
}

void usbip_host_reply(UsbipHost *host, int fd, bool in, UsbipReply *reply)
{
	uint8_t header[USBIP_HEADER];

	g_assert_cmpuint(usbip_host_receive(host, fd, header, sizeof(header)), ==, sizeof(header));
	reply->kind = usbip_get32(header);
	reply->seqnum = usbip_get32(header + 4);
	reply->status = (int32_t)usbip_get32(header + 20);
	reply->actual = usbip_get32(header + 24);
	if (reply->kind != USBIP_RET_SUBMIT || !in)
		return;
	g_assert_cmpuint(reply->actual, <=, sizeof(reply->data));
	g_assert_cmpuint(
		usbip_host_receive(host, fd, reply->data, reply->actual), ==, reply->actual);
}

int usbip_host_control(UsbipHost *host, int fd, const uint8_t setup[8], UsbipReply *reply)
{
	uint16_t length = GET16(setup + 6);
	bool in = setup[0] & 0x80 && length;

	g_assert_true(in || !length);
	usbip_host_submit(fd, 77, in ? 0x80 : 0, 0, length, setup);
	usbip_host_reply(host, fd, in, reply);
	g_assert_cmpuint(reply->kind, ==, USBIP_RET_SUBMIT);
	g_assert_cmpuint(reply->seqnum, ==, 77);
	return reply->status ? reply->status : (int)reply->actual;
}

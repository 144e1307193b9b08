/* The virtual fixture's USB/IP server, by its socket: the protocol, and what a kernel relies on. */
#include "lib/usbip_host.h"

#include <errno.h>
#include <unistd.h>

static void ask_op(int fd, UsbipOp op)
{
	uint8_t request[USBIP_OP];

	usbip_op(request, (uint16_t)op, USBIP_OK);
	usbip_host_send(fd, request, sizeof(request));
}

/* The status of the answer to an import; -1: none came. */
static int import_status(UsbipHost *host, int fd)
{
	uint8_t answer[USBIP_OP], device[USBIP_DEVICE];

	if (usbip_host_receive(host, fd, answer, sizeof(answer)) != sizeof(answer))
		return -1;
	g_assert_cmpuint(usbip_get16(answer), ==, USBIP_VERSION);
	g_assert_cmpuint(usbip_get16(answer + 2), ==, 3);
	if (usbip_get32(answer + 4) == USBIP_OK)
		g_assert_cmpuint(
			usbip_host_receive(host, fd, device, sizeof(device)), ==, sizeof(device));
	return (int)usbip_get32(answer + 4);
}

/* ---- before an import ---- */

static void test_devices(void)
{
	UsbipHost host;
	uint8_t answer[USBIP_OP + 4 + USBIP_DEVICE + 4];
	const uint8_t *device = answer + USBIP_OP + 4;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_client(&host);
	ask_op(fd, USBIP_DEVLIST);
	g_assert_cmpuint(usbip_host_receive(&host, fd, answer, sizeof(answer)), ==, sizeof(answer));
	g_assert_cmpuint(usbip_get32(answer + USBIP_OP), ==, 1);
	g_assert_cmpstr((const char *)device + 256, ==, "1-2.3");
	g_assert_cmpuint(usbip_get32(device + 288), ==, 1);
	g_assert_cmpuint(usbip_get32(device + 292), ==, host.small.echo.dev.port->devnum);
	g_assert_cmpuint(usbip_get32(device + 296), ==, 2); /* full speed */
	g_assert_cmpuint(usbip_get16(device + 300), ==, 0x1234);
	g_assert_cmpuint(usbip_get16(device + 302), ==, 0x5678);
	g_assert_cmpuint(device[311], ==, 1);
	g_assert_cmpuint(device[312], ==, 0xff); /* its interface's class */
	close(fd);
	usbip_host_close(&host);
}

static void test_ports(void)
{
	UsbipHost host;
	uint8_t answer[USBIP_OP + 4 + 2 * USBIP_BUSID];
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_client(&host);
	ask_op(fd, USBIP_PORTS);
	g_assert_cmpuint(usbip_host_receive(&host, fd, answer, sizeof(answer)), ==, sizeof(answer));
	g_assert_cmpuint(usbip_get32(answer + USBIP_OP), ==, 2);
	g_assert_cmpstr((const char *)answer + USBIP_OP + 4, ==, "1-2.3");
	g_assert_cmpstr((const char *)answer + USBIP_OP + 4 + USBIP_BUSID, ==, "1-2.4");
	close(fd);
	usbip_host_close(&host);
}

static void test_refused(void)
{
	static const struct {
		const char *busid;
		int status;
	} cases[] = {{"1-2.3", USBIP_BUSY}, {"1-2.4", USBIP_NO_DEVICE}, {"1-2", USBIP_NO_DEVICE},
		{"9-9", USBIP_NO_DEVICE}, {"", USBIP_NO_DEVICE}};
	UsbipHost host;
	int first;

	usbip_host_open(&host);
	first = usbip_host_import(&host);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int fd = usbip_host_client(&host);

		usbip_host_ask(fd, USBIP_IMPORT, cases[i].busid);
		g_assert_cmpint(import_status(&host, fd), ==, cases[i].status);
		close(fd);
	}
	close(first);
	usbip_host_close(&host);
}

/* An import that waits: for a device to come, and for another client to let go of it. */
static void test_await(void)
{
	UsbipHost host;
	int fd, other;

	usbip_host_open(&host);
	vbus_detach(host.small.bus, &host.small.echo.dev);
	fd = usbip_host_client(&host);
	usbip_host_ask(fd, USBIP_AWAIT, "1-2.3");
	usbip_host_settle(&host);
	vbus_attach(host.small.bus, "1-2.3", &host.small.echo.dev);
	g_assert_cmpint(import_status(&host, fd), ==, USBIP_OK);

	other = usbip_host_client(&host);
	usbip_host_ask(other, USBIP_AWAIT, "1-2.3");
	usbip_host_settle(&host);
	close(fd);
	g_assert_cmpint(import_status(&host, other), ==, USBIP_OK);
	close(other);
	usbip_host_close(&host);
}

/* ---- transfers ---- */

/* A kernel enumerates by itself: nothing is configured before it says so. */
static void test_enumeration(void)
{
	static const uint8_t describe[8] = {0x80, 6, 0, 1, 0, 0, 64, 0};
	static const uint8_t configure[8] = {0x00, 9, 1};
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_client(&host);
	usbip_host_ask(fd, USBIP_IMPORT, "1-2.3");
	g_assert_cmpint(import_status(&host, fd), ==, USBIP_OK);
	g_assert_cmpint(usbip_host_control(&host, fd, describe, &reply), ==, 18);
	g_assert_cmpmem(reply.data, 18, echo_device, 18);
	g_assert_cmpuint(host.small.echo.configured, ==, 0);
	g_assert_cmpuint(host.small.echo.resets, ==, 0);
	usbip_host_submit(fd, 5, 0x81, 0, 64, NULL);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpint(reply.status, ==, -EPIPE); /* no endpoints yet */
	g_assert_cmpint(usbip_host_control(&host, fd, configure, &reply), ==, 0);
	g_assert_cmpuint(host.small.echo.configured, ==, 1);
	close(fd);
	usbip_host_close(&host);
}

static void test_bulk(void)
{
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	usbip_host_submit(fd, 1, 0x02, 0, 3000, NULL);
	usbip_host_submit(fd, 2, 0x81, 0, 100, NULL);
	usbip_host_reply(&host, fd, false, &reply);
	g_assert_cmpuint(reply.seqnum, ==, 1);
	g_assert_cmpuint(reply.actual, ==, 3000);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.seqnum, ==, 2);
	g_assert_cmpuint(reply.actual, ==, 100);

	host.small.echo.status = -EPIPE;
	usbip_host_submit(fd, 3, 0x81, 0, 100, NULL);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpint(reply.status, ==, -EPIPE);
	usbip_host_submit(fd, 4, 0x83, 0, 1, NULL); /* of the other alternate setting */
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpint(reply.status, ==, -EPIPE);
	close(fd);
	usbip_host_close(&host);
}

/* A host that must not get less than it wanted is told of it. */
static void test_short(void)
{
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	host.small.echo.status = 1;
	for (uint32_t flags = 0; flags <= USBIP_NOT_SHORT; flags++) {
		usbip_host_submit(fd, 9, 0x81, flags, 100, NULL);
		usbip_host_settle(&host);
		g_assert_cmpuint(host.small.echo.held_count, ==, 1);
		vurb_complete(host.small.echo.held[--host.small.echo.held_count], 0, 60);
		usbip_host_reply(&host, fd, true, &reply);
		g_assert_cmpint(reply.status, ==, flags ? -EREMOTEIO : 0);
		g_assert_cmpuint(reply.actual, ==, 60);
	}
	close(fd);
	usbip_host_close(&host);
}

static void test_unlink(void)
{
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	host.small.echo.status = 1;
	usbip_host_submit(fd, 10, 0x81, 0, 64, NULL);
	usbip_host_submit(fd, 11, 0x81, 0, 64, NULL);
	usbip_host_unlink(fd, 12, 11);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.kind, ==, USBIP_RET_UNLINK);
	g_assert_cmpuint(reply.seqnum, ==, 12);
	g_assert_cmpint(reply.status, ==, -ECONNRESET);
	usbip_host_unlink(fd, 13, 11); /* it is not there any more */
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.seqnum, ==, 13);
	g_assert_cmpint(reply.status, ==, 0);
	usbip_host_unlink(fd, 14, 10);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.seqnum, ==, 14);
	g_assert_cmpuint(host.small.echo.held_count, ==, 0);
	close(fd);
	usbip_host_close(&host);
}

/* vhci_hcd may send an UNLINK before the SUBMIT that it is of: each transfer ends once all the same. */
static void test_unlink_overtakes(void)
{
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	host.small.echo.status = 1;
	for (uint32_t number = 100; number < 106; number += 2) {
		uint8_t endpoint = number == 102 ? 0x02 : 0x81;

		usbip_host_unlink(fd, number + 1, number);
		usbip_host_settle(&host);
		usbip_host_submit(fd, number, endpoint, 0, 64, NULL);
		usbip_host_reply(&host, fd, true, &reply);
		g_assert_cmpuint(reply.kind, ==, USBIP_RET_UNLINK);
		g_assert_cmpuint(reply.seqnum, ==, number + 1);
		g_assert_cmpint(reply.status, ==, -ECONNRESET);
		g_assert_cmpuint(host.small.echo.held_count, ==, 0);
	}
	usbip_host_unlink(fd, 108, 104); /* nobody sends a SUBMIT twice */
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.seqnum, ==, 108);
	g_assert_cmpint(reply.status, ==, 0);
	host.small.echo.status = 0;
	usbip_host_submit(fd, 109, 0x81, 0, 64, NULL);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.kind, ==, USBIP_RET_SUBMIT);
	g_assert_cmpuint(reply.seqnum, ==, 109);
	close(fd);
	usbip_host_close(&host);
}

/* What the kernel has left of a device that stood at this port before is not still to come. */
static void test_unlink_of_another(void)
{
	uint8_t answer[USBIP_OP + USBIP_DEVICE];
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_client(&host);
	usbip_host_ask(fd, USBIP_IMPORT, "1-2.3");
	usbip_host_receive(&host, fd, answer, sizeof(answer));
	usbip_host_unlink(fd, 12, 11);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpuint(reply.kind, ==, USBIP_RET_UNLINK);
	g_assert_cmpuint(reply.seqnum, ==, 12);
	g_assert_cmpint(reply.status, ==, 0);
	close(fd);
	usbip_host_close(&host);
}

/* ---- reset, unplug, the client's end ---- */

static void test_reset(void)
{
	static const uint8_t ask[8] = {0x80, 6, 0, 1, 0, 0, 18, 0};
	static const uint8_t begin[8] = {0x80, 6, 0, 1, 0, 0, 64, 0};
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	usbip_host_control(&host, fd, ask, &reply);
	g_assert_cmpuint(host.small.echo.resets, ==, 0); /* any program may ask */
	g_assert_cmpint(usbip_host_control(&host, fd, begin, &reply), ==, 18);
	g_assert_cmpuint(host.small.echo.resets, ==, 1);
	g_assert_cmpuint(host.small.echo.dev.configuration, ==, 0);
	usbip_host_control(&host, fd, begin, &reply);
	g_assert_cmpuint(host.small.echo.resets, ==, 1); /* the same enumeration goes on */
	close(fd);
	usbip_host_close(&host);
}

static void test_leaves_at_reset(void)
{
	static const uint8_t begin[8] = {0x80, 6, 0, 1, 0, 0, 64, 0};
	UsbipHost host;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	host.small.echo.leave_at_reset = true;
	usbip_host_submit(fd, 1, 0x80, 0, 64, begin);
	g_assert_true(usbip_host_ends(&host, fd));
	g_assert_cmpuint(host.small.echo.detached, ==, 1);
	usbip_host_close(&host);
}

static void test_unplug(void)
{
	UsbipHost host;
	UsbipReply reply;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	host.small.echo.status = 1;
	usbip_host_submit(fd, 1, 0x81, 0, 64, NULL);
	usbip_host_settle(&host);
	vbus_detach(host.small.bus, &host.small.echo.dev);
	usbip_host_reply(&host, fd, true, &reply);
	g_assert_cmpint(reply.status, ==, -EPROTO);
	g_assert_true(usbip_host_ends(&host, fd));
	usbip_host_close(&host);
}

static void test_client_goes(void)
{
	UsbipHost host;
	unsigned configured;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	configured = host.small.echo.configured;
	host.small.echo.status = 1;
	usbip_host_submit(fd, 1, 0x81, 0, 64, NULL);
	usbip_host_submit(fd, 2, 0x81, 0, 64, NULL);
	usbip_host_settle(&host);
	close(fd);
	usbip_host_settle(&host);
	g_assert_cmpuint(host.small.echo.held_count, ==, 0);
	g_assert_cmpuint(host.small.echo.dev.configuration, ==, 0);
	g_assert_cmpuint(host.small.echo.configured, ==, configured + 1); /* told of it */
	host.small.echo.status = 0;
	close(usbip_host_import(&host));
	usbip_host_close(&host);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/usbip/devices", test_devices);
	g_test_add_func("/virtual/usbip/ports", test_ports);
	g_test_add_func("/virtual/usbip/refused", test_refused);
	g_test_add_func("/virtual/usbip/await", test_await);
	g_test_add_func("/virtual/usbip/enumeration", test_enumeration);
	g_test_add_func("/virtual/usbip/bulk", test_bulk);
	g_test_add_func("/virtual/usbip/short", test_short);
	g_test_add_func("/virtual/usbip/unlink", test_unlink);
	g_test_add_func("/virtual/usbip/unlink-overtakes", test_unlink_overtakes);
	g_test_add_func("/virtual/usbip/unlink-of-another", test_unlink_of_another);
	g_test_add_func("/virtual/usbip/reset", test_reset);
	g_test_add_func("/virtual/usbip/leaves-at-reset", test_leaves_at_reset);
	g_test_add_func("/virtual/usbip/unplug", test_unplug);
	g_test_add_func("/virtual/usbip/client-goes", test_client_goes);
	return g_test_run();
}

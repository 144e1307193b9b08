/* The virtual fixture's USB/IP server: clients that talk nonsense, and whom it listens to at all. */
#include "lib/corpus.h"
#include "lib/usbip_host.h"
#include "lib/usbip_proof.h"
#include "usbip_address.h"

#include <string.h>
#include <unistd.h>

/* One number of an otherwise good command is wrong: the connection ends, the server does not. */
static void test_bad_commands(void)
{
	static const struct {
		unsigned offset;
		uint32_t value;
	} cases[] = {{0, 0}, {0, USBIP_RET_SUBMIT}, {12, 2}, {16, 16}, {16, 0xffffffff},
		{24, USBIP_DATA + 1}, {24, 0xffffffff}, {32, 1}, {32, 0x7fffffff}};
	UsbipHost host;

	usbip_host_open(&host);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		uint8_t header[USBIP_HEADER];
		int fd = usbip_host_import(&host);

		usbip_host_header(header, USBIP_SUBMIT, 1, 0x81, 64);
		usbip_put32(header + cases[i].offset, cases[i].value);
		usbip_host_send(fd, header, sizeof(header));
		g_assert_true(usbip_host_ends(&host, fd));
	}
	usbip_host_close(&host);
}

/* A control transfer whose own length or direction is another than the command's. */
static void test_bad_setups(void)
{
	static const uint8_t setups[][8] = {
		{0x80, 6, 0, 1, 0, 0, 17, 0}, {0x00, 6, 0, 1, 0, 0, 18, 0}, {0x80, 6, 0, 1}};
	UsbipHost host;

	usbip_host_open(&host);
	for (size_t i = 0; i < G_N_ELEMENTS(setups); i++) {
		int fd = usbip_host_import(&host);

		usbip_host_submit(fd, 1, 0x80, 0, 18, setups[i]);
		g_assert_true(usbip_host_ends(&host, fd));
	}
	usbip_host_close(&host);
}

static void test_bad_operations(void)
{
	static const uint8_t version[USBIP_OP] = {0x01, 0x06, 0x80, 0x05};
	static const uint8_t unknown[USBIP_OP] = {0x01, 0x11, 0x80, 0x07};
	char endless[USBIP_BUSID];
	UsbipHost host;
	int fd;

	memset(endless, '1', sizeof(endless));
	usbip_host_open(&host);
	for (unsigned i = 0; i < 3; i++) {
		fd = usbip_host_client(&host);
		if (i < 2)
			usbip_host_send(fd, i ? unknown : version, USBIP_OP);
		else
			usbip_host_ask(fd, USBIP_IMPORT, endless);
		g_assert_true(usbip_host_ends(&host, fd));
	}
	fd = usbip_host_client(&host);
	usbip_host_send(fd, unknown, 3); /* half a message, and gone */
	close(fd);
	usbip_host_settle(&host);
	close(usbip_host_import(&host));
	usbip_host_close(&host);
}

/* Who asks for more and more without an end is sent away. */
static void test_too_many(void)
{
	UsbipHost host;
	int fd;

	usbip_host_open(&host);
	fd = usbip_host_import(&host);
	host.small.echo.status = 1;
	for (uint32_t i = 0; i < 5; i++) /* the echo keeps one, the others wait */
		usbip_host_submit(fd, i, 0x81, 0, USBIP_DATA, NULL);
	g_assert_true(usbip_host_ends(&host, fd));
	usbip_host_close(&host);
}

/* What is kept of the fuzzer, and what nobody has thought of. */
static void test_proof(void)
{
	corpus_replay("tests/data/virtual/usbip", 5, usbip_proof);
	for (unsigned round = 0; round < 200; round++) {
		uint8_t bytes[200];

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)(g_test_rand_int() & g_test_rand_int());
		usbip_proof(bytes, sizeof(bytes));
	}
}

/* ---- where it listens ---- */

static void test_addresses(void)
{
	static const char *const good[] = {
		"unix:/run/fixture", "tcp:127.0.0.1:3240", "tcp:127.3.2.1:0"};
	static const char *const bad[] = {"", "unix:", "tcp:", "tcp:3240", "tcp:0.0.0.0:3240",
		"tcp:192.168.1.7:3240", "tcp:127.0.0.1", "tcp:127.0.0.1:", "tcp:127.0.0.1:65536",
		"tcp:127.0.0.1:-1", "tcp:localhost.example.org:1", "/run/fixture", "tcp:::1:3240"};
	UsbipAddress address;

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		g_assert_true(usbip_address(good[i], &address, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(usbip_address(bad[i], &address, &error));
		g_assert_nonnull(strstr(error->message, "this machine only"));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/usbip/bad-commands", test_bad_commands);
	g_test_add_func("/virtual/usbip/bad-setups", test_bad_setups);
	g_test_add_func("/virtual/usbip/bad-operations", test_bad_operations);
	g_test_add_func("/virtual/usbip/too-many", test_too_many);
	g_test_add_func("/virtual/usbip/proof", test_proof);
	g_test_add_func("/virtual/usbip/addresses", test_addresses);
	return g_test_run();
}

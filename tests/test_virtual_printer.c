/* A world's label printer: what it makes of ZPL that comes in pieces, and what keeps it from printing. */
#include "lib/echo.h"
#include "printer.h"
#include "zpl.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- ZPL ----------------------------------------------------------------------------------------- */

static void note_label(const GPtrArray *fields, guint copies, void *data)
{
	g_string_append_printf(data, "%u:", copies);
	for (guint i = 0; i < fields->len; i++)
		g_string_append_printf(data, "[%s]", (const char *)fields->pdata[i]);
}

static void note_command(const char *name, void *data)
{
	g_string_append_printf(data, "~%s", name);
}

/* What comes of a text that arrives `piece` bytes at a time. */
static char *read_in_pieces(const char *text, gsize piece)
{
	static const ZplFuncs funcs = {note_label, note_command};
	GString *seen = g_string_new(NULL);
	Zpl *zpl = zpl_new(&funcs, seen);

	for (gsize at = 0, length = strlen(text); at < length; at += piece)
		zpl_take(zpl, text + at, MIN(piece, length - at));
	zpl_free(zpl);
	return g_string_free(seen, FALSE);
}

static void expect_zpl(const char *text, const char *wanted)
{
	for (gsize piece = 1; piece <= 8; piece++) {
		g_autofree char *seen = read_in_pieces(text, piece);

		g_assert_cmpstr(seen, ==, wanted);
	}
}

static void test_zpl(void)
{
	expect_zpl("^XA^FO30,30^BXN,6,200^FH^FDOMV_2D1^FS^FDtwo\r\n^FS^XZ", "1:[OMV-1][two]");
	expect_zpl("^xa^fdno escape: _2D^fs^xz", "1:[no escape: _2D]");
	expect_zpl("^XA^FH\\^FD\\5EXZ \\5 \\zz^FS^FH^FD_^FS^XZ", "1:[^XZ \\5 \\zz][_]");
	expect_zpl("^XA^FH^FDa_09b_C3_A4_FF^FS^XZ", "1:[a?bä?]");
	expect_zpl("^XA^FDtwice^FS^PQ2,0,0,N^XZ^XA^PQ0^XZ", "2:[twice]");
	/* A field whose data are followed by no ^FS ends with the label; what is outside is no label. */
	expect_zpl("^FDoutside^FS^XZ^XA^FDopen^XZ", "1:[open]");
	expect_zpl("~HS\r\n^XA^FDa~JRb^FS^XZ~hs", "~HS~JR1:[a]~HS");
	expect_zpl("^XA^FDlost^FS^XA^FDkept^FS^XZ", "1:[kept]");
}

/* ---- the printer --------------------------------------------------------------------------------- */

typedef struct {
	Small small;
	WorldPrinter config;
	Printer *printer;
	int fd;
	GString *printed;
} Bureau;

static void on_print(guint number, const GPtrArray *fields, void *data)
{
	g_string_append_printf(data, "%u %s\n", number, (const char *)fields->pdata[0]);
}

static void bureau_open(Bureau *bureau, WorldPrinter config)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	small_open(&bureau->small, 0);
	bureau->config = config;
	bureau->printed = g_string_new(NULL);
	bureau->printer =
		printer_new(bureau->small.loop, &bureau->config, 0, on_print, bureau->printed);
	g_assert_nonnull(bureau->printer);
	address.sin_port = htons((uint16_t)printer_port(bureau->printer));
	bureau->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(bureau->fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
}

static void bureau_close(Bureau *bureau)
{
	if (bureau->fd >= 0)
		close(bureau->fd);
	printer_free(bureau->printer);
	g_string_free(bureau->printed, TRUE);
	small_close(&bureau->small);
}

/* Sends, and returns what is answered within the loop's next turns; a label needs ~HS behind it to be awaited. */
static char *talk(Bureau *bureau, const char *text)
{
	char answer[512];
	ssize_t got = -1;

	g_assert_cmpint(send(bureau->fd, text, strlen(text), 0), ==, (ssize_t)strlen(text));
	for (guint turn = 0; turn < 2000 && got < 0; turn++) {
		small_quit_after(&bureau->small, 0);
		small_run(&bureau->small);
		got = recv(bureau->fd, answer, sizeof(answer), MSG_DONTWAIT);
		if (got < 0)
			g_usleep(1000);
	}
	return g_strndup(answer, (gsize)MAX(got, 0));
}

/* The first line's paper out and pause flags, the second's open head, ribbon out and labels that wait. */
static void expect_status(Bureau *bureau, const char *text, const char *wanted)
{
	g_autofree char *said = talk(bureau, text), *seen = NULL;
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
	g_auto(GStrv) one = g_strsplit(lines[0], ",", -1), two = g_strsplit(lines[1], ",", -1);

	g_assert_cmpuint(g_strv_length(lines), ==, 4);
	g_assert_cmpuint(g_strv_length(one), ==, 12);
	g_assert_cmpuint(g_strv_length(two), ==, 11);
	seen = g_strdup_printf("%s%s %s%s %d", one[1], one[2], two[2], two[3], atoi(two[8]));
	g_assert_cmpstr(seen, ==, wanted);
}

static void test_paper(void)
{
	Bureau bureau;

	bureau_open(&bureau, (WorldPrinter){.labels = 2});
	expect_status(&bureau, "~HS", "00 00 0");
	expect_status(&bureau, "^XA^FDa^FS^XZ~HS", "00 00 0");
	expect_status(&bureau, "^XA^FDb^FS^XZ~HS", "10 00 0");
	expect_status(&bureau, "^XA^FDc^FS^XZ~HS", "10 00 1");
	g_assert_cmpstr(bureau.printed->str, ==, "1 a\n2 b\n");
	printer_fill(bureau.printer);
	g_assert_cmpstr(bureau.printed->str, ==, "1 a\n2 b\n3 c\n");
	bureau_close(&bureau);
}

static void test_pause(void)
{
	Bureau bureau;

	bureau_open(&bureau, (WorldPrinter){.labels = PRINTER_ENDLESS, .paused = TRUE});
	expect_status(&bureau, "^XA^FDa^FS^XZ~HS", "01 00 1");
	g_assert_cmpstr(bureau.printed->str, ==, "");
	printer_pause(bureau.printer, FALSE);
	expect_status(&bureau, "~HS", "00 00 0");
	expect_status(&bureau, "~PP^XA^FDb^FS^XZ~HS", "01 00 1");
	expect_status(&bureau, "~JA~HS", "01 00 0");
	g_assert_cmpstr(bureau.printed->str, ==, "1 a\n");
	bureau_close(&bureau);
}

static void test_open(void)
{
	Bureau bureau;

	bureau_open(&bureau, (WorldPrinter){.labels = 9, .head_open = TRUE, .ribbon_out = TRUE});
	expect_status(&bureau, "^XA^FDa^FS^XZ~HS", "00 11 1");
	g_assert_cmpstr(bureau.printed->str, ==, "");
	bureau_close(&bureau);
}

static void test_hangs_up(void)
{
	Bureau bureau;
	g_autofree char *said = NULL;

	bureau_open(&bureau, (WorldPrinter){.labels = 9, .manner = PRINTER_HANGS_UP});
	said = talk(&bureau, "~HS");
	g_assert_cmpstr(said, ==, "");
	bureau_close(&bureau);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/printer/zpl", test_zpl);
	g_test_add_func("/virtual/printer/paper", test_paper);
	g_test_add_func("/virtual/printer/pause", test_pause);
	g_test_add_func("/virtual/printer/open", test_open);
	g_test_add_func("/virtual/printer/hangs-up", test_hangs_up);
	return g_test_run();
}

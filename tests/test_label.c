/* Labels: what a template may be, what a value can do to it (nothing), what a printer says, and printing on loopback. */
#include "core/failure.h"
#include "label/label.h"
#include "label/printer.h"
#include "lib/corpus.h"
#include "lib/label_proof.h"
#include "label/printer_status.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#define GOOD                                                                                       \
	"^XA^FO30,30^BXN,6,200^FH^FD{{serial}}^FS^FO9,9^A0N,30^FH_^FD{{product}} "                 \
	"{{operator}}^FS^XZ"

static char *filled(const char *text, const LabelValues *values)
{
	g_autoptr(GBytes) template = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) label = label_fill(template, values, &error);

	if (error)
		return g_strdup(error->message);
	return g_strndup(g_bytes_get_data(label, NULL), g_bytes_get_size(label));
}

static void test_fill(void)
{
	const LabelValues values = {.serial = "OMV-1.0", .product = "cam"};
	g_autofree char *label = filled(GOOD, &values);

	g_assert_cmpstr(
		label, ==, "^XA^FO30,30^BXN,6,200^FH^FDOMV-1.0^FS^FO9,9^A0N,30^FH_^FDcam ^FS^XZ");
}

/* Nothing that an operator is called adds a command. */
static void test_hostile(void)
{
	static const char *const names[] = {"^XZ^XA^PQ500", "~JR", "_5EXZ", "{{serial}}",
		"a\\&b\n^FS", "M\xc3\xbcller", "\xe2\x80\xae^XZ", "\"'><", "\x1b[2J", "%%n",
		"\xff\xfe^"};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const LabelValues values = {.serial = "OMV1", .operator= names[i] };
		const LabelValues plain = {.serial = "OMV1"};
		g_autofree char *label = filled(GOOD, &values);
		g_autofree char *without = filled(GOOD, &plain);
		const char *field = label + strlen(without) - strlen("^FS^XZ");

		g_assert_true(g_str_has_prefix(label, "^XA") && g_str_has_suffix(label, "^FS^XZ"));
		g_assert_cmpint(strncmp(label, without, (gsize)(field - label)), ==, 0);
		g_assert_cmpuint(strspn(field, "0123456789ABCDEFabcdefghijklmnopqrstuvwxyz"
					       "GHIJKLMNOPQRSTUVWXYZ_-."),
			==, strlen(field) - strlen("^FS^XZ"));
	}
}

/* However long: whole characters only. */
static void test_long(void)
{
	g_autoptr(GString) name = g_string_new(NULL);
	g_autofree char *label = NULL;
	LabelValues values = {.serial = "OMV1"};

	for (guint i = 0; i < 1000; i++)
		g_string_append(name, "\xe5\x8f\xb0");
	values.operator= name->str;
	label = filled(GOOD, &values);
	g_assert_true(g_str_has_suffix(label, "_E5_8F_B0^FS^XZ"));
}

static void test_templates(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "one ^XA and one ^XZ"},
		{"^XA^FDx^FS", "one ^XA and one ^XZ"},
		{"^XZ^XA", "one ^XA and one ^XZ"},
		{"^XA^XZ^XA^XZ", "at byte 6: there is one ^XA"},
		{"^XA^FD{{serial}}^FS^XZ", "a value stands behind ^FH^FD"},
		{"^XA^FH^FDx^FS^FD{{serial}}^FS^XZ", "a value stands behind ^FH^FD"},
		{"^XA^FH^FO{{serial}},3^FDx^FS^XZ", "a value stands behind ^FH^FD"},
		{"^XA^PQ2^XZ", "printed once for each PASS"},
		{"^XA^pq2^XZ", "printed once for each PASS"},
		{"^XA^CC+^XZ", "commands must begin with ^"},
		{"^XA^FH\\^FD{{serial}}^FS^XZ", "^FH stands with _"},
		{"^XA^FH^FD{{sreial}}^FS^XZ", "sreial"},
		{"^XA\xff^XZ", "no text"},
	};
	const LabelValues values = {.serial = "OMV1"};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *label = filled(cases[i].text, &values);

		if (!strstr(label, cases[i].says))
			g_error("'%s' gives '%s'", cases[i].text, label);
	}
}

/* ---- the printer --------------------------------------------------------------------------------- */

#define LINE_3                                                                                     \
	"\x02"                                                                                     \
	"1234,0\x03\r\n"
#define STATUS(one, two) "\x02" one "\x03\r\n\x02" two "\x03\r\n" LINE_3
#define FINE             STATUS("030,0,0,1245,000,0,0,0,000,0,0,0", "001,0,0,0,1,2,4,0,00000000,1,000")
#define NO_PAPER         STATUS("030,1,0,1245,000,0,0,0,000,0,0,0", "001,0,0,0,1,2,4,0,00000000,1,000")
#define OPEN             STATUS("030,1,1,1245,000,0,0,0,000,0,0,0", "001,0,1,0,1,2,4,0,00000003,1,000")

static void test_status(void)
{
	static const struct {
		const char *answer, *says;
	} cases[] = {
		{FINE, NULL},
		{NO_PAPER, "no labels left"},
		{OPEN, "is open"},
		{STATUS("030,0,1,1,0,0,0,0,0,0,0,0", "1,0,0,0,1,2,4,0,0,1,0"), "paused"},
		{STATUS("030,0,0,1,0,0,0,0,0,0,0,0", "1,0,0,1,1,2,4,0,0,1,0"), "ribbon"},
		{STATUS("030,0,0,1,0,0,0,0,0,0,0,1", "1,0,0,0,1,2,4,0,0,1,0"), "too hot"},
		{STATUS("030,0,0,1,0,1,0,0,0,0,0,0", "1,0,0,0,1,2,4,0,0,1,0"), "memory is full"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		PrinterStatus status;
		const char *trouble;

		g_assert_true(printer_status_whole(cases[i].answer, strlen(cases[i].answer)));
		g_assert_true(
			printer_status_parse(cases[i].answer, strlen(cases[i].answer), &status));
		trouble = printer_status_trouble(&status);
		g_assert_true(!trouble == !cases[i].says);
		g_assert_true(!trouble || strstr(trouble, cases[i].says));
	}
}

/* Cut anywhere, or with a byte that is neither digit nor comma: no status. */
static void test_status_broken(void)
{
	const gsize whole = strlen(OPEN) - strlen("\r\n");

	for (gsize i = 0; i < whole; i++) {
		PrinterStatus status;
		g_autofree char *text = g_strdup(OPEN);

		g_assert_false(printer_status_parse(text, i, &status));
		if (strchr("\r\n", text[i]))
			continue;
		text[i] = '!';
		g_assert_false(printer_status_parse(text, strlen(text), &status));
	}
}

/* A printer on loopback for one visitor: answers each ~HS with the next of `answers`, hangs up when there is none. */
typedef struct {
	const char *const *answers;
	GSocket *socket;
	GString *got;
} Printer;

static gpointer serve(gpointer data)
{
	Printer *printer = data;
	const char *const *next = printer->answers;
	g_autoptr(GSocket) visitor = g_socket_accept(printer->socket, NULL, NULL);
	gsize heard = 0;
	char bytes[256];
	gssize got;

	g_assert_nonnull(visitor);
	while ((got = g_socket_receive(visitor, bytes, sizeof bytes, NULL, NULL)) > 0) {
		const char *ask;

		g_string_append_len(printer->got, bytes, got);
		while ((ask = strstr(printer->got->str + heard, "~HS\r\n")) != NULL) {
			heard = (gsize)(ask - printer->got->str) + 5;
			if (!*next)
				return NULL;
			g_socket_send(visitor, *next, strlen(*next), NULL, NULL);
			next++;
		}
	}
	return NULL;
}

static guint listen_on_loopback(Printer *printer)
{
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0), bound = NULL;
	g_autoptr(GError) error = NULL;

	printer->socket = g_socket_new(
		G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
	g_assert_no_error(error);
	g_assert_true(g_socket_bind(printer->socket, any, TRUE, NULL));
	g_assert_true(g_socket_listen(printer->socket, NULL));
	g_socket_set_timeout(printer->socket, 20);
	bound = g_socket_get_local_address(printer->socket, NULL);
	return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
}

static void test_print(void)
{
	static const struct {
		const char *answers[3];
		const char *says, *got;
	} cases[] = {
		{{FINE, FINE}, NULL, "~HS\r\nLABEL~HS\r\n"},
		{{NO_PAPER, FINE}, "no labels left: put a roll in", "~HS\r\n"},
		{{FINE, OPEN}, "may or may not have come out", "~HS\r\nLABEL~HS\r\n"},
		{{FINE, NULL}, "may or may not have come out", "~HS\r\nLABEL~HS\r\n"},
		{{"\x03\x03\x03", FINE}, "something that is no status", "~HS\r\n"},
		{{NULL}, "hung up", "~HS\r\n"},
	};
	g_autoptr(GBytes) label = g_bytes_new_static("LABEL", 5);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Printer printer = {.answers = cases[i].answers, .got = g_string_new(NULL)};
		const PrinterPlace place = {
			.address = "127.0.0.1", .port = listen_on_loopback(&printer)};
		g_autoptr(GError) error = NULL;
		GThread *thread = g_thread_new("printer", serve, &printer);
		gboolean printed = printer_print(&place, label, &error);

		g_thread_join(thread);
		g_assert_cmpint(printed, ==, cases[i].says == NULL);
		g_assert_true(printed || g_error_matches(error, FAILURE, FAILURE_LABEL_PRINTER));
		g_assert_true(printed || strstr(error->message, cases[i].says));
		g_assert_cmpstr(printer.got->str, ==, cases[i].got);
		g_string_free(printer.got, TRUE);
		g_object_unref(printer.socket);
	}
}

static void test_no_printer(void)
{
	g_autoptr(GBytes) label = g_bytes_new_static("LABEL", 5);
	g_autoptr(GError) closed = NULL, missing = NULL;
	Printer printer = {0};
	const PrinterPlace place = {.address = "127.0.0.1", .port = listen_on_loopback(&printer)};
	const PrinterPlace device = {.device = "/dev/no-printer"};

	g_socket_close(printer.socket, NULL);
	g_object_unref(printer.socket);
	g_assert_false(printer_print(&place, label, &closed));
	g_assert_nonnull(strstr(closed->message, "refused"));
	g_assert_false(printer_print(&device, label, &missing));
	g_assert_nonnull(strstr(missing->message, "/dev/no-printer"));
}

static void test_corpus(void)
{
	corpus_replay("tests/data/label/template", 4, label_proof);
	corpus_replay("tests/data/label/status", 4, printer_status_proof);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/label/fill", test_fill);
	g_test_add_func("/label/hostile", test_hostile);
	g_test_add_func("/label/long", test_long);
	g_test_add_func("/label/templates", test_templates);
	g_test_add_func("/label/status", test_status);
	g_test_add_func("/label/status-broken", test_status_broken);
	g_test_add_func("/label/print", test_print);
	g_test_add_func("/label/no-printer", test_no_printer);
	g_test_add_func("/label/corpus", test_corpus);
	return g_test_run();
}

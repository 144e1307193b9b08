#include "scan/scanner.h"
#include "scan/scanner_parts.h"

#include <gio/gio.h>
#include <glib-unix.h>

#define LOOK_MS 500

struct Scanner {
	const ScannerPlace *place;
	ScannerPort port;
	const ScannerKind *kind;
	ScanText text;
	ScannerInput input;
	gboolean told; /* that it is not there */
	guint look_source, read_source, expire_source;
};

gboolean scanner_fail(GError **error, const char *what, int why)
{
	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(why), "%s: %s", what, g_strerror(why));
	return FALSE;
}

static void on_scan(const char *text, ScanFlaw flaw, gpointer data)
{
	Scanner *scanner = data;

	scanner->port.scan(scanner, text, flaw, scanner->port.data);
}

static gboolean on_expire(gpointer data);

/* After all that there is to be read: a station that was busy must not take it for silence. */
static void expire_later(Scanner *scanner, guint ms)
{
	scanner->expire_source = g_timeout_add_full(G_PRIORITY_LOW, ms, on_expire, scanner, NULL);
}

static gboolean on_expire(gpointer data)
{
	Scanner *scanner = data;
	guint again_ms = scan_text_expire(&scanner->text, g_get_monotonic_time());

	scanner->expire_source = 0;
	if (again_ms)
		expire_later(scanner, again_ms);
	return G_SOURCE_REMOVE;
}

static void look_later(Scanner *scanner, guint ms);

static void tell(Scanner *scanner, gboolean there, const char *why)
{
	const ScannerPlace *place = scanner->place;
	g_autofree char *sentence = there ? g_strdup_printf("scanner %s is ready", place->name)
					  : g_strdup_printf("scanner %s is not there: %s %s",
						    place->name, place->device, why);

	scanner->told = !there;
	scanner->port.state(scanner, there, sentence, scanner->port.data);
}

static void lose(Scanner *scanner, const char *why)
{
	scanner->kind->close(&scanner->input);
	scanner->input.fd = -1;
	scan_text_end(&scanner->text);
	look_later(scanner, LOOK_MS);
	tell(scanner, FALSE, why);
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
	Scanner *scanner = data;
	g_autoptr(GError) error = NULL;
	gboolean there = scanner->kind->take(&scanner->input, &error);

	if (there && !(condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL))) {
		if (!scanner->expire_source)
			expire_later(scanner, 0);
		return G_SOURCE_CONTINUE;
	}
	scanner->read_source = 0;
	lose(scanner, error ? error->message : "was unplugged");
	return G_SOURCE_REMOVE;
}

static gboolean on_look(gpointer data)
{
	Scanner *scanner = data;
	g_autoptr(GError) error = NULL;

	scanner->look_source = 0;
	scanner->input =
		(ScannerInput){.fd = -1, .text = &scanner->text, .keys = {.text = &scanner->text}};
	if (!scanner->kind->open(&scanner->input, scanner->place, &error)) {
		look_later(scanner, LOOK_MS);
		if (!scanner->told)
			tell(scanner, FALSE, error->message);
		return G_SOURCE_REMOVE;
	}
	scanner->read_source = g_unix_fd_add(
		scanner->input.fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, scanner);
	tell(scanner, TRUE, NULL);
	return G_SOURCE_REMOVE;
}

static void look_later(Scanner *scanner, guint ms)
{
	scanner->look_source = g_timeout_add(ms, on_look, scanner);
}

Scanner *scanner_new(const ScannerPlace *place, const ScannerPort *port)
{
	Scanner *scanner = g_new0(Scanner, 1);

	scanner->place = place;
	scanner->port = *port;
	scanner->kind = place->type == SCANNER_SERIAL ? &scanner_serial : &scanner_keyboard;
	scanner->input.fd = -1;
	scan_text_init(&scanner->text, scanner->kind->gap_ms, on_scan, scanner);
	look_later(scanner, 0);
	return scanner;
}

void scanner_free(Scanner *scanner)
{
	if (!scanner)
		return;
	g_clear_handle_id(&scanner->look_source, g_source_remove);
	g_clear_handle_id(&scanner->read_source, g_source_remove);
	g_clear_handle_id(&scanner->expire_source, g_source_remove);
	if (scanner->input.fd >= 0)
		scanner->kind->close(&scanner->input);
	scan_text_clear(&scanner->text);
	g_free(scanner);
}

const ScannerPlace *scanner_place(const Scanner *scanner)
{
	return scanner->place;
}

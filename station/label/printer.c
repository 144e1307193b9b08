#include "label/printer.h"
#include "core/failure.h"
#include "core/text.h"
#include "core/watch.h"
#include "label/printer_status.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

enum { TALK_MS = 5000 };

static gboolean fail(const PrinterPlace *place, const char *what, GError **error)
{
	g_autofree char *clean = text_clean(what, -1);

	g_set_error(error, FAILURE, FAILURE_LABEL_PRINTER, "label printer %s: %s",
		place->address ? place->address : place->device, clean);
	return FALSE;
}

/* A descriptor of its own that does not block; -1 with `error`. */
static int reach_address(const PrinterPlace *place, GError **error)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnection) connection = NULL;
	g_autoptr(GError) why = NULL;
	int fd;

	g_socket_client_set_timeout(client, TALK_MS / 1000);
	/* A printer is a neighbour: no proxy is asked how to get there. */
	g_socket_client_set_enable_proxy(client, FALSE);
	connection = g_socket_client_connect_to_host(
		client, place->address, (guint16)place->port, NULL, &why);
	if (!connection) {
		fail(place, why->message, error);
		return -1;
	}
	fd = fcntl(g_socket_get_fd(g_socket_connection_get_socket(connection)), F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		fail(place, g_strerror(errno), error);
	return fd;
}

static int reach(const PrinterPlace *place, GError **error)
{
	int fd;

	if (place->address)
		return reach_address(place, error);
	fd = open(place->device, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		fail(place, g_strerror(errno), error);
	return fd;
}

static gboolean wait_for(int fd, gushort events, const Watch *watch)
{
	GPollFD poll = {.fd = fd, .events = events};

	return watch_ok(watch, NULL) &&
	       g_poll(&poll, 1, (gint)watch_timeout_ms(watch, TALK_MS)) > 0;
}

static gboolean send_all(
	const PrinterPlace *place, int fd, const char *bytes, gsize size, GError **error)
{
	Watch watch = {0};

	watch_begin(&watch, TALK_MS, 0);
	while (size > 0) {
		gssize sent;

		if (!wait_for(fd, G_IO_OUT, &watch))
			return fail(place, "it takes nothing: switch it off and on", error);
		sent = write(fd, bytes, size);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (sent <= 0)
			return fail(place, g_strerror(errno), error);
		bytes += sent;
		size -= (gsize)sent;
	}
	return TRUE;
}

static gboolean ask(const PrinterPlace *place, int fd, PrinterStatus *status, GError **error)
{
	char answer[PRINTER_STATUS_MAX];
	gsize length = 0;
	Watch watch = {0};

	if (!send_all(place, fd, "~HS\r\n", 5, error))
		return FALSE;
	watch_begin(&watch, TALK_MS, 0);
	while (!printer_status_whole(answer, length)) {
		gssize got;

		if (length == sizeof answer)
			return fail(place, "it answers something that is no status", error);
		if (!wait_for(fd, G_IO_IN, &watch))
			return fail(place, "it does not tell its status", error);
		got = read(fd, answer + length, sizeof answer - length);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return fail(place, "it has hung up", error);
		length += (gsize)got;
	}
	return printer_status_parse(answer, length, status) ||
	       fail(place, "it answers something that is no status", error);
}

static gboolean is_ready(const PrinterPlace *place, int fd, GError **error)
{
	PrinterStatus status;
	const char *trouble;

	if (!ask(place, fd, &status, error))
		return FALSE;
	trouble = printer_status_trouble(&status);
	return !trouble || fail(place, trouble, error);
}

static gboolean talk(const PrinterPlace *place, int fd, GBytes *label, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(label, &size);

	if (!is_ready(place, fd, error))
		return FALSE;
	if (send_all(place, fd, bytes, size, error) && is_ready(place, fd, error))
		return TRUE;
	g_prefix_error(error, "the label was sent, and may or may not have come out: ");
	return FALSE;
}

gboolean printer_print(const PrinterPlace *place, GBytes *label, GError **error)
{
	int fd = reach(place, error);
	gboolean printed = fd >= 0 && talk(place, fd, label, error);

	if (fd >= 0)
		close(fd);
	return printed;
}

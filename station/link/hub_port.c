#include "link/hub_port.h"

#include "core/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	PinBank bank;
	const char *name, *port;
	char *sysfs;
} Hub;

/* "1-2:1.0/1-2-port3" */
char *hub_port_folder(const char *sysfs, const char *hub, guint number)
{
	g_autofree char *interface = g_strconcat(hub, ":1.0", NULL);
	g_autofree char *port = g_strdup_printf("%s-port%u", hub, number);
	return g_build_filename(sysfs, interface, port, NULL);
}

static gboolean half_is_on(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "disable", NULL), *text = NULL;
	return g_file_get_contents(path, &text, NULL, NULL) && *text == '0';
}

gboolean hub_port_is_on(const char *sysfs, const char *hub, guint number)
{
	g_autofree char *folder = hub_port_folder(sysfs, hub, number);
	g_autofree char *peer = g_build_filename(folder, "peer", NULL);
	return half_is_on(folder) || half_is_on(peer);
}

static gboolean failed(
	const Hub *hub, FailureCode code, const char *path, const char *what, GError **error)
{
	g_set_error(error, FAILURE, code, "controller '%s': %s: %s", hub->name, path, what);
	return FALSE;
}

/* The kernel's own file: written in one piece, never made. What was written is read back. */
static gboolean write_disable(const Hub *hub, const char *folder, gboolean off, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "disable", NULL);
	char seen[4] = "";
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return failed(hub, FAILURE_PINS_MISSING, path, g_strerror(errno), error);
	gboolean written = pwrite(fd, off ? "1\n" : "0\n", 2, 0) == 2;
	int cause = errno;
	gboolean read = pread(fd, seen, sizeof(seen) - 1, 0) > 0;
	close(fd);
	if (!written)
		return failed(hub, FAILURE_PINS_LOST, path, g_strerror(cause), error);
	if (!read || (seen[0] == '1') != off)
		return failed(hub, FAILURE_PINS_LOST, path, "does not keep what is written", error);
	return TRUE;
}

/* Both halves of a socket: with one of them on, the board has power. */
static gboolean switch_port(const Hub *hub, guint pin, gboolean high, GError **error)
{
	g_autofree char *folder = hub_port_folder(hub->sysfs, hub->port, pin);
	g_autofree char *peer = g_build_filename(folder, "peer", NULL);
	if (!write_disable(hub, folder, !high, error))
		return FALSE;
	return !g_file_test(peer, G_FILE_TEST_EXISTS) || write_disable(hub, peer, !high, error);
}

static gboolean set(PinBank *bank, guint32 pins, guint32 levels, GError **error)
{
	for (guint pin = 0; pin < PINS_MOST; pin++)
		if (pins >> pin & 1 &&
			!switch_port((const Hub *)bank, pin, levels >> pin & 1, error))
			return FALSE;
	return TRUE;
}

static gboolean read_inputs(PinBank *bank, guint32 *levels, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "a hub has no inputs");
	return FALSE;
}

/* The ports stay as they are. */
static void close_hub(PinBank *bank)
{
	Hub *hub = (Hub *)bank;
	g_free(hub->sysfs);
	g_free(hub);
}

static const PinBankOps ops = {.set = set, .read = read_inputs, .close = close_hub};

PinBank *hub_port_open(
	const Controller *controller, const char *sysfs, PinsUsed used, GError **error)
{
	Hub *hub = g_new0(Hub, 1);
	g_autoptr(PinBank) bank = &hub->bank;
	bank->ops = &ops;
	hub->name = controller->name;
	hub->port = controller->port;
	hub->sysfs = g_strdup(sysfs);
	return set(bank, used.outputs, used.safe, error) ? g_steal_pointer(&bank) : NULL;
}

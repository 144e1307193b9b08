/* A scanner on a serial port, most often one over USB. */
#include "scan/scanner_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { BYTES_A_TURN = 4096 };

static const struct {
	guint baud;
	speed_t speed;
} speeds[] = {{1200, B1200}, {2400, B2400}, {4800, B4800}, {9600, B9600}, {19200, B19200},
	{38400, B38400}, {57600, B57600}, {115200, B115200}};

/* 8 data bits, no parity, nothing translated. What came before anybody listened is no scan. */
static gboolean set_up(int fd, guint baud, GError **error)
{
	struct termios port;
	speed_t speed = B0;

	for (gsize i = 0; i < G_N_ELEMENTS(speeds); i++)
		if (speeds[i].baud == baud)
			speed = speeds[i].speed;
	if (speed == B0) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
			"cannot be set to %u baud: 1200, 2400, 4800, 9600, 19200, 38400, 57600 or "
			"115200",
			baud);
		return FALSE;
	}
	if (tcgetattr(fd, &port) != 0)
		return scanner_fail(error, "is no serial port", errno);
	cfmakeraw(&port);
	cfsetspeed(&port, speed);
	port.c_cflag |= CLOCAL | CREAD;
	port.c_cflag &= ~(tcflag_t)CRTSCTS;
	if (tcsetattr(fd, TCSANOW, &port) != 0)
		return scanner_fail(error, "cannot be set up", errno);
	if (ioctl(fd, TIOCEXCL) != 0)
		return scanner_fail(error, "cannot be held for the station alone", errno);
	tcflush(fd, TCIFLUSH);
	return TRUE;
}

static void serial_close(ScannerInput *input)
{
	close(input->fd);
}

static gboolean serial_open(ScannerInput *input, const ScannerPlace *place, GError **error)
{
	input->fd = open(place->device, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (input->fd < 0)
		return scanner_fail(error, "cannot be opened", errno);
	if (set_up(input->fd, place->baud, error))
		return TRUE;
	serial_close(input);
	input->fd = -1;
	return FALSE;
}

static gboolean serial_take(ScannerInput *input, GError **error)
{
	char bytes[BYTES_A_TURN];
	gssize got = read(input->fd, bytes, sizeof bytes);
	gint64 now = g_get_monotonic_time();

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return TRUE;
	if (got <= 0)
		return scanner_fail(error, "was unplugged", got < 0 ? errno : ENODEV);
	/* When they came nobody knows, only when they were read: silence is what the scanner's clock finds. */
	input->text->last_us = now;
	for (gssize i = 0; i < got; i++)
		scan_text_byte(input->text, bytes[i], now);
	return TRUE;
}

const ScannerKind scanner_serial = {
	.gap_ms = SCAN_GAP_SERIAL_MS,
	.open = serial_open,
	.take = serial_take,
	.close = serial_close,
};

#include "lib/usbip_proof.h"

#include "lib/usbip_host.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IMPORTED = 1, HOLDS = 2, STALLS = 4, LEAVES = 8 };

void usbip_proof(const uint8_t *data, size_t size)
{
	UsbipHost host = {0};
	uint8_t choice = size ? data[0] : 0;
	int fd;

	usbip_host_open(&host);
	host.small.echo.leave_at_reset = choice & LEAVES;
	fd = choice & IMPORTED ? usbip_host_import(&host) : usbip_host_client(&host);
	host.small.echo.status = choice & HOLDS ? 1 : choice & STALLS ? -EPIPE : 0;
	if (size > 1)
		usbip_host_send(fd, data + 1, size - 1);
	usbip_host_settle(&host);
	host.small.echo.status = 0;
	close(fd);
	usbip_host_settle(&host);

	if (vbus_attached(&host.small.echo.dev)) {
		fd = usbip_host_import(&host);
		close(fd);
	}
	usbip_host_close(&host);
}

/* A small world served over USB/IP, and clients of it in the fixture's own thread. */
#pragma once

#include "lib/echo.h"
#include "root.h"
#include "usbip.h"
#include "usbip_wire.h"

typedef struct {
	Small small;
	Root *root;
	char *address;
} UsbipHost;

/* The echo is plugged in at "1-2.3"; "1-2.4" is a port too, and empty. */
void usbip_host_open(UsbipHost *host);
void usbip_host_close(UsbipHost *host);

int usbip_host_client(const UsbipHost *host);
void usbip_host_send(int fd, const void *bytes, size_t size);
/* Runs the world until so many bytes have come; how many there were before the connection's end. */
size_t usbip_host_receive(UsbipHost *host, int fd, void *bytes, size_t size);
/* The connection ends, and nothing more comes before. */
bool usbip_host_ends(UsbipHost *host, int fd);
/* Runs it until nothing is left to do at once. */
void usbip_host_settle(UsbipHost *host);

/* IMPORT or AWAIT of this port; `busid` may be no text. */
void usbip_host_ask(int fd, UsbipOp op, const char *busid);
/* A client that has imported the echo, which has been configured. */
int usbip_host_import(UsbipHost *host);

typedef struct {
	uint32_t kind, seqnum;
	int32_t status;
	uint32_t actual;
	uint8_t data[4096];
} UsbipReply;

/* The header of a command; tests of nonsense change it before it is sent. */
void usbip_host_header(uint8_t header[USBIP_HEADER], UsbipKind kind, uint32_t seqnum,
	uint8_t endpoint, uint32_t length);
/* A transfer of zeros at this endpoint (bit 7: IN), or a control transfer where `setup` is given. */
void usbip_host_submit(int fd, uint32_t seqnum, uint8_t endpoint, uint32_t flags, uint32_t length,
	const uint8_t *setup);
void usbip_host_unlink(int fd, uint32_t seqnum, uint32_t target);
/* `in`: it is of an IN transfer, whose data follow. */
void usbip_host_reply(UsbipHost *host, int fd, bool in, UsbipReply *reply);
/* A control transfer without or with IN data to its end; its status, or how many bytes came. */
int usbip_host_control(UsbipHost *host, int fd, const uint8_t setup[8], UsbipReply *reply);

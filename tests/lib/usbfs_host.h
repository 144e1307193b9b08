/* A small world served as usbfs, and clients of its socket in the fixture's own thread. */
#pragma once

#include "lib/echo.h"
#include "root.h"
#include "vproto.h"

typedef struct {
	Small small;
	Root *root;
} UsbfsHost;

/* The echo is plugged in at "1-2.3". `time`: as small_open_at(). */
void usbfs_host_open(UsbfsHost *host);
void usbfs_host_open_at(UsbfsHost *host, double time);
void usbfs_host_close(UsbfsHost *host);

int usbfs_host_client(const UsbfsHost *host);
/* Its answer, and the first descriptor that came with it (or -1). False: the fixture has hung up. */
bool usbfs_host_call(
	UsbfsHost *host, int fd, const VCall *call, const void *data, VReply *reply, int *with);
/* A call with two arguments at the most: its result. */
int usbfs_host_simple(UsbfsHost *host, int fd, uint32_t kind, uint32_t first, uint32_t second);

/* An open file: the connection, and the pipe that a program polls. */
typedef struct {
	int socket, pipe;
} UsbfsFile;

UsbfsFile usbfs_file_open(UsbfsHost *host);
/* And runs the world until it knows. */
void usbfs_file_close(UsbfsHost *host, UsbfsFile *file);
/* poll()'s events, now. */
short usbfs_file_polled(const UsbfsFile *file);
/* A bulk transfer of 64 bytes at the most; the result of the call. */
int usbfs_file_submit(
	UsbfsHost *host, UsbfsFile *file, uint8_t endpoint, uint32_t length, uint64_t name);
int usbfs_file_reap(UsbfsHost *host, UsbfsFile *file, VReply *reply);

/* A small world: a bus with one device that notes what happens to it. */
#pragma once

#include "vbus_core.h"

typedef struct {
	VDev dev;
	VUrb *held[8]; /* with the model, by the order in which they came */
	unsigned held_count, configured, resets, detached, cleared;
	uint8_t interface, alt;
	int status; /* of what it completes at once; 1: it holds them */
	bool leave_at_reset;
} Echo;

/* One interface: setting 0 has endpoints 0x81 and 0x02, setting 1 has 0x83. Self-powered. */
extern const uint8_t echo_device[18];
extern const uint8_t echo_configuration[48];

typedef struct {
	VLoop *loop;
	VBus *bus;
	Echo echo;
	VDev *target;  /* of calls: the echo, where a test says no other */
	unsigned ends; /* of calls */
} Small;

/* The device is plugged into port "1-2.3", not yet enumerated. */
void small_open(Small *small, double time);
/* The same with the front end for programs in this folder. */
void small_open_at(Small *small, double time, const char *root);
void small_close(Small *small);
/* One more device, new, into a port of the hub "1-2" or of its root hub. */
void small_plug(Small *small, Echo *echo, const char *path);
/* Until vloop_quit(); a world that stands still for 20 s fails the test. */
void small_run(Small *small);
/* After so much work, vloop_quit(). */
void small_quit_after(Small *small, uint64_t ns);

/* A transfer as a front end submits it, which notes its end. */
typedef struct {
	VUrb urb;
	Small *small;
	uint8_t data[4096];
	unsigned done;  /* how often */
	unsigned place; /* in the order of all ends */
	uint64_t when;
	bool quit; /* the loop, when done */
} Call;

void call_new(Call *call, Small *small, uint8_t endpoint, size_t length);
/* A control transfer to its end; the number of bytes or a negative errno. */
int call_control(Small *small, Call *call, uint8_t type, uint8_t request, uint16_t value,
	uint16_t index, uint16_t length);

/*
 * A kernel's event device for this process: a named pipe whose ioctls are answered as a keyboard's. The machine that runs
 * the tests needs no uinput, and libevdev is the real one.
 *
 * It takes the place of ioctl(2) in the whole program; what is not for a named pipe goes on to the kernel.
 */
#pragma once

#include <glib.h>

typedef struct {
	char *path;
	int fd; /* the writing end */
} FakeKeyboard;

void fake_keyboard_plug(FakeKeyboard *keyboard, const char *path);
void fake_keyboard_unplug(FakeKeyboard *keyboard);
/* A key goes down and up, `gap_ms` after the last one in the device's own time. */
void fake_keyboard_stroke(FakeKeyboard *keyboard, guint code, guint gap_ms);
/* The kernel's queue ran over. */
void fake_keyboard_overflow(FakeKeyboard *keyboard);

/* How often any of them was grabbed; and whether another program holds them now. */
guint fake_keyboard_grabs(void);
void fake_keyboard_hold(gboolean held);

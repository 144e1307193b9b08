/*
 * A small world in time 0, without a front end: the test drives what a station would drive, and reads what the world records.
 * What is awaited is awaited for 5 s: on a busy machine his hands are late, and the boards.
 */
#pragma once

#include "operator.h"

typedef struct {
	World *world;
	VLoop *loop;
	VBus *bus;
	Bench *bench;
	Desk *desk;
	Operator *who;
	char *folder, *path;
	FILE *record;
	bool over;
} Scene;

/* `text`: a world file's; it must be sound. */
void scene_open(Scene *scene, const char *text);
void scene_close(Scene *scene);
void scene_run(Scene *scene, unsigned ms);

/* The record: how often it has such a line, whenever it happened. */
guint scene_count(const Scene *scene, const char *rest);
bool scene_has(const Scene *scene, const char *rest);
bool scene_await(Scene *scene, const char *line);

/* What is on the bus, enumerated; NULL: nothing. */
VDev *scene_device(const Scene *scene, const char *path);
bool scene_await_device(Scene *scene, const char *path);

/* The operator has nothing left to do. */
bool scene_await_over(Scene *scene);

/* The board in this slot, when it is the wanted one or does not become it. */
guint scene_await_board(Scene *scene, guint slot, guint wanted);

/*
 * The wanted board is in this slot, its lid is closed, and he has pressed start, which comes at once behind that: from then
 * on a lamp is of it. His finger makes no line of the record where it was still on the button.
 */
bool scene_await_start(Scene *scene, guint slot, guint wanted);

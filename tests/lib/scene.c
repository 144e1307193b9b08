#include "lib/scene.h"

#include "lib/folder.h"
#include "lib/world_text.h"
#include "vbus_core.h"

#include <string.h>

static void on_over(void *data)
{
	((Scene *)data)->over = true;
}

void scene_open(Scene *scene, const char *text)
{
	g_autofree char *said = NULL;

	*scene = (Scene){.world = world_text(text, &said), .loop = vloop_new(0)};
	g_assert_cmpstr(said, ==, "");
	scene->folder = folder_new();
	scene->path = g_build_filename(scene->folder, "record", NULL);
	scene->record = fopen(scene->path, "we");
	scene->bus = vbus_new(scene->loop, NULL);
	scene->bench = bench_new(scene->loop, scene->bus, scene->world, NULL);
	wiring_record(bench_wiring(scene->bench), scene->record);
	scene->desk =
		desk_new(scene->loop, scene->world, scene->folder, bench_wiring(scene->bench));
	g_assert_nonnull(scene->desk);
	scene->who =
		operator_new(scene->loop, scene->bench, scene->desk, scene->world, on_over, scene);
}

void scene_close(Scene *scene)
{
	operator_free(scene->who);
	desk_free(scene->desk);
	bench_free(scene->bench);
	fclose(scene->record);
	vbus_free(scene->bus);
	vloop_free(scene->loop);
	world_free(scene->world);
	folder_remove(scene->folder);
	g_free(scene->path);
}

guint scene_count(const Scene *scene, const char *rest)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	g_assert_true(g_file_get_contents(scene->path, &text, NULL, NULL));
	parts = g_strsplit(text, rest, -1);
	return *text ? g_strv_length(parts) - 1 : 0;
}

bool scene_has(const Scene *scene, const char *rest)
{
	return scene_count(scene, rest) > 0;
}

static void quit(void *data)
{
	vloop_quit(data);
}

void scene_run(Scene *scene, unsigned ms)
{
	vloop_window(scene->loop, ms * V_MS, quit, scene->loop);
	vloop_run(scene->loop);
}

bool scene_await(Scene *scene, const char *line)
{
	for (guint i = 0; i < 500 && !scene_has(scene, line); i++)
		scene_run(scene, 10);
	return scene_has(scene, line);
}

VDev *scene_device(const Scene *scene, const char *path)
{
	const VPort *port = g_hash_table_lookup(scene->bus->ports, path);

	return port && port->enumerated ? port->dev : NULL;
}

bool scene_await_device(Scene *scene, const char *path)
{
	for (guint i = 0; i < 500 && !scene_device(scene, path); i++)
		scene_run(scene, 10);
	return scene_device(scene, path) != NULL;
}

bool scene_await_over(Scene *scene)
{
	for (guint i = 0; i < 500 && !scene->over; i++)
		scene_run(scene, 10);
	return scene->over;
}

guint scene_await_board(Scene *scene, guint slot, guint wanted)
{
	for (guint i = 0; i < 500 && bench_board_in(scene->bench, slot) != wanted; i++)
		scene_run(scene, 10);
	return bench_board_in(scene->bench, slot);
}

bool scene_await_start(Scene *scene, guint slot, guint wanted)
{
	g_autofree char *insert = g_strdup_printf(" %u insert %u\n", slot, wanted);
	g_autofree char *lid = g_strdup_printf(" %u lid 1\n", slot);

	for (guint i = 0; i < 500; i++) {
		g_autofree char *text = NULL;
		const char *at;

		g_assert_true(g_file_get_contents(scene->path, &text, NULL, NULL));
		at = g_strrstr(text, insert);
		scene_run(scene, 10);
		if (at && strstr(at, lid))
			return bench_board_in(scene->bench, slot) == wanted;
	}
	return false;
}

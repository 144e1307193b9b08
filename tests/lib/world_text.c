#include "lib/world_text.h"
#include "lib/folder.h"

World *world_text(const char *text, char **said)
{
	g_autoptr(Problems) problems = problems_new();
	char *folder = folder_new();
	g_autofree char *path = folder_write(folder, "w.yaml", text);
	World *world = world_load(path, problems);

	*said = problems_text(problems);
	g_assert_true((world == NULL) == (problems_count(problems) > 0));
	folder_remove(folder);
	return world;
}

#include "core/folder.h"
#include "steps/drive.h"
#include "steps/drive_place.h"
#include "steps/drive_stage.h"
#include "steps/drive_state.h"
#include "core/template.h"
#include "steps/kinds.h"

#include <string.h>

/* ---- the step -------------------------------------------------------------------------------- */

static gboolean put_files(Job *job, const Step *step, Drive *drive, GError **error)
{
	const Folder *folder = recipe_folder(job->recipe, step_text(step, "folder"));
	g_autoptr(GPtrArray) files = drive_stage(
		job, folder, step_text(step, "to"), node_get(step->args, "templates"), error);

	if (!files || !drive_open(job, drive, error) || !drive_walk(job, drive, error) ||
		!drive_check_sound(job, drive, error))
		return FALSE;
	if (!job->drive)
		job->drive = drive_state_new(drive->volume, drive->copy);
	return drive_place(job, drive, files, error) && drive_check_sound(job, drive, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	Drive drive = {0};
	gboolean done = put_files(job, step, &drive, error);

	drive_close(job, &drive);
	return done;
}

/* ---- mistakes -------------------------------------------------------------------------------- */

/* A name that will have a value: what the job knows, and what it may have measured by then. */
static const char *any_value(const char *name, gpointer data)
{
	static const char *const names[] = {"serial", "uid", "product", "revision", NULL};
	gboolean known = g_strv_contains(names, name) ||
			 (g_str_has_prefix(name, "measured.") && name[strlen("measured.")]);

	return known ? "" : NULL;
}

static const FolderFile *find_file(const GPtrArray *files, const char *path)
{
	for (guint i = 0; i < files->len; i++) {
		const FolderFile *file = files->pdata[i];

		if (strcmp(file->path, path) == 0)
			return file;
	}
	return NULL;
}

static void check_template(const Node *item, const GPtrArray *files, Problems *problems)
{
	const FolderFile *file = find_file(files, item->text);
	g_autoptr(GError) error = NULL;

	if (!file)
		problems_add(
			problems, item->place, "there is no file '%s' in the folder", item->text);
	else if (!template_check(file->bytes, any_value, NULL, &error))
		problems_add(problems, item->place,
			"%s: %s; there are serial, uid, product, revision and measured.NAME",
			item->text, error->message);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Folder *folder = recipe_folder(recipe, step_text(step, "folder"));
	const Node *templates = node_get(step->args, "templates");
	g_autoptr(GPtrArray) files = NULL;

	if (!folder || !folder->path || !templates)
		return;
	files = folder_files(folder, NULL);
	for (guint i = 0; files && i < templates->items->len; i++)
		check_template(templates->items->pdata[i], files, problems);
}

static const Field template_item = {"", FIELD_TEXT, .help = "a file of the folder: config.json"};

static const Field fields[] = {
	{"folder", FIELD_TEXT, TRUE, .help = "which of the recipe's folders"},
	{"to", FIELD_TEXT, .pattern = "^/([A-Za-z0-9._+=@~#-]+(/[A-Za-z0-9._+=@~#-]+)*)?$",
		.fallback = "/", .help = "the folder of the drive into which its files go"},
	{"templates", FIELD_LIST, .item = &template_item,
		.help = "files in which {{serial}}, {{uid}}, {{product}}, {{revision}} and "
			"{{measured.NAME}} get this board's values"},
	{NULL},
};

const StepKind step_drive_put = {
	.name = "drive.put",
	.summary =
		"Puts a folder's files onto the camera's flash drive, and reads them back; files "
		"of these names are replaced, others stay.",
	.fields = fields,
	/* As drive.check; writing is some ten times slower than reading (boards.md section 5). */
	.deadline_ms = 120000,
	.stall_ms = 15000,
	.destructive = TRUE,
	.inherits = TRUE,
	.check = check,
	.run = run,
};

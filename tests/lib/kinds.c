#include "lib/kinds.h"

#include "core/recipe.h"

static const char *const states[] = {"on", "off", "cycle", NULL};

static const Field power_fields[] = {
	{"state", FIELD_WORD, TRUE, .words = states, .help = "what the supply does"},
	{"off_time", FIELD_DURATION, FALSE, 1, 30000, .fallback = "500ms", .help = "how long off"},
	{NULL},
};
static const StepKind power = {
	.name = "power",
	.summary = "Switches the supply.",
	.fields = power_fields,
	.deadline_ms = 5000,
};

static const Field program_fields[] = {
	{"image", FIELD_TEXT, TRUE, .help = "the image's name"},
	{NULL},
};

/* What only the recipe as a whole can show. */
static void check_program(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Image *image = recipe_image(recipe, step_text(step, "image"));

	if (!image->address)
		problems_add(problems, image->place, "image '%s' needs an address", image->name);
}

static const StepKind program = {
	.name = "swd.program",
	.summary = "Programs an image.",
	.fields = program_fields,
	.deadline_ms = 120000,
	.stall_ms = 20000,
	.destructive = TRUE,
	.check = check_program,
};

static const Field await_fields[] = {
	{"device", FIELD_TEXT, TRUE, .pattern = "^[0-9A-F]{4}:[0-9A-F]{4}$", .help = "VID:PID"},
	{"hold", FIELD_BOOL, .fallback = "false", .help = "whether to keep it"},
	{NULL},
};
static const StepKind await = {
	.name = "usb.await",
	.summary = "Waits for a device.",
	.fields = await_fields,
	.deadline_ms = 10000,
};

static const Field file_fields[] = {
	{"path", FIELD_TEXT, TRUE, .help = "where it is on the drive"},
	{"sha256", FIELD_SHA256, .help = "what it must be"},
	{NULL},
};
static const Field file_item = {"", FIELD_MAP, .fields = file_fields};
static const Field drive_fields[] = {
	{"label", FIELD_TEXT, .help = "the volume's label"},
	{"files", FIELD_LIST, .item = &file_item, .help = "what must be there"},
	{NULL},
};
static const StepKind drive = {
	.name = "drive.check",
	.summary = "Looks at the drive.",
	.fields = drive_fields,
	.deadline_ms = 30000,
};

static const StepKind detach = {.name = "dfu.detach", .summary = "Leaves.", .deadline_ms = 5000};

const StepKind *const *test_kinds(void)
{
	static const StepKind *const table[] = {&detach, &drive, &power, &program, &await, NULL};

	return table;
}

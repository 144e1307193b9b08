#include "steps/dfuse_device.h"

#include "core/failure.h"
#include "steps/power.h"

#include <string.h>

void dfuse_device_clear(DfuseDevice *device)
{
	g_clear_pointer(&device->rom, rom_use_free);
	g_clear_pointer(&device->serial, g_free);
}

typedef struct {
	const char *pattern;
	DfuseFits fits;
	gpointer data;
} Wanted;

/* FALSE with why not. */
static gboolean try_alt(Dfuse *engine, const char *text, const Wanted *wanted, GError **error)
{
	if (wanted->pattern && !g_pattern_match_simple(wanted->pattern, text)) {
		g_set_error(error, FAILURE, FAILURE_DFU_NO_ALT, "not called '%s'", wanted->pattern);
		return FALSE;
	}
	return dfuse_map_parse(text, &engine->map, error) &&
	       wanted->fits(engine, wanted->data, error);
}

static gboolean find_alt(Job *job, Dfuse *engine, const Wanted *wanted, guint8 *alt, GError **error)
{
	const DfuDescriptor *descriptor = &engine->dfu.descriptor;
	g_autoptr(GString) seen = g_string_new(NULL);

	for (guint i = 0; i < descriptor->alt_count; i++) {
		g_autofree char *text = usb_string(job->device, descriptor->alt_string[i]);
		g_autoptr(GError) why = NULL;

		*alt = (guint8)i;
		if (try_alt(engine, text ? text : "", wanted, &why))
			return TRUE;
		/* A recipe that contradicts itself: no alternate setting mends that. */
		if (g_error_matches(why, FAILURE, FAILURE_STATION_INTERNAL)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		g_string_append_printf(
			seen, "%s'%s': %s", i ? "; " : "", text ? text : "(no name)", why->message);
	}
	g_set_error(error, FAILURE, FAILURE_DFU_NO_ALT,
		"no alternate setting of the bootloader fits: %s", seen->str);
	return FALSE;
}

static gboolean record_commands(Job *job, Dfuse *engine, GError **error)
{
	guint8 commands[DFUSE_COMMANDS_MAX];
	g_autoptr(GString) text = g_string_new(NULL);
	gsize count;

	if (!dfuse_commands(engine, commands, &count, error))
		return FALSE;
	for (gsize i = 0; i < count; i++)
		g_string_append_printf(text, "%s%02X", i ? " " : "", commands[i]);
	job_text(job, "dfuse.commands", text->str);
	return TRUE;
}

gboolean dfuse_device_open(Job *job, const Step *step, const char *pattern, DfuseFits fits,
	gpointer data, DfuseDevice *device, GError **error)
{
	Wanted wanted = {pattern, fits, data};
	Dfuse *engine = &device->engine;
	guint8 alt;

	*device = (DfuseDevice){
		.engine = {.keep = job->recipe->keep, .sector_erase_ms = DFUSE_SECTOR_ERASE_MS}};
	if (schema_field(step->kind->fields, "sector-erase"))
		engine->sector_erase_ms = (guint)step_int(step, "sector-erase");
	if (!bootloader_open(job, &engine->dfu, error))
		return FALSE;
	device->serial = usb_serial(job->device);
	device->rom = rom_use_new(job, error);
	return device->rom && find_alt(job, engine, &wanted, &alt, error) &&
	       bootloader_select(&engine->dfu, alt, error) && dfuse_begin(engine, error) &&
	       record_commands(job, engine, error);
}

gboolean dfuse_device_failed(Job *job, const DfuseDevice *device, GError **error)
{
	GError *failure = error ? *error : NULL;
	char *message;

	if (!g_error_matches(failure, FAILURE, FAILURE_DFU_ERASE_STALL) &&
		!g_error_matches(failure, FAILURE, FAILURE_DFU_STALL))
		return FALSE;
	message = g_strdup_printf("%s; ROM bootloader %s, USB serial %s%s%s", failure->message,
		device->rom ? device->rom->name : "not known",
		device->serial ? device->serial : "(none)",
		device->rom && device->rom->advice ? ". " : "",
		device->rom && device->rom->advice ? device->rom->advice : "");
	g_free(failure->message);
	failure->message = message;
	power_cut(job, "its bootloader does not come back by itself");
	return FALSE;
}

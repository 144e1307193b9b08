#include "link/openocd_probe.h"

#include <string.h>

/* A file of one short line; NULL if it is none. */
static char *read_line(const char *devices, const char *name, const char *file)
{
	g_autofree char *path = g_build_filename(devices, name, file, NULL);
	char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	return g_strchomp(text);
}

static gboolean read_id(const char *devices, const char *name, const char *file, guint16 *id)
{
	g_autofree char *text = read_line(devices, name, file);
	guint64 value = 0;
	if (text == NULL || !g_ascii_string_to_unsigned(text, 16, 0, G_MAXUINT16, &value, NULL))
		return FALSE;
	*id = (guint16)value;
	return TRUE;
}

static gboolean has_serial(const char *devices, const char *name, const char *serial)
{
	g_autofree char *text = read_line(devices, name, "serial");
	return text != NULL && strcmp(text, serial) == 0;
}

/* A hub's strings wait while it brings up a port. */
static gboolean is_hub(const char *devices, const char *name)
{
	g_autofree char *class = read_line(devices, name, "bDeviceClass");
	return g_strcmp0(class, "09") == 0;
}

guint openocd_probe_find(const char *devices, const char *serial, OpenocdProbe *probe)
{
	g_autoptr(GDir) dir = g_dir_open(devices, 0, NULL);
	guint count = 0;
	const char *name;
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		/* "1-2.3:1.0" is an interface of 1-2.3. */
		if (strchr(name, ':') != NULL || is_hub(devices, name) ||
			!has_serial(devices, name, serial))
			continue;
		if (read_id(devices, name, "idVendor", &probe->vendor) &&
			read_id(devices, name, "idProduct", &probe->product))
			count++;
	}
	return count;
}

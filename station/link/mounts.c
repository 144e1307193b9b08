#include "link/mounts.h"

#include "core/text.h"

#include <string.h>

static void mount_free(gpointer data)
{
	UsbMount *mount = data;

	g_free(mount->port);
	g_free(mount->where);
	g_free(mount);
}

/*
 *   8:16 -> ../../devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.3/1-1.3:1.0/host6/...
 *                                                          ^^^^^ the last one before an interface
 */
static char *port_of(const char *blocks, const char *number)
{
	g_autofree char *link = g_build_filename(blocks, number, NULL);
	g_autofree char *target = g_file_read_link(link, NULL);
	g_auto(GStrv) parts = target ? g_strsplit(target, "/", -1) : NULL;

	for (guint i = 0; parts && parts[i]; i++) {
		const char *colon = strchr(parts[i], ':');
		gsize length = colon ? (gsize)(colon - parts[i]) : 0;

		if (i && length && length == strlen(parts[i - 1]) && strchr(parts[i], '-') &&
			!strncmp(parts[i], parts[i - 1], length))
			return g_strdup(parts[i - 1]);
	}
	return NULL;
}

/* "36 35 8:17 / /media/OPENMV rw,nosuid ... - vfat /dev/sdb1 rw": spaces within are \040. */
static UsbMount *parse_line(const char *line, const char *blocks)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 6);
	g_autofree char *port = NULL, *where = NULL;
	UsbMount *mount;

	if (g_strv_length(words) < 6 || strspn(words[2], "0123456789:") != strlen(words[2]))
		return NULL;
	port = port_of(blocks, words[2]);
	if (!port)
		return NULL;
	where = g_strcompress(words[4]);
	mount = g_new0(UsbMount, 1);
	mount->port = text_clean(port, -1);
	mount->where = text_clean(where, -1);
	return mount;
}

GPtrArray *usb_mounts_parse(const char *mountinfo, const char *blocks)
{
	GPtrArray *mounts = g_ptr_array_new_with_free_func(mount_free);
	g_auto(GStrv) lines = g_strsplit(mountinfo, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		UsbMount *mount = parse_line(lines[i], blocks);

		if (mount)
			g_ptr_array_add(mounts, mount);
	}
	return mounts;
}

GPtrArray *usb_mounts(void)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents("/proc/self/mountinfo", &text, NULL, NULL))
		return usb_mounts_parse("", "");
	return usb_mounts_parse(text, "/sys/dev/block");
}

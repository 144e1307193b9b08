#include "label/printer_status.h"

#include <string.h>

enum { STX = 2, ETX = 3, LINES = 3, FIELDS_1 = 12, FIELDS_2 = 11, FIELDS_3 = 2 };

gboolean printer_status_whole(const char *answer, gsize length)
{
	guint ends = 0;

	for (gsize i = 0; i < length; i++)
		ends += answer[i] == ETX;
	return ends >= LINES;
}

/* The text between the next STX and ETX, parted at its commas; NULL: there is none of so many numbers. */
static char **next_line(const char **at, const char *end, guint fields)
{
	const char *begin = memchr(*at, STX, (gsize)(end - *at));
	const char *stop = begin ? memchr(begin, ETX, (gsize)(end - begin)) : NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	if (!stop)
		return NULL;
	*at = stop + 1;
	text = g_strndup(begin + 1, (gsize)(stop - begin - 1));
	if (strlen(text) != (gsize)(stop - begin - 1) ||
		strspn(text, "0123456789,") != strlen(text))
		return NULL;
	parts = g_strsplit(text, ",", -1);
	return g_strv_length(parts) >= fields ? g_steal_pointer(&parts) : NULL;
}

/* A flag is 0 or 1. What else it might be is trouble. */
static gboolean flag(char **line, guint index)
{
	return strcmp(line[index], "0") != 0;
}

gboolean printer_status_parse(const char *answer, gsize length, PrinterStatus *status)
{
	const char *at = answer, *end = answer + length;
	g_auto(GStrv) one = next_line(&at, end, FIELDS_1);
	g_auto(GStrv) two = one ? next_line(&at, end, FIELDS_2) : NULL;
	g_auto(GStrv) three = two ? next_line(&at, end, FIELDS_3) : NULL;
	guint64 remaining = 0;

	if (!three || !g_ascii_string_to_unsigned(two[8], 10, 0, G_MAXUINT, &remaining, NULL))
		return FALSE;
	*status = (PrinterStatus){.paper_out = flag(one, 1),
		.paused = flag(one, 2),
		.buffer_full = flag(one, 5),
		.ram_lost = flag(one, 9),
		.too_cold = flag(one, 10),
		.too_hot = flag(one, 11),
		.head_open = flag(two, 2),
		.ribbon_out = flag(two, 3),
		.remaining = (guint)remaining};
	return TRUE;
}

const char *printer_status_trouble(const PrinterStatus *status)
{
	if (status->head_open)
		return "the label printer is open: close it";
	if (status->paper_out)
		return "the label printer has no labels left: put a roll in";
	if (status->ribbon_out)
		return "the label printer has no ribbon left: put one in";
	if (status->paused)
		return "the label printer is paused: press its pause key";
	if (status->too_hot || status->too_cold)
		return "the label printer's head is too hot or too cold: wait";
	if (status->buffer_full)
		return "the label printer's memory is full: switch it off and on";
	if (status->ram_lost)
		return "the label printer has lost its settings: call maintenance";
	return NULL;
}

#include "lib/label_proof.h"
#include "core/failure.h"
#include "label/label.h"
#include "label/printer_status.h"
#include "zpl.h"

#include <string.h>

typedef struct {
	guint labels, copies, fields;
	GString *commands;
} Printed;

static void on_label(const GPtrArray *fields, guint copies, void *data)
{
	Printed *printed = data;

	printed->labels++;
	printed->copies += copies;
	printed->fields += fields->len;
}

static void on_command(const char *name, void *data)
{
	g_string_append(((Printed *)data)->commands, name);
}

static Printed print(GBytes *label)
{
	static const ZplFuncs funcs = {on_label, on_command};
	Printed printed = {.commands = g_string_new(NULL)};
	Zpl *zpl = zpl_new(&funcs, &printed);
	gsize size;
	const char *bytes = g_bytes_get_data(label, &size);

	zpl_take(zpl, bytes, size);
	zpl_free(zpl);
	return printed;
}

/* The template with the same value for all; NULL with a failure that says so. */
static GBytes *fill(GBytes *template, const char *value)
{
	const LabelValues values = {value, value, value, value, value, value, value, value};
	g_autoptr(GError) error = NULL;
	GBytes *label = label_fill(template, &values, &error);

	g_assert_true((label == NULL) == (error != NULL));
	g_assert_true(!error || error->domain == FAILURE);
	return label;
}

void label_proof(const guint8 *data, gsize size)
{
	g_autoptr(GBytes) template = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	g_autofree char *own = NULL;
	const char *const hostile[] = {
		"^XZ~JR^XA", "_5EXZ\\^PQ9", "~HS\r\n\x02\x03", "{{serial}}", ""};

	if (!label_check(template, &error)) {
		g_assert_error(error, FAILURE, (int)FAILURE_LABEL_TEMPLATE);
		return;
	}
	own = g_strndup((const char *)data, size); /* it is text then */
	for (gsize i = 0; i <= G_N_ELEMENTS(hostile); i++) {
		g_autoptr(GBytes) plain = fill(template, "A");
		g_autoptr(GBytes) other = fill(template, i ? hostile[i - 1] : own);
		Printed one, two;

		g_assert_true((plain == NULL) == (other == NULL));
		if (!plain)
			return;
		one = print(plain);
		two = print(other);
		g_assert_cmpuint(two.labels, ==, 1);
		g_assert_cmpuint(two.copies, ==, 1);
		g_assert_cmpuint(one.labels, ==, two.labels);
		g_assert_cmpuint(one.fields, ==, two.fields);
		g_assert_cmpstr(one.commands->str, ==, two.commands->str);
		g_string_free(one.commands, TRUE);
		g_string_free(two.commands, TRUE);
	}
}

/* Of exactly its size, so that a byte too far is found. */
void printer_status_proof(const guint8 *data, gsize size)
{
	g_autofree char *answer = g_malloc(MAX(size, 1));
	PrinterStatus status = {0};
	const char *trouble;

	memcpy(answer, data, size);
	if (!printer_status_parse(answer, size, &status))
		return;
	g_assert_true(printer_status_whole(answer, size));
	trouble = printer_status_trouble(&status);
	g_assert_cmpint(trouble == NULL, ==,
		!(status.paper_out || status.paused || status.buffer_full || status.ram_lost ||
			status.too_cold || status.too_hot || status.head_open ||
			status.ribbon_out));
}

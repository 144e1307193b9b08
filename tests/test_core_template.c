/* Each board's own values in texts: only values that cannot get out of where they stand. */
#include "core/failure.h"
#include "core/template.h"

#include <string.h>

/* name=value; "" ends */
static const char *value(const char *name, gpointer data)
{
	for (const char *const *pair = data; *pair; pair += 2)
		if (!strcmp(pair[0], name))
			return pair[1];
	return NULL;
}

static char *fill(const char *text, const char *const *values, GError **error)
{
	g_autoptr(GBytes) from = g_bytes_new_static(text, strlen(text));
	g_autoptr(GBytes) filled = template_fill(from, value, (gpointer)values, error);

	return filled ? g_strndup(g_bytes_get_data(filled, NULL), g_bytes_get_size(filled)) : NULL;
}

static void test_fill(void)
{
	static const char *const values[] = {
		"serial", "OMV000001", "measured.vcc", "3301.5", "name", "Käthe 2", NULL};
	static const struct {
		const char *text, *filled;
	} cases[] = {
		{"", ""},
		{"no template", "no template"},
		{"{\"s\": \"{{serial}}\"}", "{\"s\": \"OMV000001\"}"},
		{"{{ serial }}{{measured.vcc}}", "OMV0000013301.5"},
		{"{ {serial} }", "{ {serial} }"},
		{"{{name}}", "Käthe 2"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *filled = fill(cases[i].text, values, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(filled, ==, cases[i].filled);
	}
}

static void test_refused(void)
{
	static const char *const values[] = {"serial", "x", NULL};
	static const char *const texts[] = {"{{seriall}}", "{{}}", "{{serial", "{{a b}}",
		"x {{serial}} {{uid}}", "{{serial\n}} {{\"}}", "\xFF{{serial}}"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *filled = fill(texts[i], values, &error);
		g_autoptr(GBytes) text = g_bytes_new_static(texts[i], strlen(texts[i]));

		g_assert_null(filled);
		g_assert_error(error, FAILURE, FAILURE_VALUE_MISSING);
		g_assert_false(template_check(text, value, (gpointer)values, NULL));
	}
}

/* JSON, Python, a shell: none of them can be left from inside a text. */
static void test_values(void)
{
	static const char *const bad[] = {"a\"b", "a'b", "a`b", "a\\b", "a\nb",
		"a\x01"
		"b",
		"{{x}}", "</script>",
		"\xE2\x80\xAE"
		"b",
		"\xFF"};
	g_autofree char *long_value = g_strnfill(201, 'x');

	for (guint i = 0; i <= G_N_ELEMENTS(bad); i++) {
		const char *const values[] = {
			"serial", i < G_N_ELEMENTS(bad) ? bad[i] : long_value, NULL};
		g_autoptr(GError) error = NULL;
		g_autofree char *filled = fill("\"{{serial}}\"", values, &error);

		g_test_message("%s", values[1]);
		g_assert_null(filled);
		g_assert_error(error, FAILURE, FAILURE_VALUE_MISSING);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/template/fill", test_fill);
	g_test_add_func("/core/template/refused", test_refused);
	g_test_add_func("/core/template/values", test_values);
	return g_test_run();
}

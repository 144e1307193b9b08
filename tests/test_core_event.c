/* What a job says and what its controller believes. */
#include "core/event.h"

#include <gio/gio.h>
#include <string.h>

/* What every end has besides. */
#define COST ",\"cpu_ms\":61,\"tools_cpu_ms\":80,\"peak_kib\":9120}"

static Event *parse(const char *line)
{
	return event_parse(line, strlen(line), NULL);
}

static void assert_refused(const char *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Event) event = event_parse(line, strlen(line), &error);

	g_assert_null(event);
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
	g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void test_examples(void)
{
	g_autoptr(Event) step =
		parse("{\"event\":\"step\",\"index\":2,\"of\":9,\"step\":\"bootloader\","
		      "\"kind\":\"swd.program\",\"deadline_ms\":30000,\"stall_ms\":5000}");
	g_autoptr(Event) progress = parse(
		"{\"event\":\"progress\",\"phase\":\"program\",\"done\":65536,\"total\":131072}\n");
	g_autoptr(Event) value =
		parse("{\"event\":\"value\",\"name\":\"usb.boot_ms\",\"value\":412.0,"
		      "\"unit\":\"ms\",\"low\":0,\"high\":900}");
	g_autoptr(Event) identify =
		parse("{\"event\":\"identify\",\"uid\":\"003900353138510D33383539\"}");
	g_autoptr(Event) end =
		parse("{\"event\":\"end\",\"verdict\":\"FAIL\",\"code\":\"flash-verify\","
		      "\"step\":\"bootloader\",\"seen\":\"a byte\"" COST);

	g_assert_cmpuint(step->index, ==, 2);
	g_assert_cmpstr(step->step_kind, ==, "swd.program");
	g_assert_cmpuint(progress->done, ==, 65536);
	g_assert_true(value->has_value && value->has_low && value->has_high);
	g_assert_cmpfloat(value->high, ==, 900);
	g_assert_cmpstr(identify->text, ==, "003900353138510D33383539");
	g_assert_cmpint(end->verdict, ==, VERDICT_FAIL);
	g_assert_cmpstr(end->seen, ==, "a byte");
}

/* Written, read and written again it is the same line. */
static void assert_returns(const Event *event)
{
	g_autofree char *line = event_line(event), *again = NULL;
	g_autoptr(Event) back = parse(line);

	g_assert_nonnull(back);
	g_assert_true(strchr(line, '\n') == line + strlen(line) - 1);
	again = event_line(back);
	g_assert_cmpstr(again, ==, line);
}

static void test_round_trip(void)
{
	Event value = {EVENT_VALUE, .name = (char *)"current", .has_value = TRUE, .value = 0.1,
		.unit = (char *)"mA"};
	Event text = {EVENT_VALUE, .name = (char *)"chip.uid", .text = (char *)"00 \"x\" \\"};
	Event note = {EVENT_NOTE, .text = (char *)"two\nlines \377\033[2J \342\200\256"};
	Event step = {EVENT_STEP, .index = 1, .of = G_MAXUINT, .step = (char *)"a",
		.step_kind = (char *)"power", .deadline_ms = 7};
	Event ask = {EVENT_ASK, .text = (char *)"Green?", .answers = (char *)"YES NO",
		.picture = (char *)"/led.png"};
	Event end = {EVENT_END, .verdict = VERDICT_PASS};
	Event step_end = {EVENT_STEP_END, .step = (char *)"a", .ms = 12, .verdict = VERDICT_ERROR,
		.code = (char *)"usb-lost", .seen = (char *)"gone"};

	assert_returns(&value);
	assert_returns(&text);
	assert_returns(&note);
	assert_returns(&ask);
	assert_returns(&step);
	assert_returns(&end);
	assert_returns(&step_end);
}

/* The longest line that can be written is one that is read. */
static void test_longest(void)
{
	g_autofree char *text = g_strnfill(100000, '"');
	g_autofree char *wide = g_malloc0(90001);
	Event note = {EVENT_NOTE, .text = text};
	Event seen = {EVENT_STEP_END, .step = text, .verdict = VERDICT_ERROR,
		.code = (char *)"usb-lost", .seen = text};

	assert_returns(&note);
	assert_returns(&seen);
	for (guint i = 0; i < 90000; i += 3)
		memcpy(wide + i, "\342\202\254", 3);
	note.text = wide;
	assert_returns(&note);
}

static void test_lies(void)
{
	g_autofree char *deep = g_strnfill(16000, '[');
	g_autofree char *longest = g_strnfill(17000, ' ');

	assert_refused("");
	assert_refused("PASS");
	assert_refused("[]");
	assert_refused("{}");
	assert_refused("{\"event\":\"pass\"}");
	assert_refused("{\"event\":7}");
	assert_refused(deep);
	assert_refused(longest);
	assert_refused("{\"event\":\"note\",\"text\":\"\377\"}");
	assert_refused("{\"event\":\"note\",\"text\":\"a\",\"text\":\"b\"}");
	assert_refused("{\"event\":\"note\",\"text\":\"a\",\"more\":1}");
	assert_refused("{\"event\":\"note\"}");
	assert_refused("{\"event\":\"note\",\"text\":\"a\"} {}");
	assert_refused("{\"event\":\"progress\",\"phase\":\"a\",\"done\":-1,\"total\":1}");
	assert_refused("{\"event\":\"progress\",\"phase\":\"a\",\"done\":1.5,\"total\":2}");
	assert_refused("{\"event\":\"progress\",\"phase\":\"a\",\"done\":\"1\",\"total\":2}");
	assert_refused("{\"event\":\"value\",\"name\":\"a\"}");
	assert_refused("{\"event\":\"value\",\"name\":\"a\",\"text\":\"b\",\"value\":1}");
	assert_refused("{\"event\":\"value\",\"name\":\"a\",\"value\":1e999}");
	assert_refused("{\"event\":\"value\",\"name\":\"a\",\"value\":NaN}");
	assert_refused("{\"event\":\"end\",\"verdict\":\"RUNNING\"" COST);
	assert_refused("{\"event\":\"end\",\"verdict\":\"FINE\"" COST);
	assert_refused("{\"event\":\"end\",\"verdict\":1" COST);
	assert_refused("{\"event\":\"end\",\"verdict\":\"PASS\"}");
	/* A verdict without its reason, or with another's. */
	assert_refused("{\"event\":\"end\",\"verdict\":\"FAIL\"" COST);
	assert_refused("{\"event\":\"end\",\"verdict\":\"FAIL\",\"code\":\"bad-luck\"" COST);
	assert_refused("{\"event\":\"end\",\"verdict\":\"PASS\",\"code\":\"usb-lost\"" COST);
	assert_refused("{\"event\":\"end\",\"verdict\":\"FAIL\",\"code\":\"usb-lost\"" COST);
}

static void test_cleaned(void)
{
	g_autoptr(Event) note = parse("{\"event\":\"note\",\"text\":\"\\u001b[2Ja\\nb\\u202e\"}");
	g_autoptr(Event) progress =
		parse("{\"event\":\"progress\",\"phase\":\"a\",\"done\":9,\"total\":5}");

	g_assert_cmpstr(note->text, ==, "\\x1b[2Ja\\nb\\u202e");
	g_assert_cmpuint(progress->done, ==, 5);
}

/* Random damage to a good line: an event or an error, never anything else. */
static void test_damaged(void)
{
	const char good[] = "{\"event\":\"end\",\"verdict\":\"FAIL\",\"code\":\"flash-verify\","
			    "\"step\":\"bootloader\",\"seen\":\"0x08001234 holds 0xff\"" COST "\n";

	for (guint round = 0; round < 5000; round++) {
		char bytes[sizeof(good)];
		g_autoptr(GError) error = NULL;
		g_autoptr(Event) event = NULL;

		memcpy(bytes, good, sizeof(good));
		for (guint i = g_test_rand_int_range(1, 4); i > 0; i--)
			bytes[g_test_rand_int_range(0, sizeof(good) - 1)] =
				(char)g_test_rand_int_range(0, 256);
		event = event_parse(bytes, sizeof(good) - 1, &error);
		g_assert_true((event == NULL) == (error != NULL));
		if (event && event->kind == EVENT_END)
			g_assert_true(event->verdict != VERDICT_PASS);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/event/examples", test_examples);
	g_test_add_func("/core/event/round-trip", test_round_trip);
	g_test_add_func("/core/event/longest", test_longest);
	g_test_add_func("/core/event/lies", test_lies);
	g_test_add_func("/core/event/cleaned", test_cleaned);
	g_test_add_func("/core/event/damaged", test_damaged);
	return g_test_run();
}

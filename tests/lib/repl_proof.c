#include "lib/repl_proof.h"

#include "core/failure.h"
#include "link/repl.h"

#include <string.h>

typedef struct {
	UsbPipe pipe;
	GString *says;
	gsize at, packet;
} Talker;

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	return length;
}

/* Takes everything; behind its last word it is gone. */
static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	Talker *talker = (Talker *)pipe;
	gsize moved = MIN(MIN(talker->says->len - talker->at, talker->packet), length);

	if (!(endpoint & 0x80))
		return (gssize)length;
	if (!moved) {
		g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
		return -1;
	}
	memcpy(data, talker->says->str + talker->at, moved);
	talker->at += moved;
	return (gssize)moved;
}

void repl_proof(const guint8 *data, gsize size)
{
	Talker talker = {.pipe = {.control = control, .bulk = bulk}, .says = g_string_new(NULL)};
	Watch watch = {0};
	Cdc port = {.pipe = &talker.pipe, .watch = &watch, .in = 0x83, .out = 3, .packet = 64};
	g_auto(Repl) repl = {.port = &port};
	g_auto(ReplAnswer) answer = {0};
	g_autoptr(GError) error = NULL;

	if (size && data[0] & 0x80)
		g_string_append(talker.says, "raw REPL; CTRL-B to exit\r\n>");
	if (size)
		g_string_append_len(talker.says, (const char *)data + 1, (gssize)size - 1);
	talker.packet = size ? 1 + (data[0] & 0x3F) : 1;
	watch_begin(&watch, 60000, 0);
	if (repl_enter(&repl, &error) &&
		repl_run(&repl, "print('hello')\nprint(1 + 1)\n", &answer, &error)) {
		if (answer.out->len + answer.error->len > REPL_ANSWER_MAX)
			g_error("an answer of more than its bound");
	} else if (!error || error->domain != FAILURE) {
		g_error("a failure without a code");
	}
	g_string_free(talker.says, TRUE);
}

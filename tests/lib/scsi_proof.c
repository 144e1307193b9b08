#include "lib/scsi_proof.h"

#include "core/failure.h"
#include "link/scsi.h"

#include <string.h>

enum {
	IN = 0x81,
	OUT = 0x01,
	CBW = 31,
	CSW = 13,
	READ_10 = 0x28,
	WRITE_10 = 0x2A,
	BLOCK = 512,
	PIECE = 128,  /* blocks in one command */
	BLOCKS = 130, /* in two commands */
	/* Long enough for a drive that is not ready to be asked once more. */
	DEADLINE_MS = 60,
};

typedef struct {
	UsbPipe pipe;
	const Scsi *scsi;
	const guint8 *data;
	gsize left;
	guint8 tag[4], opcode;   /* of the last command */
	guint32 block;           /* it reads or writes from here on */
	gboolean broken[BLOCKS]; /* a write from this block ended in a reset */
} Proof;

static gssize fail(GQuark domain, gint code, GError **error)
{
	g_set_error_literal(error, domain, code, "as the bytes say");
	return -1;
}

/* What `how` says becomes of a transfer of this length; -1 with its error. */
static gssize moved(guint8 how, gsize length, GError **error)
{
	switch (how & 7) {
	case 4:
		return (gssize)(length * (how >> 3) / 32);
	case 5:
		return fail(USB_ERROR, USB_ERROR_STALL, error);
	case 6:
		return fail(USB_ERROR, USB_ERROR_TIMEOUT, error);
	case 7:
		return (gssize)length + 1;
	default:
		return (gssize)length;
	}
}

static guint32 get32_big(const guint8 *at)
{
	return (guint32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* BOT 1.0 section 6.2: a command that is valid and meaningful. */
static void check_command(Proof *proof, const guint8 *cbw)
{
	guint32 count = cbw[15 + 7] << 8 | cbw[15 + 8];

	g_assert_cmpmem(cbw, 4, "USBC", 4);
	g_assert_cmphex(cbw[12] & 0x7F, ==, 0);
	g_assert_cmpuint(cbw[13], ==, 0);
	g_assert_true(cbw[14] == 6 || cbw[14] == 10);
	memcpy(proof->tag, cbw + 4, 4);
	proof->opcode = cbw[15];
	if (proof->opcode != READ_10 && proof->opcode != WRITE_10)
		return;
	proof->block = get32_big(cbw + 15 + 2);
	g_assert_cmpuint(count, >=, 1);
	g_assert_cmpuint(count, <=, PIECE);
	g_assert_cmpuint(proof->block + (guint64)count, <=, proof->scsi->blocks);
	g_assert_cmpuint(proof->block, <, BLOCKS);
	if (proof->opcode == WRITE_10)
		g_assert_false(proof->broken[proof->block]);
}

static void receive(Proof *proof, guint8 how, guint8 *data, gsize length)
{
	gsize most = MIN(length, proof->left);

	memset(data, 0, length);
	memcpy(data, proof->data, most);
	proof->data += most;
	proof->left -= most;
	if (length != CSW || !(how & 8))
		return;
	memcpy(data, "USBS", 4);
	memcpy(data + 4, proof->tag, 4);
	if (how & 16)
		memset(data + 8, 0, 4);
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	Proof *proof = (Proof *)pipe;
	guint8 how;
	gssize count;

	g_assert_true(endpoint == IN || endpoint == OUT);
	if (!proof->left)
		return fail(FAILURE, FAILURE_USB_LOST, error);
	how = *proof->data++;
	proof->left--;
	if (endpoint == OUT && length == CBW)
		check_command(proof, data);
	count = moved(how, length, error);
	if (endpoint == IN && count > 0)
		receive(proof, how, data, MIN((gsize)count, length));
	return count;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	Proof *proof = (Proof *)pipe;

	g_assert_cmphex(type, ==, 0x21);
	g_assert_cmphex(request, ==, 0xFF);
	if (proof->opcode == WRITE_10)
		proof->broken[proof->block] = TRUE;
	return 0;
}

static gboolean clear_halt(UsbPipe *pipe, guint8 endpoint, GError **error)
{
	g_assert_true(endpoint == IN || endpoint == OUT);
	return TRUE;
}

/* Done, or a code and words: an error of the pipe's own is nobody's verdict. */
static gboolean ended(gboolean done, GError **error)
{
	g_assert_true(done == (*error == NULL));
	if (*error) {
		g_assert_true((*error)->domain == FAILURE);
		g_assert_true((*error)->message[0] != '\0');
	}
	g_clear_error(error);
	return done;
}

static void check_opened(const Scsi *scsi)
{
	g_assert_cmpuint(scsi->blocks, >=, 16);
	g_assert_cmpuint(scsi->blocks, <=, 1 << 28);
	g_assert_cmpuint(scsi->block_size, ==, BLOCK);
	for (const char *at = scsi->vendor; *at; at++)
		g_assert_true(g_ascii_isprint(*at));
	g_assert_cmpuint(strlen(scsi->vendor), <=, 8);
	g_assert_cmpuint(strlen(scsi->product), <=, 16);
	g_assert_cmpuint(strlen(scsi->revision), <=, 4);
}

/* All that a station does with a drive, in its order. */
static void use(Scsi *scsi)
{
	guint32 count = MIN(scsi->blocks, BLOCKS);
	g_autofree guint8 *bytes = g_malloc0(count * BLOCK);
	GError *error = NULL;

	if (ended(scsi_read(scsi, 0, count, bytes, &error), &error))
		g_assert_cmpuint(scsi->bytes_read, ==, count * BLOCK);
	if (ended(scsi_write(scsi, 0, count, bytes, &error), &error))
		g_assert_cmpuint(scsi->bytes_written, ==, count * BLOCK);
	(void)ended(scsi_flush(scsi, &error), &error);
	(void)ended(scsi_stop(scsi, &error), &error);
}

static void describe(const guint8 *data, gsize size)
{
	Scsi scsi = {0};
	GError *error = NULL;

	if (!ended(scsi_parse(data, size, &scsi, &error), &error))
		return;
	g_assert_true(scsi.in & 0x80);
	g_assert_true(scsi.out && !(scsi.out & 0x80));
}

void scsi_proof(const guint8 *data, gsize size)
{
	Proof proof = {.pipe = {.control = control, .bulk = bulk, .clear_halt = clear_halt}};
	Watch watch = {0};
	Scsi scsi = {.pipe = &proof.pipe, .watch = &watch, .in = IN, .out = OUT};
	GError *error = NULL;

	if (!size)
		return;
	if (data[0] & 1) {
		describe(data + 1, size - 1);
		return;
	}
	proof.scsi = &scsi;
	proof.data = data + 1;
	proof.left = size - 1;
	watch_begin(&watch, DEADLINE_MS, 0);
	if (!ended(scsi_open(&scsi, &error), &error))
		return;
	check_opened(&scsi);
	use(&scsi);
}

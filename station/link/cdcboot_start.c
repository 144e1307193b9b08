/* How the bootloader is found alive, and what it says it may write to. */
#include "link/cdcboot_parts.h"

#include "core/chip.h"

#include <string.h>

enum {
	/* What OpenMV's IDE waits for START to be taken, and for its answer before it sends another
	 * (boards.md section 1.4). */
	TAKEN_MS = 6,
	RESEND_MS = 2,
	QUIET_MS = 10,
	/* It boots after 1 s without START, or it is dead. */
	START_MS = 2000,
	STARTS_LEAST =
		20, /* before it is called dead: who has no processor sends fewer in that time */
	GARBAGE_MAX = 16, /* words that are no versions, until it is believed that none will come */
	VERSION_LAST = 3,
	/* boards.md section 1.3: the sector at 0x08040000, and the chip's last. */
	FIRMWARE_SECTOR = 2,
	SECTOR_LAST = CHIP_SECTORS - 1,
	BLOCK_SIZE = 0x10000,
	BLOCKS_MAX = 4096, /* 256 MiB: what QSPI maps */
};

/* ---- START ----------------------------------------------------------------------------------- */

typedef struct {
	guint sent, answered;
	guint garbage;
	guint32 word; /* the first that was no version */
} Starting;

/* One START. That it is not taken within its time is no failure: it may be busy enumerating. */
static gboolean knock(CdcBoot *boot, Starting *starting, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (!cdcboot_tell(boot, CDCBOOT_START, TAKEN_MS, &failure) &&
		(!g_error_matches(failure, FAILURE, FAILURE_CDC_STALL) ||
			!watch_ok(boot->port.watch, NULL))) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	starting->sent++;
	return TRUE;
}

static void note_answers(CdcBoot *boot, Starting *starting)
{
	guint32 word;

	while (cdcboot_take(boot, &word)) {
		guint version = word & 0xFFFF;

		if (word >> 16 == CDCBOOT_OPCODE && version >= 1 && version <= VERSION_LAST) {
			starting->answered++;
			boot->version = version;
		} else if (!starting->garbage++) {
			starting->word = word;
		}
	}
}

/* Each START that was taken is answered: the answers still to come would be taken for others'. */
static gboolean drain(CdcBoot *boot, Starting *starting, GError **error)
{
	while (starting->answered < starting->sent && starting->garbage < GARBAGE_MAX) {
		gsize before = boot->reply_length;
		guint heard = starting->answered + starting->garbage;

		if (!cdcboot_receive(boot, QUIET_MS, error))
			return FALSE;
		note_answers(boot, starting);
		if (starting->answered + starting->garbage == heard && boot->reply_length == before)
			break;
	}
	boot->reply_length = 0;
	return TRUE;
}

static gboolean explain_silence(const Starting *starting, gint64 since_us, GError **error)
{
	double seconds = (double)(g_get_monotonic_time() - since_us) / G_USEC_PER_SEC;

	if (starting->garbage)
		g_set_error(error, FAILURE, FAILURE_CDC_PROTOCOL,
			"START was answered by 0x%08X, not by a version from 0xABCD0001 to "
			"0xABCD000%d",
			starting->word, VERSION_LAST);
	else
		g_set_error(error, FAILURE, FAILURE_CDC_STALL,
			"START was sent %u times in %.1f s and not answered once", starting->sent,
			seconds);
	return FALSE;
}

gboolean cdcboot_start(CdcBoot *boot, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	Starting starting = {0};

	boot->version = 0;
	boot->reply_length = 0;
	while (!starting.answered) {
		if (starting.garbage >= GARBAGE_MAX ||
			(starting.sent >= STARTS_LEAST &&
				g_get_monotonic_time() - begin_us >=
					START_MS * G_GINT64_CONSTANT(1000)))
			return explain_silence(&starting, begin_us, error);
		if (!knock(boot, &starting, error) || !cdcboot_receive(boot, RESEND_MS, error))
			return FALSE;
		note_answers(boot, &starting);
	}
	return drain(boot, &starting, error);
}

/* ---- layouts --------------------------------------------------------------------------------- */

static gboolean impossible(GError **error, const char *what, const guint32 *words)
{
	g_set_error(error, FAILURE, FAILURE_CDC_PROTOCOL,
		"its %s layout is %u, %u, %u: not one that an STM32H743 can have", what, words[0],
		words[1], words[2]);
	return FALSE;
}

/* {first that may be erased, first of the firmware, last}, in sectors. It writes from 0x08040000 on whatever
 * it says, so that the firmware has to begin there. */
static gboolean ask_flash(CdcBoot *boot, GError **error)
{
	guint32 *word = boot->told;

	if (!cdcboot_ask(boot, CDCBOOT_FLASH_LAYOUT, CDCBOOT_WRITE_MS, CDCBOOT_ANSWER_MS, word, 3,
		    error))
		return FALSE;
	if (word[0] > word[1] || word[1] != FIRMWARE_SECTOR || word[2] < word[1] ||
		word[2] > SECTOR_LAST)
		return impossible(error, "flash", word);
	boot->layout[CDCBOOT_FLASH] =
		(CdcBootLayout){.first = word[1], .last = word[2], .size = CHIP_SECTOR};
	return TRUE;
}

/* {first block, last block, bytes of a block}; all 0 where there is no QSPI flash. */
static gboolean ask_qspi(CdcBoot *boot, GError **error)
{
	guint32 word[3];

	if (!cdcboot_ask(
		    boot, CDCBOOT_QSPI_LAYOUT, CDCBOOT_WRITE_MS, CDCBOOT_ANSWER_MS, word, 3, error))
		return FALSE;
	if (!word[0] && !word[1] && !word[2])
		return TRUE;
	if (word[0] != 0 || word[1] >= BLOCKS_MAX || word[2] != BLOCK_SIZE)
		return impossible(error, "QSPI", word);
	boot->layout[CDCBOOT_QSPI] =
		(CdcBootLayout){.first = word[0], .last = word[1], .size = word[2]};
	return TRUE;
}

gboolean cdcboot_ask_layouts(CdcBoot *boot, GError **error)
{
	memset(boot->layout, 0, sizeof boot->layout);
	if (boot->version < 2) {
		g_set_error_literal(error, FAILURE, FAILURE_CDC_PROTOCOL,
			"a bootloader of version 1 does not say which sectors may be erased");
		return FALSE;
	}
	return ask_flash(boot, error) && (boot->version < 3 || ask_qspi(boot, error));
}

gboolean cdcboot_barrier(CdcBoot *boot, guint busy_ms, GError **error)
{
	guint32 word[3];

	if (!cdcboot_ask(boot, CDCBOOT_FLASH_LAYOUT, busy_ms, CDCBOOT_ANSWER_MS, word, 3, error))
		return FALSE;
	return memcmp(word, boot->told, sizeof word) == 0 || impossible(error, "flash", word);
}

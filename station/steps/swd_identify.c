#include "core/chip.h"
#include "core/failure.h"
#include "steps/kinds.h"
#include "steps/rom_use.h"
#include "steps/swd.h"

#include <math.h>

/* STM32H743 (boards.md sections 4.1 and 4.6). */
#define DPIDR_EXPECTED 0x6BA02477u /* SW-DP of the Cortex-M7 */
#define DBGMCU_IDCODE  0x5C001000u
#define FLASH_OPTSR    0x5200201Cu /* OPTSR_CUR: RDP in bits 15:8 */
#define ROM_VERSION    0x1FF1E7FEu
#define FLASH_KIB      0x1FF1E880u
#define RDP_LEVEL_0    0xAAu
#define RDP_LEVEL_2    0xCCu

static gboolean refuse(GError **error, FailureCode code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static gboolean refuse(GError **error, FailureCode code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (error != NULL)
		*error = g_error_new_valist(FAILURE, code, format, args);
	va_end(args);
	return FALSE;
}

/* Takes the text over. */
static void record(Job *job, const char *name, char *text)
{
	job_text(job, name, text);
	g_free(text);
}

/* REV_ID's letters; "0x2004" where there is none. */
static char *revision_word(guint revision)
{
	const char *word = chip_revision_word(revision);
	return word != NULL ? g_strdup(word) : g_strdup_printf("0x%04X", revision);
}

/* An empty list allows any. */
static gboolean allows(const GArray *list, guint value)
{
	for (guint i = 0; i < list->len; i++)
		if (g_array_index(list, guint, i) == value)
			return TRUE;
	return list->len == 0;
}

typedef char *(*WordFunc)(guint value);

static char *list_words(const GArray *list, WordFunc word)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < list->len; i++) {
		g_autofree char *one = word(g_array_index(list, guint, i));
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", one);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- one after the other, each judged before the next is asked ------------------------------ */

static gboolean check_dpidr(Job *job, Openocd *openocd, GError **error)
{
	guint32 dpidr = 0;
	if (!openocd_dpidr(openocd, &dpidr, &job->watch, error))
		return FALSE;
	record(job, "chip.dpidr", g_strdup_printf("0x%08X", dpidr));
	return dpidr == DPIDR_EXPECTED ||
	       refuse(error, FAILURE_CHIP_NOT_ALLOWED,
		       "the debug port is 0x%08X; an STM32H743 has 0x%08X", dpidr, DPIDR_EXPECTED);
}

static gboolean check_device(Job *job, Openocd *openocd, GError **error)
{
	const Recipe *recipe = job->recipe;
	guint32 code = 0;
	if (!openocd_read(openocd, DBGMCU_IDCODE, 32, 1, &code, &job->watch, error))
		return FALSE;
	guint device = code & 0xFFF;
	g_autofree char *revision = revision_word(code >> 16);
	record(job, "chip.device", g_strdup_printf("0x%03X", device));
	job_text(job, "chip.revision", revision);
	if (device != recipe->chip_device)
		return refuse(error, FAILURE_CHIP_NOT_ALLOWED,
			"the chip is device 0x%03X; the recipe allows 0x%03X", device,
			recipe->chip_device);
	if (allows(recipe->chip_revisions, code >> 16))
		return TRUE;
	g_autofree char *allowed = list_words(recipe->chip_revisions, revision_word);
	return refuse(error, FAILURE_CHIP_NOT_ALLOWED,
		"the chip is revision %s; the recipe allows %s", revision, allowed);
}

/* Before anything in flash is read: a protected chip locks its flash when a debugger reads it. */
static gboolean check_protection(Job *job, Openocd *openocd, GError **error)
{
	guint32 options = 0;
	if (!openocd_read(openocd, FLASH_OPTSR, 32, 1, &options, &job->watch, error))
		return FALSE;
	guint rdp = options >> 8 & 0xFF;
	guint level = rdp == RDP_LEVEL_0 ? 0 : rdp == RDP_LEVEL_2 ? 2 : 1;
	record(job, "chip.rdp", g_strdup_printf("level %u", level));
	return level == 0 || refuse(error, FAILURE_CHIP_READ_PROTECTED,
				     "read protection is at level %u (RDP 0x%02X)", level, rdp);
}

static gboolean check_flash(Job *job, Openocd *openocd, GError **error)
{
	guint expected = job->recipe->chip_flash_kib;
	guint32 kib = 0;
	if (!openocd_read(openocd, FLASH_KIB, 16, 1, &kib, &job->watch, error))
		return FALSE;
	job_value(job, "chip.flash", kib, "KiB", expected == 0 ? NAN : expected,
		expected == 0 ? NAN : expected);
	return expected == 0 || kib == expected ||
	       refuse(error, FAILURE_CHIP_NOT_ALLOWED,
		       "the chip has %u KiB of flash; the recipe allows %u", kib, expected);
}

static gboolean check_rom(Job *job, Openocd *openocd, GError **error)
{
	guint32 rom = 0;
	if (!openocd_read(openocd, ROM_VERSION, 8, 1, &rom, &job->watch, error))
		return FALSE;
	record(job, "chip.rom", g_strdup_printf("0x%02X", rom));
	job->rom = rom;
	return rom_use_allow(job, rom, error);
}

/* The first one holds for the whole run: a later swd.identify that sees another finds a board swapped. */
static gboolean read_uid(Job *job, Openocd *openocd, GError **error)
{
	char uid[25];
	if (!swd_read_uid(job, openocd, uid, error))
		return FALSE;
	job_text(job, "chip.uid", uid);
	if (!swd_is_chip(job, uid, error))
		return FALSE;
	g_strlcpy(job->uid, uid, sizeof(job->uid));
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	Openocd *openocd = job_openocd(job, error);
	return openocd != NULL && check_dpidr(job, openocd, error) &&
	       check_device(job, openocd, error) && check_protection(job, openocd, error) &&
	       check_flash(job, openocd, error) && check_rom(job, openocd, error) &&
	       read_uid(job, openocd, error) && job->identify(job->uid, job->data, error);
}

static const Field fields[] = {{NULL}};

const StepKind step_swd_identify = {
	.name = "swd.identify",
	.summary = "Reads over SWD which chip this is, compares it with the recipe's 'chip', and "
		   "binds its unique id to the board's serial.",
	.fields = fields,
	.deadline_ms = 20000,
	.identifies = TRUE,
	.run = run,
};

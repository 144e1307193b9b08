/* What a board says over USB of its own chip, beside what its probe has read. */
#include "core/failure.h"
#include "setup/teach_parts.h"
#include "steps/chip_uid.h"

enum {
	LATE_MS = 1000,
	BOOT_MS = 3000, /* OpenMV's bootloader is there for 1.5 s: boards.md section 1.5 */
};

TeachChip teach_ask_chip(const Teach *teach, const TeachBoard *board, const char *uid)
{
	Watch watch = {.stop = teach->options->stop};

	watch_begin(&watch, BOOT_MS, 0);
	while (watch_ok(&watch, NULL)) {
		g_autoptr(GPtrArray) list = usb_list(teach->options->usb);
		const UsbEntry *entry = usb_list_find(list, board->port);

		if (entry && chip_uid_told(entry->id, entry->serial))
			return chip_uid_fits(uid, entry->id, entry->serial) ? TEACH_CHIP_ITS
									    : TEACH_CHIP_OTHER;
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
	}
	return TEACH_CHIP_UNTOLD;
}

static gboolean compare(const Teach *teach, const GPtrArray *list, guint *seen, GError **error)
{
	*seen = 0;
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];
		const UsbEntry *entry = usb_list_find(list, board->port);

		*seen += entry && thing_kind(entry) == THING_BOOTLOADER;
		if (!entry || !*board->uid || chip_uid_fits(board->uid, entry->id, entry->serial))
			continue;
		g_set_error(error, FAILURE, FAILURE_CHIP_SEEN_TWICE,
			"probe %s reads chip %s, but the board on port %s says it is %s: wires are "
			"crossed",
			board->probe, board->uid, board->port, entry->serial);
		return FALSE;
	}
	return TRUE;
}

gboolean teach_confirm(Teach *teach, GError **error)
{
	Watch watch = {.stop = teach->options->stop};
	guint seen = 0;

	/* All other wires stay low, BOOT0 among them. */
	if (!teach_only(teach, NULL, error))
		return FALSE;
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		for (guint w = 0; w < board->takes->len; w++)
			if (!teach_set(teach, g_array_index(board->takes, gint, w), TRUE, error))
				return FALSE;
	}
	watch_begin(&watch, MIN(BOOT_MS, LATE_MS + 2 * teach->came_ms), 0);
	while (seen < teach->boards->len && watch_ok(&watch, NULL)) {
		g_autoptr(GPtrArray) list = usb_list(teach->options->usb);

		if (!compare(teach, list, &seen, error))
			return FALSE;
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
	}
	return teach_only(teach, NULL, error);
}

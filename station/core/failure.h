/*
 * Every way in which a run can end other than PASS, as one table.
 *
 * A failure travels as a GError of the domain FAILURE whose code is one of the
 * enumeration below and whose message says what was seen ("GETSTATUS answered 3
 * bytes of 6 after 1.2 s"). The table adds what is always true of it: the stable
 * code word that goes into the journal, the verdict, whom it blames, and one
 * sentence that tells an operator what to do.
 *
 * Any GError of another domain that reaches the top is FAILURE_STATION_INTERNAL.
 */
#pragma once

#include "core/verdict.h"

#define FAILURE failure_quark()
GQuark failure_quark(void);

/* code, word, verdict, blame, advice. Words are for ever: journals hold them. */
#define FAILURE_TABLE(X)                                                                           \
	/* board at fault */                                                                       \
	X(CHIP_NOT_ALLOWED, "chip-not-allowed", FAIL, BOARD,                                       \
		"Put the board in the engineering box: its chip is not one this recipe allows.")   \
	X(CHIP_READ_PROTECTED, "chip-read-protected", FAIL, BOARD,                                 \
		"Put the board in the engineering box: its chip is read-protected.")               \
	X(FLASH_ERASE, "flash-erase", FAIL, BOARD, "Put the board in the red bin.")                \
	X(FLASH_PROGRAM, "flash-program", FAIL, BOARD, "Put the board in the red bin.")            \
	X(FLASH_VERIFY, "flash-verify", FAIL, BOARD,                                               \
		"Put the board in the red bin: its flash does not keep what is written.")          \
	X(USB_NOT_SEEN, "usb-not-seen", FAIL, BOARD,                                               \
		"Try the board once in another slot; if it fails there too, red bin.")             \
	X(USB_WRONG_DEVICE, "usb-wrong-device", FAIL, BOARD,                                       \
		"Put the board in the engineering box: it came up as something else.")             \
	X(DFU_REFUSED, "dfu-refused", FAIL, BOARD, "Put the board in the red bin.")                \
	X(DFU_STALL, "dfu-stall", FAIL, BOARD, "Put the board in the red bin.")                    \
	X(DFU_ERASE_STALL, "dfu-erase-stall", FAIL, BOARD,                                         \
		"Put the board in the engineering box: its ROM bootloader never ends an erase, "   \
		"and this recipe knows no way around it.")                                         \
	X(DFU_NO_ALT, "dfu-no-alt", FAIL, BOARD,                                                   \
		"Put the board in the engineering box: its bootloader lacks a partition.")         \
	X(CDC_STALL, "cdc-stall", FAIL, BOARD,                                                     \
		"Put the board in the red bin: its bootloader stops answering.")                   \
	X(CDC_NO_ROOM, "cdc-no-room", FAIL, BOARD,                                                 \
		"Put the board in the engineering box: its bootloader has no room for the image.") \
	X(QSPI_MEMTEST, "qspi-memtest", FAIL, BOARD,                                               \
		"Put the board in the red bin: its QSPI flash does not keep what is written.")     \
	X(DRIVE_MISSING, "drive-missing", FAIL, BOARD, "Put the board in the red bin.")            \
	X(DRIVE_CORRUPT, "drive-corrupt", FAIL, BOARD,                                             \
		"Put the board in the red bin: its flash drive is not sound.")                     \
	X(DRIVE_FILE_MISSING, "drive-file-missing", FAIL, BOARD,                                   \
		"Put the board in the red bin: a file is missing on its flash drive.")             \
	X(DRIVE_FILE_CHANGED, "drive-file-changed", FAIL, BOARD,                                   \
		"Put the board in the red bin: a file on its flash drive is not as it should be.") \
	X(SERIAL_PORT_MISSING, "serial-port-missing", FAIL, BOARD,                                 \
		"Put the board in the engineering box: it came up without its serial port.")       \
	X(DRIVE_FILE_UNEXPECTED, "drive-file-unexpected", FAIL, BOARD,                             \
		"Put the board in the engineering box: a file is on its flash drive that should "  \
		"not be there.")                                                                   \
	X(DRIVE_REFORMATTED, "drive-reformatted", FAIL, BOARD,                                     \
		"Put the board in the red bin: after its power was cut the firmware made a "       \
		"new, empty flash drive, and the product's files were gone.")                      \
	X(DRIVE_WRITE_LOST, "drive-write-lost", FAIL, BOARD,                                       \
		"Put the board in the red bin: its flash drive does not keep what is written.")    \
	X(DRIVE_READ_ONLY, "drive-read-only", FAIL, BOARD,                                         \
		"Put the board in the red bin: its flash drive cannot be written.")                \
	X(DRIVE_CAPACITY, "drive-capacity", FAIL, BOARD,                                           \
		"Put the board in the engineering box: its flash drive has another size or kind.") \
	X(CONSOLE_NO_PROMPT, "console-no-prompt", FAIL, BOARD,                                     \
		"Put the board in the engineering box: its firmware does not answer.")             \
	X(CONSOLE_SCRIPT_ERROR, "console-script-error", FAIL, BOARD,                               \
		"Put the board in the red bin: the recipe's script failed on it.")                 \
	X(CONSOLE_NO_MATCH, "console-no-match", FAIL, BOARD,                                       \
		"Put the board in the red bin: it did not answer as it should.")                   \
	X(VALUE_OUT_OF_LIMITS, "value-out-of-limits", FAIL, BOARD,                                 \
		"Put the board in the red bin: a measured value is out of its limits.")            \
	X(CURRENT_OUT_OF_LIMITS, "current-out-of-limits", FAIL, BOARD,                             \
		"Put the board in the red bin: it draws too much or too little current.")          \
	X(FIRMWARE_WRONG_VERSION, "firmware-wrong-version", FAIL, BOARD,                           \
		"Put the board in the engineering box: it runs another firmware.")                 \
	/* the station cannot say */                                                               \
	X(PROBE_MISSING, "probe-missing", ERROR, STATION,                                          \
		"Keep the board. Call maintenance: this slot's debug probe is not connected.")     \
	X(SWD_NO_TARGET, "swd-no-target", ERROR, SLOT,                                             \
		"Press the board down and start again; if another board fails here too, call "     \
		"maintenance for this slot.")                                                      \
	X(SWD_LINK, "swd-link", ERROR, SLOT,                                                       \
		"Press the board down and start again; if another board fails here too, call "     \
		"maintenance for this slot.")                                                      \
	X(POWER_LOST, "power-lost", ERROR, SLOT,                                                   \
		"Press the board down and start again, and leave it in its slot until its "        \
		"verdict; if it happens twice, call maintenance for this slot.")                   \
	X(OPENOCD_MISSING, "openocd-missing", ERROR, STATION,                                      \
		"Keep the board. Call maintenance: OpenOCD does not start.")                       \
	X(OPENOCD_STALL, "openocd-stall", ERROR, STATION,                                          \
		"Keep the board and start again; if it happens twice, call maintenance.")          \
	X(OPENOCD_DIED, "openocd-died", ERROR, STATION,                                            \
		"Keep the board and start again; if it happens twice, call maintenance.")          \
	X(USB_LOST, "usb-lost", ERROR, SLOT,                                                       \
		"Press the board down, check its USB contact and start again.")                    \
	X(BOOT_LOOP, "boot-loop", ERROR, SLOT,                                                     \
		"Press the board down and start again; if it happens twice, engineering box: its " \
		"firmware starts again and again.")                                                \
	X(USB_TRANSFER, "usb-transfer", ERROR, SLOT,                                               \
		"Press the board down, check its USB contact and start again.")                    \
	X(USB_ACCESS, "usb-access", ERROR, STATION,                                                \
		"Keep the board. Call maintenance: the station may not open this USB device.")     \
	X(USB_MEMORY, "usb-memory", ERROR, STATION,                                                \
		"Keep the board. Call maintenance: boot with usbcore.usbfs_memory_mb=64.")         \
	X(HUB_LOST, "hub-lost", ERROR, STATION,                                                    \
		"Keep the boards of this hub and start again; if it happens twice, call "          \
		"maintenance: a USB hub of the fixture drops off the bus.")                        \
	X(DFU_WINDOW_MISSED, "dfu-window-missed", ERROR, STATION,                                  \
		"Keep the board and start again.")                                                 \
	X(DFU_PROTOCOL, "dfu-protocol", ERROR, SLOT,                                               \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(CDC_WINDOW_MISSED, "cdc-window-missed", ERROR, STATION,                                  \
		"Keep the board and start again.")                                                 \
	X(CDC_PROTOCOL, "cdc-protocol", ERROR, SLOT,                                               \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(DRIVE_PROTOCOL, "drive-protocol", ERROR, SLOT,                                           \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(DRIVE_STALL, "drive-stall", ERROR, SLOT,                                                 \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(DRIVE_NOT_FLUSHED, "drive-not-flushed", ERROR, SLOT,                                     \
		"Keep the board and start again; if it happens twice, engineering box: its drive " \
		"does not bring to flash what is written.")                                        \
	X(DRIVE_DOUBT, "drive-doubt", ERROR, STATION,                                              \
		"Keep the board. Call the engineer: two checks of its flash drive disagree.")      \
	X(DRIVE_UNFINISHED, "drive-unfinished", ERROR, STATION,                                    \
		"Put the board in the engineering box: its firmware was stopped at an earlier "    \
		"time, which may have left its flash drive half made.")                            \
	X(DRIVE_FULL, "drive-full", ERROR, STATION,                                                \
		"Keep the board. Call the engineer: the recipe's files do not fit on its drive.")  \
	X(TOOL_MISSING, "tool-missing", ERROR, STATION,                                            \
		"Keep the board. Call maintenance: a program is missing on this station.")         \
	X(TOOL_FAILED, "tool-failed", ERROR, STATION,                                              \
		"Keep the board and start again; if it happens twice, call maintenance.")          \
	X(ROM_UNKNOWN, "rom-unknown", ERROR, STATION,                                              \
		"Keep the board. Call the engineer: without a probe the station cannot tell "      \
		"whether this recipe allows its ROM bootloader.")                                  \
	X(CONSOLE_PROTOCOL, "console-protocol", ERROR, SLOT,                                       \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(CONSOLE_RESET, "console-reset", ERROR, SLOT,                                             \
		"Press the board down and start again; if it happens twice, engineering box.")     \
	X(CONSOLE_STALL, "console-stall", ERROR, STATION,                                          \
		"Keep the board and start again; if it happens twice, call the engineer.")         \
	X(CONSOLE_FLOOD, "console-flood", ERROR, STATION,                                          \
		"Keep the board and start again; if it happens twice, call the engineer.")         \
	X(CONSOLE_BAD_SCRIPT, "console-bad-script", ERROR, STATION,                                \
		"Keep the boards. Call the engineer: the recipe's script has a mistake.")          \
	X(VALUE_UNCLEAR, "value-unclear", ERROR, STATION,                                          \
		"Keep the board. Call the engineer: the recipe's script does not tell a value.")   \
	X(PINS_LOST, "pins-lost", ERROR, STATION,                                                  \
		"Keep the boards. Call maintenance: the fixture's pin controller is gone; plug "   \
		"it in and start again; until then slots may have power.")                         \
	X(PINS_MISSING, "pins-missing", ERROR, STATION,                                            \
		"Keep the boards. Call maintenance: the fixture's pin controller is not there.")   \
	X(MONITOR_LOST, "monitor-lost", ERROR, STATION,                                            \
		"Keep the board. Call maintenance: the slot's current monitor does not answer.")   \
	X(NO_CURRENT, "no-current", ERROR, SLOT,                                                   \
		"Press the board down and start again; if another board draws nothing here too, "  \
		"call maintenance for this slot.")                                                 \
	X(INPUT_NOT_SEEN, "input-not-seen", ERROR, OPERATOR,                                       \
		"Close the lid, or do what the station waits for, and start again.")               \
	X(STEP_DEADLINE, "step-deadline", ERROR, STATION,                                          \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(STEP_STALL, "step-stall", ERROR, STATION,                                                \
		"Keep the board and start again; if it happens twice, engineering box.")           \
	X(JOB_HUNG, "job-hung", ERROR, STATION,                                                    \
		"Keep the board and start again; if it happens twice, call maintenance.")          \
	X(JOB_DIED, "job-died", ERROR, STATION,                                                    \
		"Keep the board and start again; if it happens twice, call maintenance.")          \
	X(IMAGE_CHANGED, "image-changed", ERROR, STATION,                                          \
		"Keep the boards. Call the engineer: an image is not the one the recipe names.")   \
	X(FOLDER_CHANGED, "folder-changed", ERROR, STATION,                                        \
		"Keep the boards. Call the engineer: a folder is not the one the recipe names.")   \
	X(VALUE_MISSING, "value-missing", ERROR, STATION,                                          \
		"Keep the board. Call the engineer: a file's template wants a value that this "    \
		"run "                                                                             \
		"does not have.")                                                                  \
	X(OPERATOR_NO, "operator-no", FAIL, BOARD,                                                 \
		"Put the board in the engineering box: it is not as the question says.")           \
	X(OPERATOR_SILENT, "operator-silent", ERROR, OPERATOR,                                     \
		"Start again with this board, and answer the question in time.")                   \
	X(LABEL_TEMPLATE, "label-template", ERROR, STATION,                                        \
		"Keep the boards. Call the engineer: the recipe's label has a mistake.")           \
	X(LABEL_PRINTER, "label-printer", ERROR, STATION,                                          \
		"See to the label printer, then print the label again: flashline label.")          \
	X(JOURNAL_WRITE, "journal-write", ERROR, STATION,                                          \
		"Stop. Call maintenance: the station cannot write its journal.")                   \
	X(SELFTEST_DUE, "selftest-due", ERROR, STATION,                                            \
		"Put the golden boards into their slots, then: flashline selftest; if that "       \
		"fails, "                                                                          \
		"call maintenance.")                                                               \
	X(STATION_INTERNAL, "station-internal", ERROR, STATION,                                    \
		"Keep the board. Call maintenance and show them this line.")                       \
	/* the operator's to mend */                                                               \
	X(SERIAL_BOUND, "serial-bound", ERROR, OPERATOR,                                           \
		"Check the label: this serial already belongs to another board.")                  \
	X(CHIP_BOUND, "chip-bound", ERROR, OPERATOR,                                               \
		"Check the label: this board already has another serial.")                         \
	X(BOARD_SWAPPED, "board-swapped", ERROR, OPERATOR,                                         \
		"Start again with one board, and leave it in its slot until its verdict.")         \
	X(BOARD_REMOVED, "board-removed", ERROR, OPERATOR,                                         \
		"Start again with this board, and leave it in its slot until its verdict.")        \
	X(LID_OPENED, "lid-opened", ERROR, OPERATOR,                                               \
		"Start again with this board, and keep the lid closed until its verdict.")         \
	X(SLOT_QUARANTINED, "slot-quarantined", ERROR, SLOT,                                       \
		"Call maintenance for this slot: one board after the other fails in it. Try the "  \
		"last boards in another slot.")                                                    \
	X(CHIP_SEEN_TWICE, "chip-seen-twice", ERROR, STATION,                                      \
		"Call maintenance: two slots see the same chip, their probes are mixed up.")       \
	X(ALREADY_PASSED, "already-passed", ABORTED, OPERATOR,                                     \
		"Take the board out: it is finished. Give the command RETEST to flash it again.")  \
	X(STOPPED, "stopped", ABORTED, OPERATOR, "Start again when ready.")

typedef enum {
#define X(code, word, verdict, blame, advice) FAILURE_##code,
	FAILURE_TABLE(X)
#undef X
		FAILURE_COUNT
} FailureCode;

typedef struct {
	const char *word;
	Verdict verdict;
	Blame blame;
	const char *advice;
} Failure;

/* The row of a code. Never NULL; an unknown number gives STATION_INTERNAL. */
const Failure *failure_row(int code);

/* The row whose word this is, or NULL. */
const Failure *failure_from_word(const char *word);

/* The code whose word this is; FALSE leaves the result as it was. For failures that come by wire: a
 * GError carries the code. */
gboolean failure_code_from_word(const char *word, int *code) G_GNUC_WARN_UNUSED_RESULT;

/* The row that an error of any domain stands for. */
const Failure *failure_of(const GError *error);

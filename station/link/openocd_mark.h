/*
 * A mark in the RAM of the halted chip, by which one board is told from whatever comes after it. Used by openocd*.c only.
 *
 * Boards are exchanged, or lose their power for a moment, under a probe that stays: OpenOCD 0.12 connects anew to what it finds
 * and goes on. What it finds may be a board that nobody has asked for its chip.
 *
 *   reset halt   mark: 64 random bits into RAM, RCC_RSR's flags cleared
 *                |  UID read by the caller: this chip, since the mark
 *                |
 *   command      [mark?] erase    [mark?]       one line of Tcl each: OpenOCD answers once
 *   command      [mark?] write    [mark?]
 *   command      [mark?] verify   [mark?]
 *
 *   another board        holds another 64 bits          \
 *   the same, replugged  holds anything, as RAM does     > FAILURE_POWER_LOST, and nobody's flash is touched or judged
 *   a dip too short      RCC_RSR says that it was reset /
 *   for RAM to forget    by its supply
 *
 * A system reset keeps both.
 *
 * Nothing reaches the flash of a chip that came, or came back, behind the first look. After power-on a chip speaks JTAG, so the
 * next transfer gets no answer. The driver gives up on that wherever it matters: it unlocks a bank once a command, at its
 * beginning (read CR, write KEYR twice, read CR, each waited for), and a chip that comes after that is locked. Before that it
 * only asks for the flash's size, once a process, where an error is no error to it: done beforehand (openocd_program.c).
 *
 * Further on OpenOCD does pass over errors: when it sets registers to start its code, and when a CRC of the chip's fails, which
 * it then computes itself. So it may halt a chip that came in the middle, write to its RAM, find a blank one halted and take that
 * for its loader's end, and say that all is well: the second look at the mark tells.
 */
#pragma once

#include "link/openocd_call.h"

/* Of a chip that was reset and halted just now. */
gboolean openocd_mark(Openocd *openocd, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FAILURE_POWER_LOST when the mark is not there any more, FAILURE_SWD_LINK ... when that cannot be read. */
gboolean openocd_marked(Openocd *openocd, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tcl that fails when the mark is not there any more, newly allocated. */
char *openocd_mark_check(const Openocd *openocd);

/* As openocd_run(), for a command that has such Tcl in it. When it fails, the mark is read again: where it is gone that is
 * FAILURE_POWER_LOST, whatever the command saw, and what blames the board stands only if the mark was read and is there. */
gboolean openocd_run_checked(Openocd *openocd, const OpenocdCall *call, const char *command,
	Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, of a command before and after which the mark is looked at. FAILURE_STATION_INTERNAL without a mark. */
gboolean openocd_run_marked(Openocd *openocd, const OpenocdCall *call, const char *command,
	Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Resets it once more, halts it, and looks whether it is still the one that was marked. */
gboolean openocd_halt_again(
	Openocd *openocd, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The station's DfuSe engine on the model of ST's ROM bootloader, with nothing between them but the
 * virtual bus: the model is judged by dfu-util (run_peers_rom.sh), the engine by the model.
 */
#pragma once

#include "lib/bench_pipe.h"
#include "link/dfuse_plan.h"

typedef struct {
	BenchPipe usb;
	BoardConfig config;
	Watch watch;
	Dfuse dfuse;
} RomBench;

/* A board in its ROM of this version, and an engine on it that may wait a minute. Flash is full of 0x5A.
 * `faults` may be NULL; `time` as for a world. Free with rom_bench_free(). */
RomBench *rom_bench_new(double time, guint8 version, const BootFaults *faults);
void rom_bench_free(RomBench *rom);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RomBench, rom_bench_free)

/* Random bytes, newly allocated. */
guint8 *rom_image(gsize length);
/* A plan that holds them at this address. */
DfusePlan *rom_plan(guint32 address, const guint8 *image, gsize length);
/* What a step does: erases what the plan says, writes, reads back. */
gboolean rom_flash(RomBench *rom, DfusePlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether all of them are this one. */
gboolean rom_only(const guint8 *bytes, guint8 value, gsize length);
/* That it failed like this, and says so. */
void rom_assert_failed(const GError *error, int code, const char *part);

/* The stand-in for OpenOCD (tests/bin/openocd), and a folder of a test's own for it. */
#pragma once

#include "core/failure.h"
#include "link/openocd.h"

typedef struct {
	char *dir, *work;
	Watch watch;
	volatile gint stop;
	GString *phases;
} OpenocdBench;

/* Puts the stand-in in front of PATH; `make check` runs tests from the top of the tree. */
void bench_path(void);

/* `fault` as tests/bin/openocd reads it from $STANDIN; the watch begins now. */
void bench_make(OpenocdBench *bench, const char *fault, guint deadline_ms);
/* Fails the test if a process is left. */
void bench_clear(OpenocdBench *bench);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OpenocdBench, bench_clear)

/* A file of the stand-in's: "told" is what it was told, a line each; "" if it is not there. */
char *bench_file(const OpenocdBench *bench, const char *name);
/* Every process that the stand-in ever was is gone, and none is left for us to reap. */
void bench_assert_no_child(const OpenocdBench *bench);

Openocd *bench_start(OpenocdBench *bench, GError **error);
/* Or fails the test. */
Openocd *bench_start_well(OpenocdBench *bench);
/* The same, with its chip halted. */
Openocd *bench_start_halted(OpenocdBench *bench);

/* 128 KiB and some, so that two sectors and a short last chunk take part. */
enum { BENCH_IMAGE_SIZE = 0x20000 + 0x4000 + 100 };
guint8 *bench_image(gsize length);
/* Starts, halts, programs that image, lets it run. */
gboolean bench_program(OpenocdBench *bench, guint32 address, GError **error);

void assert_failure(const GError *error, FailureCode code, const char *text);
/* Since the watch began. */
double bench_seconds(const OpenocdBench *bench);

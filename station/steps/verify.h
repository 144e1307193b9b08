/*
 * How a step that writes over USB proves what it wrote: the argument `verify`.
 *
 *   readback   every byte read back by the program that wrote it
 *   swd        by CRCs that the chip computes, over SWD: whoever wrote it has no say
 */
#pragma once

#include "image/image_file.h"
#include "steps/job.h"

typedef enum {
	VERIFY_NONE = 0,
	VERIFY_READBACK = 1 << 0,
	VERIFY_SWD = 1 << 1,
	VERIFY_BOTH = VERIFY_READBACK | VERIFY_SWD,
} Verify;

extern const char *const verify_words[];
#define VERIFY_FIELD                                                                               \
	{                                                                                          \
		"verify", FIELD_WORD,                                                              \
			.words = verify_words, .fallback = "readback",                             \
			.help = "readback reads every byte back over USB; swd resets the chip, "   \
				"compares CRCs that it computes, and resets it to run: its "       \
				"bootloader then starts anew, for another usb.await; both; none"   \
	}

Verify verify_of(const Step *step);

/* The second kind: halts the chip, compares the image's segments, resets the chip to run. */
gboolean verify_over_swd(Job *job, const ImageFile *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Notes a problem where SWD is to verify what it does not reach. */
void verify_check(const Step *step, const Recipe *recipe, Problems *problems);

/* For StepKind.closes: the open device is gone after such a step, for the reason above. */
gboolean verify_halts(const Step *step);

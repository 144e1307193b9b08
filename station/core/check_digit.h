/*
 * Check digits: what tells a serial number that was mistyped or scanned badly from one that was given out.
 *
 *   luhn         7992739871|3           digits                ISO/IEC 7812-1 annex B
 *   mod-11-2     000000021694233|X      digits, X as check    ISO/IEC 7064 (ORCID, ISNI)
 *   mod-37-2     G123489654321|Y        digits, A-Z, *        ISO/IEC 7064 (ISBT 128)
 *   mod-97-10    99991234567890121414|90   digits, A-Z        ISO/IEC 7064 (LEI, IBAN), two digits
 *   code39       159AZ|H                digits, A-Z, -. $/+%  ISO/IEC 16388, modulo 43
 *
 * The check stands at the end. What is not of a method's alphabet is refused, but for what people put in for the
 * eye: '-', '.' and '_' do not count (with code39 '-' and '.' do), and with luhn and mod-11-2 letters do not
 * either (X apart with mod-11-2), so that OMV0000018 can carry one.
 */
#pragma once

#include <glib.h>

typedef enum {
	CHECK_NONE,
	CHECK_LUHN,
	CHECK_MOD_11_2,
	CHECK_MOD_37_2,
	CHECK_MOD_97_10,
	CHECK_CODE39,
	CHECK_COUNT
} CheckDigit;

/* As a recipe calls them, in the order above, NULL-terminated. */
extern const char *const check_digit_words[];
gboolean check_digit_from_word(const char *word, CheckDigit *check) G_GNUC_WARN_UNUSED_RESULT;

/* Does the text end in its own check? CHECK_NONE: always. */
gboolean check_digit_holds(CheckDigit check, const char *text);

/* What has to stand behind this text, one character or two; newly allocated. NULL when something in it is not of the
 * alphabet, or nothing is. "" for CHECK_NONE. */
char *check_digit_for(CheckDigit check, const char *text);

#include "core/check_digit.h"

#include <string.h>

/* Every serial is far shorter; and no sum below can overflow. */
enum { TEXT_MAX = 256 };

const char *const check_digit_words[] = {
	"none", "luhn", "mod-11-2", "mod-37-2", "mod-97-10", "code39", NULL};

static const char digits[] = "0123456789";
static const char digits_x[] = "0123456789X";
static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
static const char code39[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/* A character's value is its place in the alphabet. The first `body` of it may stand anywhere, the rest only as the
 * check. `skipped` does not count. */
typedef struct {
	const char *alphabet;
	guint body, skips_letters;
	const char *skipped;
	guint checks; /* characters of the check */
} Method;

static const Method methods[CHECK_COUNT] = {
	[CHECK_LUHN] = {digits, 10, TRUE, "-._", 1},
	[CHECK_MOD_11_2] = {digits_x, 10, TRUE, "-._", 1},
	[CHECK_MOD_37_2] = {letters, 36, FALSE, "-._", 1},
	[CHECK_MOD_97_10] = {letters, 36, FALSE, "-._", 2},
	[CHECK_CODE39] = {code39, 43, FALSE, "", 1},
};

gboolean check_digit_from_word(const char *word, CheckDigit *check)
{
	for (guint i = 0; i < CHECK_COUNT; i++)
		if (!g_strcmp0(check_digit_words[i], word)) {
			*check = (CheckDigit)i;
			return TRUE;
		}
	return FALSE;
}

/* The values of what counts, in order; how many, or -1 when something is not of the alphabet. */
static gint values_of(const Method *method, const char *text, guint8 *values)
{
	gint count = 0;

	if (strlen(text) > TEXT_MAX)
		return -1;
	for (; *text; text++) {
		const char *at = strchr(method->alphabet, *text);
		guint value = at ? (guint)(at - method->alphabet) : G_MAXUINT;

		if (value < method->body)
			values[count++] = (guint8)value;
		else if (at || (!strchr(method->skipped, *text) &&
				       !(method->skips_letters && g_ascii_isalpha(*text))))
			return -1;
	}
	return count;
}

/* From the right, every second digit is doubled, and what that makes of two digits is added up. */
static guint luhn(const guint8 *values, gint count)
{
	guint sum = 0;

	for (gint i = 0; i < count; i++) {
		guint value = values[count - 1 - i] * (i % 2 ? 1u : 2u);

		sum += value > 9 ? value - 9 : value;
	}
	return (10 - sum % 10) % 10;
}

/* ISO/IEC 7064's pure systems with radix 2: the whole, check included, is 1 modulo M. */
static guint pure_radix_2(const guint8 *values, gint count, guint modulus)
{
	guint sum = 0;

	for (gint i = 0; i < count; i++)
		sum = (sum + values[i]) * 2 % modulus;
	return (modulus + 1 - sum) % modulus;
}

/* A letter is two decimal digits, A 10 to Z 35; with the check behind it the number is 1 modulo 97. */
static guint mod_97_10(const guint8 *values, gint count)
{
	guint sum = 0;

	for (gint i = 0; i < count; i++)
		sum = (sum * (values[i] > 9 ? 100 : 10) + values[i]) % 97;
	return 98 - sum * 100 % 97;
}

static guint mod_43(const guint8 *values, gint count)
{
	guint sum = 0;

	for (gint i = 0; i < count; i++)
		sum += values[i];
	return sum % 43;
}

static guint check_of(CheckDigit check, const guint8 *values, gint count)
{
	switch (check) {
	case CHECK_LUHN:
		return luhn(values, count);
	case CHECK_MOD_11_2:
		return pure_radix_2(values, count, 11);
	case CHECK_MOD_37_2:
		return pure_radix_2(values, count, 37);
	case CHECK_MOD_97_10:
		return mod_97_10(values, count);
	default:
		return mod_43(values, count);
	}
}

char *check_digit_for(CheckDigit check, const char *text)
{
	const Method *method = &methods[check];
	guint8 values[TEXT_MAX];
	gint count;
	guint value;

	if (check == CHECK_NONE)
		return g_strdup("");
	count = values_of(method, text, values);
	if (count <= 0)
		return NULL;
	value = check_of(check, values, count);
	if (method->checks == 2)
		return g_strdup_printf("%02u", value);
	return g_strdup_printf("%c", method->alphabet[value]);
}

gboolean check_digit_holds(CheckDigit check, const char *text)
{
	gsize length = strlen(text), checks = methods[check].checks;
	g_autofree char *body = NULL;
	g_autofree char *wanted = NULL;

	if (check == CHECK_NONE)
		return TRUE;
	if (length <= checks)
		return FALSE;
	body = g_strndup(text, length - checks);
	wanted = check_digit_for(check, body);
	return wanted && !strcmp(wanted, text + length - checks);
}

/* Check digits against published examples, and against every mistake that each method promises to find. */
#include "core/check_digit.h"

#include <string.h>

/* From the standards and their users: ISO/IEC 7064 (0794, 794), ORCID and ISNI, ISBT 128, LEI, an IBAN with its first
 * four characters moved behind, ISO/IEC 7812-1 and 16388. */
static const struct {
	CheckDigit check;
	const char *text;
} published[] = {
	{CHECK_LUHN, "79927398713"},
	{CHECK_LUHN, "4111111111111111"},
	{CHECK_LUHN, "78949"},
	{CHECK_MOD_11_2, "07940"},
	{CHECK_MOD_11_2, "079X"},
	{CHECK_MOD_11_2, "0000-0002-1825-0097"},
	{CHECK_MOD_11_2, "0000-0002-1694-233X"},
	{CHECK_MOD_11_2, "000000012281955X"},
	{CHECK_MOD_37_2, "G123489654321Y"},
	{CHECK_MOD_37_2, "G123498654321H"},
	{CHECK_MOD_97_10, "79444"},
	{CHECK_MOD_97_10, "9999123456789012141490"},
	{CHECK_MOD_97_10, "5493001KJTIIGC8Y1R12"},
	{CHECK_MOD_97_10, "WEST12345698765432GB82"},
	{CHECK_CODE39, "12345ABCDE/T"},
	{CHECK_CODE39, "159AZH"},
};

static void test_published(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(published); i++) {
		gsize length = strlen(published[i].text);
		gsize checks = published[i].check == CHECK_MOD_97_10 ? 2 : 1;
		g_autofree char *body = g_strndup(published[i].text, length - checks);
		g_autofree char *made = check_digit_for(published[i].check, body);

		g_assert_cmpstr(made, ==, published[i].text + length - checks);
		g_assert_true(check_digit_holds(published[i].check, published[i].text));
	}
}

/* One character that is another one of its alphabet: each method finds it always. */
static void test_one_wrong(void)
{
	static const char *const alphabets[CHECK_COUNT] = {
		[CHECK_LUHN] = "0123456789",
		[CHECK_MOD_11_2] = "0123456789",
		[CHECK_MOD_37_2] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		[CHECK_MOD_97_10] = "0123456789",
		[CHECK_CODE39] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(published); i++) {
		const char *alphabet = alphabets[published[i].check];
		g_autofree char *text = g_strdup(published[i].text);

		for (char *at = text; *at; at++)
			for (const char *other = alphabet; *other; other++) {
				char was = *at;

				if (was == *other || !strchr(alphabet, was))
					continue;
				*at = *other;
				g_assert_false(check_digit_holds(published[i].check, text));
				*at = was;
			}
	}
}

/* Two neighbours that change places: what ISO/IEC 7064 is made for. */
static void test_swapped(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(published); i++) {
		g_autofree char *text = g_strdup(published[i].text);
		gsize length = strlen(text);

		if (published[i].check == CHECK_LUHN || published[i].check == CHECK_CODE39)
			continue;
		for (gsize at = 0; at + 1 < length; at++) {
			char was = text[at];

			if (was == text[at + 1] || was == '-' || text[at + 1] == '-')
				continue;
			text[at] = text[at + 1];
			text[at + 1] = was;
			g_assert_false(check_digit_holds(published[i].check, text));
			text[at + 1] = text[at];
			text[at] = was;
		}
	}
}

static void test_alphabets(void)
{
	g_assert_true(check_digit_holds(CHECK_NONE, "anything"));
	g_assert_true(check_digit_holds(CHECK_LUHN, "OMV-7992.7398_713"));
	g_assert_false(check_digit_holds(CHECK_LUHN, "7992739871 3"));
	g_assert_false(check_digit_holds(CHECK_LUHN, "OMV3")); /* not a digit to be checked */
	g_assert_false(check_digit_holds(CHECK_LUHN, ""));
	g_assert_false(check_digit_holds(CHECK_LUHN, "0"));
	g_assert_false(check_digit_holds(CHECK_LUHN, "7992739871x"));
	g_assert_false(check_digit_holds(CHECK_MOD_37_2, "g123489654321Y"));
	g_assert_false(check_digit_holds(CHECK_MOD_97_10, "9"));
	g_assert_false(check_digit_holds(CHECK_CODE39, "159az\xc3\xa4H"));
	g_assert_null(check_digit_for(CHECK_CODE39, "a_b"));
}

/* Of any length, no more than it has room for. */
static void test_long(void)
{
	g_autofree char *text = g_strnfill(100000, '7');

	for (guint check = CHECK_LUHN; check < CHECK_COUNT; check++)
		g_assert_false(check_digit_holds((CheckDigit)check, text));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/check-digit/published", test_published);
	g_test_add_func("/check-digit/one-wrong", test_one_wrong);
	g_test_add_func("/check-digit/swapped", test_swapped);
	g_test_add_func("/check-digit/alphabets", test_alphabets);
	g_test_add_func("/check-digit/long", test_long);
	return g_test_run();
}

#include "core/words.h"

#include <string.h>

enum { LONGEST = 48 }; /* longer ones are never compared: the cost grows with the square */

static guint min3(guint a, guint b, guint c)
{
	return MIN(MIN(a, b), c);
}

/* Damerau-Levenshtein distance (optimal string alignment), ASCII case ignored.
 *
 *            ""  a  d  r  e  s  s      rows[2] is the current row; rows[1] the one above,
 *        ""   0  1  2  3  4  5  6      rows[0] the one above that (for swapped neighbours)
 *        a    1  0  1  2  3  4  5
 *        d    2  1  0  1  2  3  4
 */
static guint distance(const char *a, const char *b)
{
	guint rows[3][LONGEST + 1] = {0};
	gsize columns = strlen(b);

	for (guint j = 0; j <= columns; j++)
		rows[2][j] = j;
	for (guint i = 1; a[i - 1]; i++) {
		memcpy(rows[0], rows[1], sizeof(rows[0]));
		memcpy(rows[1], rows[2], sizeof(rows[0]));
		rows[2][0] = i;
		for (guint j = 1; j <= columns; j++) {
			char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);

			rows[2][j] =
				min3(rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + (x != y));
			if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) &&
				y == g_ascii_tolower(a[i - 2]))
				rows[2][j] = MIN(rows[2][j], rows[0][j - 2] + 1);
		}
	}
	return rows[2][columns];
}

static gboolean is_start(const char *start, const char *of)
{
	return !g_ascii_strncasecmp(of, start, strlen(start));
}

const char *words_nearest(const char *word, const char *const *candidates)
{
	gsize length = strlen(word);
	const char *best = NULL;
	guint least = MAX(1, length / 3) + 1;

	if (length == 0 || length > LONGEST)
		return NULL;
	for (; *candidates; candidates++) {
		guint d;

		if (strlen(*candidates) > LONGEST)
			continue;
		d = distance(word, *candidates);
		/* All edited is not meant: "on" for "x" helps nobody. Of two that are as near, the one
		 * that begins with the word: it was cut short. */
		if (d < length &&
			(d < least || (d == least && best && is_start(word, *candidates)))) {
			least = d;
			best = *candidates;
		}
	}
	return best;
}

char *words_hint(const char *word, const char *const *candidates)
{
	const char *nearest = words_nearest(word, candidates);

	return nearest ? g_strdup_printf(" (did you mean '%s'?)", nearest) : g_strdup("");
}

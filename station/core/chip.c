#include "core/chip.h"

#include "core/scalar.h"

const char *const chip_revision_words[] = {"A", "Z", "Y", "X", "V", NULL};

/* boards.md section 4.1; in the order of the words above. */
static const guint rev_ids[] = {0x1000, 0x1001, 0x1003, 0x2001, 0x2003};

gboolean chip_revision(const char *text, guint *rev_id)
{
	gint64 number;

	for (guint i = 0; i < G_N_ELEMENTS(rev_ids); i++)
		if (!g_strcmp0(text, chip_revision_words[i])) {
			*rev_id = rev_ids[i];
			return TRUE;
		}
	if (!text || !scalar_int(text, &number) || number < 0 || number > 0xFFFF)
		return FALSE;
	*rev_id = (guint)number;
	return TRUE;
}

const char *chip_revision_word(guint rev_id)
{
	for (guint i = 0; i < G_N_ELEMENTS(rev_ids); i++)
		if (rev_ids[i] == rev_id)
			return chip_revision_words[i];
	return NULL;
}

/* Which slot a board lies in, as the operator counts them. */
#include "core/failure.h"
#include "core/scalar.h"
#include "setup/teach_parts.h"

enum { SLOTS_MOST = 64 };

static gboolean number_is_free(const Teach *teach, guint number)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; i < teach->done->len; i++)
		if (((const TeachBoard *)teach->done->pdata[i])->number == number)
			return FALSE;
	for (guint i = 0; teach->boards && i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->number == number)
			return FALSE;
	return !fixture || !fixture_slot(fixture, number);
}

guint teach_next_number(const Teach *teach)
{
	for (guint number = 1; number <= SLOTS_MOST; number++)
		if (number_is_free(teach, number))
			return number;
	return 0;
}

static gboolean number_in_order(Teach *teach)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autofree char *answer = NULL;

	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		board->number = teach_next_number(teach);
		g_string_append_printf(
			list, "%s%s is slot %u", i ? ", " : "", board->port, board->number);
	}
	if (teach->boards->len == 1)
		return TRUE;
	answer = teach_ask(
		teach, "  %u boards came up: %s. Right? [yes] ", teach->boards->len, list->str);
	return !teach_is_no(answer);
}

/* Each board alone has power, so that its lamp tells which it is. */
static gboolean number_one_by_one(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->boards->len; i++)
		((TeachBoard *)teach->boards->pdata[i])->number = 0;
	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];
		gint64 number = 0;

		if (!teach_only(teach, board, error))
			return FALSE;
		while (!number) {
			g_autofree char *answer = teach_ask(teach,
				"  The board on port %s has power, no other. Its slot's number: ",
				board->port);

			if (!answer) {
				g_set_error(error, FAILURE, FAILURE_STOPPED,
					"nobody told the number of the slot with port %s",
					board->port);
				return FALSE;
			}
			if (!scalar_int(answer, &number) || number < 1 || number > SLOTS_MOST ||
				!number_is_free(teach, (guint)number))
				number = 0;
		}
		board->number = (guint)number;
	}
	return TRUE;
}

gboolean teach_number(Teach *teach, GError **error)
{
	return number_in_order(teach) || number_one_by_one(teach, error);
}

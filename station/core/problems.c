#include "core/problems.h"

#include "core/text.h"

/* Kept: enough to sort the first ones of; a hostile file shall not fill the memory with them. */
enum { KEPT = 1000, SHOWN = 100 };

typedef struct {
	Place place;
	char *text;
} Problem;

struct Problems {
	GPtrArray *kept; /* of Problem* */
	guint count;
};

static void problem_free(gpointer data)
{
	Problem *problem = data;

	g_free(problem->text);
	g_free(problem);
}

Problems *problems_new(void)
{
	Problems *problems = g_new0(Problems, 1);

	problems->kept = g_ptr_array_new_with_free_func(problem_free);
	return problems;
}

void problems_free(Problems *problems)
{
	if (!problems)
		return;
	g_ptr_array_unref(problems->kept);
	g_free(problems);
}

void problems_add(Problems *problems, Place place, const char *format, ...)
{
	Problem *problem;
	va_list args;

	if (problems->count++ >= KEPT)
		return;
	problem = g_new0(Problem, 1);
	problem->place = place;
	va_start(args, format);
	problem->text = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(problems->kept, problem);
}

guint problems_count(const Problems *problems)
{
	return problems->count;
}

/* g_ptr_array_sort() is a stable merge sort: equal places keep the order of their finding. */
static gint by_place(gconstpointer a, gconstpointer b)
{
	const Place *x = &(*(Problem *const *)a)->place, *y = &(*(Problem *const *)b)->place;
	gint files = g_strcmp0(x->file, y->file);

	if (files)
		return files;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column == y->column ? 0 : x->column < y->column ? -1 : 1;
}

static void append_place(GString *out, Place place)
{
	g_autofree char *file = text_clean(place.file, -1);

	if (place.file)
		g_string_append_printf(out, "%s:", file);
	if (place.line)
		g_string_append_printf(out, "%u:", place.line);
	if (place.line && place.column)
		g_string_append_printf(out, "%u:", place.column);
	g_string_append(out, place.file ? " error: " : "error: ");
}

char *problems_text(const Problems *problems)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(problems->kept, NULL, NULL);
	guint shown = MIN(sorted->len, SHOWN);
	GString *out = g_string_new(NULL);

	/* The copy owns nothing: it must not free the originals. */
	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, by_place);
	for (guint i = 0; i < shown; i++) {
		const Problem *problem = sorted->pdata[i];
		g_autofree char *text = text_clean(problem->text, -1);

		append_place(out, problem->place);
		g_string_append_printf(out, "%s\n", text);
	}
	if (problems->count > shown)
		g_string_append_printf(out, "error: and %u more\n", problems->count - shown);
	return g_string_free(out, FALSE);
}

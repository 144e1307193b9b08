#include "line/labels.h"
#include "core/failure.h"
#include "label/printer.h"

struct Labels {
	const Recipe *recipe;
	PrinterPlace printer;
	Journal *journal;
	GBytes *template;
	LabelsTold told;
	gpointer data;
	GThreadPool *printing; /* one thread: labels come out in order */
	GQueue open;           /* of Order*, as they were asked for; the main thread's */
};

/* One label. What the thread sets, the main loop reads after it. */
typedef struct {
	Labels *labels;
	gint64 run;
	char *serial, *who, *why; /* `why` NULL: the first one */
	GBytes *label;
	GError *error;
} Order;

static void order_free(Order *order)
{
	g_free(order->serial);
	g_free(order->who);
	g_free(order->why);
	g_clear_pointer(&order->label, g_bytes_unref);
	g_clear_error(&order->error);
	g_free(order);
}

/* A word on the run; what the operator hears says so where even that failed. */
static void record(const Order *order, const char *failure)
{
	Labels *labels = order->labels;
	g_autoptr(GError) error = NULL;
	g_autofree char *what = NULL, *why = NULL, *sentence = NULL;
	JournalCorrection word = {.run = order->run, .who = order->who};

	what = failure ? g_strdup_printf("label not printed: %s", failure)
		       : g_strdup(order->why ? LABELS_PRINTED " again" : LABELS_PRINTED);
	word.why = why = order->why ? g_strdup_printf("%s (%s)", what, order->why) : g_strdup(what);
	if (!journal_correct(labels->journal, &word, &error))
		sentence = g_strdup_printf("%s: %s; and this is not on record: %s", order->serial,
			what, error->message);
	else
		sentence = g_strdup_printf("%s: %s", order->serial, what);
	labels->told(order->serial, !failure && !error, sentence, labels->data);
}

static gboolean on_done(gpointer data)
{
	Order *order = data;

	g_queue_remove(&order->labels->open, order);
	record(order, order->error ? order->error->message : NULL);
	order_free(order);
	return G_SOURCE_REMOVE;
}

static void print(gpointer data, gpointer user)
{
	Order *order = data;
	const Labels *labels = user;

	if (!order->error)
		(void)!printer_print(&labels->printer, order->label, &order->error);
	/* Never run here, as g_main_context_invoke() may: the journal is one thread's. */
	g_idle_add_full(G_PRIORITY_DEFAULT, on_done, order, NULL);
}

Labels *labels_new(const Recipe *recipe, const Fixture *fixture, Journal *journal, LabelsTold told,
	gpointer data, GError **error)
{
	g_autoptr(GBytes) template = NULL;
	Labels *labels;

	if (!recipe->label || !desk_has_printer(&fixture->desk))
		return NULL;
	template = image_bytes(recipe->label, error);
	if (!template || !label_check(template, error))
		return NULL;
	labels = g_new0(Labels, 1);
	labels->recipe = recipe;
	labels->printer = fixture->desk.printer;
	labels->journal = journal;
	labels->template = g_steal_pointer(&template);
	labels->told = told;
	labels->data = data;
	labels->printing = g_thread_pool_new(print, labels, 1, FALSE, NULL);
	return labels;
}

void labels_reprint(
	Labels *labels, gint64 run, const LabelValues *values, const char *who, const char *why)
{
	Order *order = g_new0(Order, 1);

	order->labels = labels;
	order->run = run;
	order->serial = g_strdup(values->serial);
	order->who = g_strdup(who);
	order->why = g_strdup(why);
	order->label = label_fill(labels->template, values, &order->error);
	g_queue_push_tail(&labels->open, order);
	g_thread_pool_push(labels->printing, order, NULL);
}

void labels_print(Labels *labels, gint64 run, const LabelValues *values)
{
	labels_reprint(labels, run, values, values->station, NULL);
}

guint labels_open(const Labels *labels)
{
	return labels ? labels->open.length : 0;
}

static gboolean on_late(gpointer data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_CONTINUE;
}

void labels_flush(Labels *labels, guint ms)
{
	gboolean late = FALSE;
	guint timeout = g_timeout_add(ms, on_late, &late);

	while (labels_open(labels) && !late)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timeout);
}

/* The one that is printed now belongs to its thread, which nobody waits for: it and what it uses are left to it. */
void labels_free(Labels *labels)
{
	gboolean busy;
	Order *order;

	if (!labels)
		return;
	busy = labels->open.length > 0;
	g_thread_pool_free(labels->printing, TRUE, !busy);
	while ((order = g_queue_pop_head(&labels->open)) != NULL)
		record(order, "the station ended before it was; look whether it came out");
	if (busy)
		return;
	g_bytes_unref(labels->template);
	g_free(labels);
}

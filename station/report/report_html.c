/*
 * A report as one page that needs nothing else: no script, no font, no picture from elsewhere. HTML that is
 * well-formed XML too, so that whatever reads it in ten years may be simple. The policy in its head lets a
 * browser run and load nothing; even the style sheet counts only with its hash, so that markup which came in
 * by a mistake of ours would have no effect.
 */
#include "report/draw.h"
#include "report/report_page.h"

#include "core/version.h"
#include "journal/anchor.h"

#include <string.h>

static void put_policy(GString *out)
{
	guint8 digest[32];
	gsize length = sizeof digest;
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *hash = NULL;

	g_checksum_update(checksum, (const guchar *)report_style, -1);
	g_checksum_get_digest(checksum, digest, &length);
	hash = g_base64_encode(digest, length);
	g_string_append_printf(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\"/>\n",
		hash);
}

static void put_head(GString *out, const Report *report)
{
	g_string_append(out, "<!DOCTYPE html>\n"
			     "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
			     "<meta charset=\"utf-8\"/>\n");
	put_policy(out);
	g_string_append(out,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		"<meta name=\"referrer\" content=\"no-referrer\"/>\n"
		"<meta name=\"generator\" content=\"flashline " FLASHLINE_VERSION "\"/>\n<title>");
	html_text(out, report->title);
	g_string_append_printf(out, "</title>\n<style>%s</style>\n</head>\n", report_style);
}

static void put_made(GString *out, const char *made)
{
	const Cell cell = {.kind = CELL_TEXT, .text = (char *)made};
	g_autofree char *local = report_cell(&cell, COLUMN_TIME);
	g_autoptr(GDateTime) utc = g_date_time_new_from_iso8601(made, NULL);
	g_autoptr(GDateTime) here = g_date_time_to_local(utc);
	g_autofree char *zone = g_date_time_format(here, "%Z");

	g_string_append_printf(out, "<time datetime=\"%s\">", made);
	html_text(out, local);
	g_string_append_c(out, ' ');
	html_text(out, zone);
	g_string_append(out, "</time>");
}

static void put_header(GString *out, const ReportResult *result)
{
	g_string_append(out, "<header>\n<p class=\"brand\"><span><b>Flashline</b> report</span> ");
	put_made(out, result->made);
	g_string_append(out, "</p>\n<h1>");
	html_text(out, result->report->title);
	g_string_append(out, "</h1>\n<ul class=\"asked\">");
	for (guint i = 0; i < result->asked->len; i++) {
		g_autofree char *shown = svg_label(result->asked->pdata[i], 120);

		g_string_append(out, "<li>");
		html_text(out, shown);
		g_string_append(out, "</li>");
	}
	if (!result->asked->len)
		g_string_append(out, "<li>all production runs of this journal</li>");
	g_string_append(out, "</ul>\n</header>\n");
}

static void put_section(GString *out, const ReportResult *result, guint i)
{
	const ReportSection *section = result->report->sections->pdata[i];
	const Table *table = result->tables->pdata[i];
	const char *heading = *section->title ? section->title : result->report->title;
	g_autofree char *drawing = draw_section(section, table, heading, i + 1);

	g_string_append(out, "<section>\n");
	if (*section->title) {
		g_string_append(out, "<h2>");
		html_text(out, section->title);
		g_string_append(out, "</h2>\n");
	}
	if (*section->about) {
		g_string_append(out, "<p class=\"note\">");
		html_text(out, section->about);
		g_string_append(out, "</p>\n");
	}
	g_string_append(out, drawing ? drawing : "");
	if (section->draw.kind == DRAW_FACTS)
		report_put_facts(out, section, table);
	/* A row a value is nothing to look at. */
	else if (section->draw.kind != DRAW_HISTOGRAM || !drawing)
		report_put_table(out, section, table, heading);
	if (table_rows(table))
		report_put_csv(out, section, table);
	g_string_append(out, "</section>\n");
}

static void put_definitions(GString *out, const char *about)
{
	g_auto(GStrv) parts = g_strsplit(about, "\n", -1);

	if (!*about)
		return;
	g_string_append(out, "<section class=\"defined\">\n<h2>What the figures mean</h2>\n");
	for (guint i = 0; parts[i]; i++) {
		g_string_append(out, "<p>");
		html_text(out, parts[i]);
		g_string_append(out, "</p>\n");
	}
	g_string_append(out, "</section>\n");
}

/* The head is what `flashline anchor` prints: kept on paper, it vouches for all before it. */
static void put_footer(GString *out, const ReportResult *result)
{
	g_autofree char *anchor = anchor_write(&result->head, NULL, NULL);
	g_autofree char *file = g_path_get_basename(result->report->path);

	g_string_append(out, "<footer>\n<dl><dt>Journal</dt><dd><span class=\"c\">");
	html_text(out, result->head.journal);
	g_string_append_printf(out,
		"</span>, record %" G_GINT64_FORMAT "</dd>\n<dt>Hash of its head</dt>"
		"<dd class=\"c\">",
		result->head.record);
	html_text(out, result->head.hash);
	g_string_append(out, "</dd>\n<dt>Made by</dt><dd>flashline " FLASHLINE_VERSION ", report ");
	html_text(out, file);
	g_string_append(out, ", SHA-256 <span class=\"c\">");
	html_text(out, result->report->sha256);
	g_string_append(out,
		"</span></dd></dl>\n<p>Kept outside the station, this page proves later "
		"that no record up to that one was changed.</p>\n"
		"<details><summary>As a line for flashline verify --anchor FILE"
		"</summary><pre>");
	html_text(out, anchor ? g_strchomp(anchor) : "");
	g_string_append(out, "</pre></details>\n</footer>\n");
}

char *report_as_html(const ReportResult *result)
{
	GString *out = g_string_new(NULL);

	put_head(out, result->report);
	g_string_append(out, "<body>\n");
	put_header(out, result);
	g_string_append(out, "<main>\n");
	if (report_is_empty(result))
		g_string_append(out, "<p class=\"nothing\">" REPORT_NOTHING "</p>\n");
	for (guint i = 0; i < result->tables->len; i++)
		put_section(out, result, i);
	put_definitions(out, result->report->about);
	g_string_append(out, "</main>\n");
	put_footer(out, result);
	g_string_append(out, "</body>\n</html>\n");
	return g_string_free(out, FALSE);
}

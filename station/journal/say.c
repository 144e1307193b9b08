#include "journal/say.h"

#include "core/text.h"

char *say_text(const json_t *object, const char *key)
{
	const json_t *member = json_object_get(object, key);
	return json_is_string(member)
		       ? text_clean(json_string_value(member), (gssize)json_string_length(member))
		       : g_strdup("");
}

char *say_hash(const json_t *object, const char *key)
{
	g_autofree char *whole = say_text(object, key);
	return g_utf8_substring(whole, 0, MIN(g_utf8_strlen(whole, -1), 12));
}

char *say_time(const json_t *object, const char *key)
{
	g_autofree char *text = say_text(object, key);
	g_autoptr(GDateTime) time = *text ? g_date_time_new_from_iso8601(text, NULL) : NULL;
	g_autoptr(GDateTime) local = time ? g_date_time_to_local(time) : NULL;
	if (local)
		return g_date_time_format(local, "%Y-%m-%d %H:%M:%S");
	return g_strdup(*text ? text : "-");
}

char *say_seconds(const json_t *object, const char *key)
{
	const json_t *ms = json_object_get(object, key);
	return json_is_integer(ms) ? g_strdup_printf("%.1f s", json_integer_value(ms) / 1000.0)
				   : g_strdup("-");
}

gint64 say_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

Verdict say_verdict(const json_t *object, const char *key)
{
	Verdict verdict = VERDICT_ERROR;
	const char *word = json_string_value(json_object_get(object, key));
	return word && verdict_from_word(word, &verdict) ? verdict : VERDICT_ERROR;
}

/* "(0 .. 900)", "(at most 900)", or "". */
static char *limits(const json_t *low, const json_t *high)
{
	if (json_is_number(low) && json_is_number(high))
		return g_strdup_printf(
			" (%.10g .. %.10g)", json_number_value(low), json_number_value(high));
	if (json_is_number(low))
		return g_strdup_printf(" (at least %.10g)", json_number_value(low));
	if (json_is_number(high))
		return g_strdup_printf(" (at most %.10g)", json_number_value(high));
	return g_strdup("");
}

/* A limit that is kept is proven by a number; what is no number keeps none. */
static gboolean kept(const json_t *number, const json_t *low, const json_t *high)
{
	double value = json_number_value(number);
	if (json_is_number(low) && !(json_is_number(number) && value >= json_number_value(low)))
		return FALSE;
	return !json_is_number(high) ||
	       (json_is_number(number) && value <= json_number_value(high));
}

char *say_value(const json_t *value)
{
	const json_t *number = json_object_get(value, "value");
	const json_t *low = json_object_get(value, "low"), *high = json_object_get(value, "high");
	g_autofree char *unit = say_text(value, "unit");
	g_autofree char *bounds = limits(low, high);
	g_autofree char *shown = json_is_number(number)
					 ? g_strdup_printf("%.10g", json_number_value(number))
					 : say_text(value, "text");
	return g_strconcat(shown, *unit ? " " : "", unit, bounds,
		kept(number, low, high) ? "" : " OUTSIDE ITS LIMITS", NULL);
}

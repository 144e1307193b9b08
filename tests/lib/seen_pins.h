/* What a pin bank that only remembers was told, in words: "C0=1+C1=0 " is two pins of one call. */
#pragma once

#include <glib.h>

static inline void seen_pins(GString *seen, guint32 pins, guint32 levels)
{
	const char *between = "";

	for (guint pin = 0; pin < 32; pin++) {
		if (!(pins >> pin & 1))
			continue;
		g_string_append_printf(seen, "%s%c%u=%u", between, 'A' + (int)(pin / 8), pin % 8,
			levels >> pin & 1);
		between = "+";
	}
	g_string_append_c(seen, ' ');
}

/* An error of the domain FAILURE, its code, and what its message has to say. */
#pragma once

#include "core/failure.h"

#include <string.h>

/* `part`: some of its words; NULL: any. */
static inline void assert_failed(const GError *error, FailureCode code, const char *part)
{
	g_assert_error(error, FAILURE, (gint)code);
	if (part && !strstr(error->message, part))
		g_error("\"%s\" does not say \"%s\"", error->message, part);
}

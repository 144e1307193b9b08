/* Shared by the files that copy journals. */
#pragma once

#include "journal/copy.h"

/* Makes an empty file `fresh` (0600) for what is to become `to`, which must not be there. */
gboolean copy_begin(const char *to, const char *fresh, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens and proves a copy, `seen` being a head that must be in it. `head` is the copy's. */
gboolean copy_is_whole(const char *path, const JournalHead *seen, JournalHead *head,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The version of a journal's tables: whether this program knows it, and bringing it to the newest. */
#pragma once

#include "journal/database.h"

#define JOURNAL_APPLICATION_ID 0x464C5348 /* "FLSH" */

/* Makes the tables in an empty database, or brings an older journal up to this program's schema,
 * each version in a transaction of its own. */
gboolean schema_migrate(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Is it a journal, and one that this program understands? `older_too`: one to be migrated will do. */
gboolean schema_is_ours(
	Journal *journal, gboolean older_too, GError **error) G_GNUC_WARN_UNUSED_RESULT;

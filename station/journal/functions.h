/* Shared by the files that make statistics SQL functions (query.h lists them). */
#pragma once

#include "journal/database.h"

/* A number, or NULL for what is none. */
void functions_answer(sqlite3_context *context, double result);
gboolean functions_is_number(sqlite3_value *value);
/* A count of units; FALSE where it is none. */
gboolean functions_count(sqlite3_value *value, guint *count);

void functions_register_plans(Journal *journal);
void functions_register_gauge(Journal *journal);
void functions_register_time(Journal *journal);

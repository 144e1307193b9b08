/*
 * What a download will write and erase, known and checked before the first command.
 *
 *   segments   [....]  [..][......]              as an image has them, ascending
 *   ranges     |####|  |##########|              whole flash words: the rest of a word is 0xFF
 *   sectors    |---------------|--------------|  that these ranges lie in: only they are erased
 */
#pragma once

#include "link/dfuse.h"

typedef struct DfusePlan DfusePlan;

DfusePlan *dfuse_plan_new(void);
void dfuse_plan_free(DfusePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DfusePlan, dfuse_plan_free)

/* Copies the bytes. By address, none over another: FAILURE_STATION_INTERNAL otherwise. */
gboolean dfuse_plan_add(DfusePlan *plan, guint32 address, const guint8 *data, gsize length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Closes it: which sectors of the map there are to erase, and that all of this may be (dfuse_may()).
 * Fails as dfuse_may(). */
gboolean dfuse_plan_check(
	DfusePlan *plan, const Dfuse *dfuse, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the device holds the first bytes that the plan has for a sector. FAILURE_FLASH_VERIFY: no. */
gboolean dfuse_plan_agrees(const DfusePlan *plan, Dfuse *dfuse, const DfuseSector *sector,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Leaves a sector, and what would be written there, out of a plan that is checked; nothing can be added
 * to it then. */
void dfuse_plan_skip(DfusePlan *plan, const DfuseSector *sector);

/* Owned by the plan; changed by the next dfuse_plan_add() or _skip(). */
const DfuseRange *dfuse_plan_ranges(const DfusePlan *plan, guint *count);
const DfuseSector *dfuse_plan_sectors(const DfusePlan *plan, guint *count);
gsize dfuse_plan_bytes(const DfusePlan *plan); /* of all ranges */

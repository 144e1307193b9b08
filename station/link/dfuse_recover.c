#include "link/dfuse_parts.h"

enum {
	/* A ROM that is only stuck in its state answers at once; one that hangs does not. */
	ANSWER_MS = 500,
	ROUNDS = 2,
};

static gboolean ask(Dfuse *dfuse, DfuStatus *status, GError **error)
{
	return dfu_get_status(&dfuse->dfu, status, ANSWER_MS, error) ||
	       dfu_settle(error, FAILURE_DFU_ERASE_STALL);
}

static gboolean clear(Dfuse *dfuse, GError **error)
{
	return dfu_request_within(&dfuse->dfu, DFU_CLRSTATUS, 0, NULL, 0, ANSWER_MS, error) == 0 ||
	       dfu_settle(error, FAILURE_DFU_ERASE_STALL);
}

/*
 *   dfuDNBUSY --CLRSTATUS--> errUNKNOWN in dfuERROR --CLRSTATUS--> OK in dfuIDLE
 *
 * Not where it is not busy: other ROMs stall a CLRSTATUS that nothing asks for (boards.md section 4.5).
 */
gboolean dfuse_recover(Dfuse *dfuse, GError **error)
{
	DfuStatus status = {0};

	if (!ask(dfuse, &status, error))
		return FALSE;
	for (guint round = 0; round < ROUNDS; round++) {
		if (status.state != DFU_DNBUSY && status.state != DFU_ERROR)
			break;
		if (!clear(dfuse, error) || !ask(dfuse, &status, error))
			return FALSE;
	}
	if (status.state == DFU_IDLE && !status.status)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DFU_ERASE_STALL,
		"CLRSTATUS twice leaves it with %s in %s", dfu_status_word(status.status),
		dfu_state_word((guint8)status.state));
	return FALSE;
}

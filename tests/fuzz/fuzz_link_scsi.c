/* libFuzzer: what a USB drive answers to commands, and its descriptors (lib/scsi_proof.h: what must hold). */
#include "lib/scsi_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scsi_proof(data, size);
	return 0;
}

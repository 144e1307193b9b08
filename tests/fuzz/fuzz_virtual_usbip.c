/* libFuzzer: a client of the USB/IP server that says anything (lib/usbip_proof.h). */
#include "lib/usbip_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	usbip_proof(data, size);
	return 0;
}

/*
 * The USB/IP server against a client that says whatever these bytes are, and what must hold: it does not fall
 * over, the connection's end gives the device back, and the next client gets it. Also for libFuzzer.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The first byte chooses what the device does, and whether it has been imported before the rest is sent. */
void usbip_proof(const uint8_t *data, size_t size);

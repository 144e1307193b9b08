/*
 * A host that talks to a camera's drive on the bench: Bulk-Only Transport and a few SCSI commands; and the
 * drive's volume as it lies in flash, for tests of both.
 */
#pragma once

#include "fatfs.h"
#include "lib/bench.h"

enum { BULK_IN = 0x81, BULK_OUT = 0x01 };
enum { PASSED, FAILED, PHASE_ERROR };
#define HOST_TAG 0x12345678u

extern const uint8_t host_read_capacity[16], host_test_ready[16], host_allow_removal[16];

uint32_t host_get32(const uint8_t *at);
void host_transfer_cdb(uint8_t cdb[16], uint8_t code, uint32_t block, uint32_t count);

void host_send(Bench *bench, const uint8_t cdb[16], bool in, uint32_t length);
/* Checks the form; the residue is returned in *residue if wanted. */
unsigned host_status(Bench *bench, uint32_t *residue);
void host_clear_halt(Bench *bench, uint8_t endpoint);
/* A command that is expected to pass and to move all its data. */
void host_command(Bench *bench, const uint8_t cdb[16], bool in, void *data, uint32_t length);
/* A command that fails: bulk-in is halted, the status comes after that is cleared. Key and code. */
unsigned host_fail(Bench *bench, const uint8_t cdb[16], uint32_t length);

void host_read(Bench *bench, uint32_t block, uint32_t count, uint8_t *into);
void host_write(Bench *bench, uint32_t block, uint32_t count, const uint8_t *from);

/* Switches the board on, leaves the bootloader, waits for the camera. */
void host_boot(Bench *bench);
/* The same, and asks for the capacity, without which nothing can be read. */
void host_power_on(Bench *bench);
void host_power_cycle(Bench *bench);
/* A world `time` as fast; its H7's drive is formatted and has main.py ("old"). */
void host_open(Bench *bench, double time, const BoardConfig *config);

/* The volume in the flash of an H7; at the start of the QSPI flash of an H7 Plus. */
uint8_t *host_flash_volume(Bench *bench);
FatDisk host_flash_disk(Bench *bench);
FatDisk host_qspi_disk(Bench *bench);
bool host_flash_has(Bench *bench, const char *name);
bool host_qspi_has(Bench *bench, const char *name);

/* A debugger's hand on a simulated H743, for tests of the chip: words over SWD, no probe, no USB. */
#pragma once

#include "h7.h"

#include <glib.h>

typedef struct {
	VLoop *loop;
	H7 *h7;
	unsigned runs, stops; /* calls of the chip's hooks */
} Swd;

/* A level 0 chip of revision V, not yet powered; `change` (or NULL) may spoil its configuration. */
void swd_open(Swd *swd, double time, void (*change)(H7Config *config));
void swd_close(Swd *swd);

/* Line reset, DPIDR, debug power. */
void swd_connect(Swd *swd);
DapAck swd_dp_read(Swd *swd, unsigned reg, uint32_t *value);
DapAck swd_dp_write(Swd *swd, unsigned reg, uint32_t value);
/* `ap` number, register number. */
uint32_t swd_ap_read(Swd *swd, unsigned ap, unsigned reg);

/* Memory through AP0. False and cleared errors if the access faults. */
bool swd_try_read(Swd *swd, uint32_t address, uint32_t *value);
bool swd_try_write(Swd *swd, uint32_t address, uint32_t value);
/* The same, and must not fault. */
uint32_t swd_read(Swd *swd, uint32_t address);
void swd_write(Swd *swd, uint32_t address, uint32_t value);
void swd_write_bytes(Swd *swd, uint32_t address, const void *bytes, size_t length);

/* Lets the world go on until (word & mask) == wanted; the test fails after 20 s. */
uint32_t swd_until(Swd *swd, uint32_t address, uint32_t mask, uint32_t wanted);
/* The same for a counter of hook calls. */
void swd_until_count(Swd *swd, const unsigned *counter, unsigned wanted);
/* Lets `ns` of the world's work pass. */
void swd_work(Swd *swd, uint64_t ns);

/* Core: registers as DCRSR numbers them. */
void swd_reset_halt(Swd *swd);
uint32_t swd_get(Swd *swd, unsigned reg);
void swd_set(Swd *swd, unsigned reg, uint32_t value);
/* Writes `code` to 0x20000000 and starts it there. */
void swd_start(Swd *swd, const uint16_t *code, size_t halfwords);
/* ... and waits until the core halts; returns R0. */
uint32_t swd_run_code(Swd *swd, const uint16_t *code, size_t halfwords);

#define DHCSR 0xE000EDF0u
#define DEMCR 0xE000EDFCu
#define DFSR  0xE000ED30u
#define CFSR  0xE000ED28u
#define AIRCR 0xE000ED0Cu
enum { S_HALT = 1 << 17, S_LOCKUP = 1 << 19, S_RESET_ST = 1 << 25 };

/* ---- the flash controller (boards.md section 4.6) ---- */

#define FLASH_KEYR 0x52002004u
#define FLASH_CR   0x5200200Cu
#define FLASH_SR   0x52002010u
#define FLASH_CCR  0x52002014u
#define FLASH_BANK 0x100u /* of bank 2 */
enum { CR_LOCK = 1, CR_PG = 2, CR_SER = 4, CR_X64 = 3 << 4, CR_FW = 1 << 6, CR_START = 1 << 7 };
enum { SR_BSY = 1, SR_WBNE = 2, SR_QW = 4, SR_WRPERR = 1 << 17, SR_PGSERR = 1 << 18 };
enum { SR_STRBERR = 1 << 19, SR_INCERR = 1 << 21, SR_RDPERR = 1 << 23, SR_DBECCERR = 1 << 26 };

void swd_unlock(Swd *swd, unsigned bank);
void swd_start_erase(Swd *swd, unsigned sector);
void swd_erase(Swd *swd, unsigned sector);
/* Stores the 8 words of one flash word and waits for QW. */
void swd_program(Swd *swd, uint32_t address, const uint32_t words[8]);
/* swd_open(), then on, connected, core halted, both banks unlocked. */
void swd_open_ready(Swd *swd, double time, void (*change)(H7Config *config));

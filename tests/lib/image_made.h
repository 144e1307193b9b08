/* Image files made for tests, from the descriptions of their formats and not with the station's code. */
#pragma once

#include <glib.h>

/* `length` bytes that repeat only after 251. */
GBytes *made_bytes(gsize length);

/* Two loaded segments of 64 and 32 bytes at 0x08040000 and 0x08040100 (p_paddr; they run elsewhere), one
 * segment of RAM, one note. */
GByteArray *made_elf(void);
enum { ELF_PHOFF = 52, ELF_PHDR = 32, ELF_FIRST = 52 + 4 * 32 };

/* 64 bytes at 0x0803FFE0, so across a 64 KiB border, and 16 at 0x081E0000. */
GString *made_hex(void);
/* One record, its checksum right, with its line end. */
void made_record(GString *out, guint address, guint type, const guint8 *data, guint length);

/* After a change: the checksum of every record right again, as far as one can be seen. */
void made_sums(GString *hex);

/* boards.md section 3.4: alt 0 with 0x08000000 (100 bytes) and 0x08040000 (50), alt 1 with 8 bytes. */
GByteArray *made_dfuse(void);
/* After a change: the CRC right again. Bit by bit, as boards.md section 3.4 says. */
void made_crc(GByteArray *file);
guint32 made_crc_of(const guint8 *bytes, gsize length);

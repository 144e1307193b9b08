/*
 * ELF as Arm's linkers write it for a Cortex-M: 32 bits, little-endian, an executable. What is loaded
 * is in the program headers, at their physical addresses (p_paddr: where it lies in flash, not where
 * it runs). libelf lists segments that the file does not have (libraries.md section 9: both of a file of
 * 9 kB cut to 150 bytes), so every bound is checked here.
 */
#include "image/image_parts.h"

#include <gelf.h>
#include <libelf.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Elf, elf_end)

/* Before libelf sees the file. */
static gboolean check_ident(const guint8 *ident, gsize length, GError **error)
{
	if (length < sizeof(Elf32_Ehdr))
		return image_refuse(error, IMAGE_FILE_TRUNCATED, length,
			"the file ends within its ELF header: it is cut");
	if (ident[EI_CLASS] != ELFCLASS32)
		return image_refuse(error, IMAGE_FILE_FORMAT, EI_CLASS,
			"ELF class %u; the chip has 32 bits (class %d)", ident[EI_CLASS],
			ELFCLASS32);
	if (ident[EI_DATA] != ELFDATA2LSB)
		return image_refuse(error, IMAGE_FILE_FORMAT, EI_DATA,
			"ELF byte order %u; the chip is little-endian (%d)", ident[EI_DATA],
			ELFDATA2LSB);
	return TRUE;
}

static gboolean check_header(const GElf_Ehdr *header, gsize length, GError **error)
{
	if (header->e_machine != EM_ARM)
		return image_refuse(error, IMAGE_FILE_FORMAT, offsetof(Elf32_Ehdr, e_machine),
			"it is for machine %u, not for Arm (%d)", header->e_machine, EM_ARM);
	if (header->e_type != ET_EXEC)
		return image_refuse(error, IMAGE_FILE_FORMAT, offsetof(Elf32_Ehdr, e_type),
			"it is of type %u, not a linked program (%d)", header->e_type, ET_EXEC);
	if (header->e_phnum > IMAGE_FILE_SEGMENTS_MAX)
		return image_refuse(error, IMAGE_FILE_TOO_MUCH, offsetof(Elf32_Ehdr, e_phnum),
			"%u program headers; %u are allowed", header->e_phnum,
			IMAGE_FILE_SEGMENTS_MAX);
	if (header->e_phnum && header->e_phentsize != sizeof(Elf32_Phdr))
		return image_refuse(error, IMAGE_FILE_FORMAT, offsetof(Elf32_Ehdr, e_phentsize),
			"program headers of %u bytes; they have %" G_GSIZE_FORMAT,
			header->e_phentsize, sizeof(Elf32_Phdr));
	/* 32-bit numbers in 64-bit ones: the sum cannot overflow. */
	if (header->e_phoff + header->e_phnum * sizeof(Elf32_Phdr) > length)
		return image_refuse(error, IMAGE_FILE_TRUNCATED, offsetof(Elf32_Ehdr, e_phoff),
			"%u program headers at 0x%" G_GINT64_MODIFIER
			"X pass the end of the file, 0x%" G_GSIZE_MODIFIER "X: it is cut",
			header->e_phnum, (guint64)header->e_phoff, length);
	return TRUE;
}

/* `at`: where the program header stands. */
static gboolean check_segment(const GElf_Phdr *segment, gsize at, gsize length, GError **error)
{
	guint64 begin = segment->p_offset, size = segment->p_filesz;

	if (begin + size > length)
		return image_refuse(error, IMAGE_FILE_TRUNCATED, at,
			"a segment of %" G_GUINT64_FORMAT " bytes at 0x%" G_GINT64_MODIFIER
			"X passes the end of the file, 0x%" G_GSIZE_MODIFIER "X: it is cut",
			size, begin, length);
	if (segment->p_memsz < size)
		return image_refuse(error, IMAGE_FILE_FORMAT, at,
			"a segment has more bytes in the file (%" G_GUINT64_FORMAT
			") than in memory (%" G_GUINT64_FORMAT ")",
			size, (guint64)segment->p_memsz);
	/* Linkers do so when pages of a PC are larger than the gap before the first section. */
	if (begin < sizeof(Elf32_Ehdr))
		return image_refuse(error, IMAGE_FILE_FORMAT, at,
			"a segment holds the ELF header itself, which would be written before the "
			"program: link with -Wl,-n");
	return TRUE;
}

static gboolean read_segments(
	ImageFile *file, GBytes *bytes, Elf *elf, const GElf_Ehdr *header, GError **error)
{
	guint target = image_target_add(file, 0, NULL, 0);

	for (guint i = 0; i < header->e_phnum; i++) {
		gsize at = header->e_phoff + i * sizeof(Elf32_Phdr);
		g_autoptr(GBytes) body = NULL;
		GElf_Phdr segment;

		if (!gelf_getphdr(elf, (int)i, &segment))
			return image_refuse(error, IMAGE_FILE_FORMAT, at, "program header %u: %s",
				i, elf_errmsg(-1));
		/* Without bytes in the file: RAM to be cleared at start. */
		if (segment.p_type != PT_LOAD || !segment.p_filesz)
			continue;
		if (!check_segment(&segment, at, file->length, error))
			return FALSE;
		body = g_bytes_new_from_bytes(bytes, segment.p_offset, segment.p_filesz);
		if (!image_segment_add(
			    file, target, segment.p_paddr, body, segment.p_offset, error))
			return FALSE;
	}
	return TRUE;
}

gboolean image_elf_read(ImageFile *file, GBytes *bytes, GError **error)
{
	const guint8 *data = g_bytes_get_data(bytes, NULL);
	g_autoptr(Elf) elf = NULL;
	GElf_Ehdr header;

	if (!check_ident(data, file->length, error))
		return FALSE;
	elf_version(EV_CURRENT);
	/* It only reads: elf_memory() opens for reading. */
	elf = elf_memory((char *)data, file->length);
	if (!elf || !gelf_getehdr(elf, &header))
		return image_refuse(error, IMAGE_FILE_FORMAT, 0, "libelf: %s", elf_errmsg(-1));
	return check_header(&header, file->length, error) &&
	       read_segments(file, bytes, elf, &header, error);
}

/*
 * A file with an image in it -> which bytes belong at which addresses.
 *
 *   firmware.bin + address ─┐
 *   firmware.hex            ├─ recognised by its first bytes, checked whole ─> targets ─> segments
 *   firmware.elf            │
 *   openmv.dfu (DfuSe, DFU) ┘
 *
 * Files come from outside: whatever is wrong with one, it is refused with the offset of the mistake,
 * and nothing of it is used. A file that is named like one kind and is none (a damaged firmware.hex)
 * is not taken for a raw image.
 */
#pragma once

#include <glib.h>

/* Larger than any part of an OpenMV camera (boards.md section 1.3: 32 MiB of QSPI flash), twice as
 * large for what HEX needs for a byte. */
#define IMAGE_FILE_BYTES_MAX (96u << 20)
/* Real files have a handful; more is an attack on our memory. */
#define IMAGE_FILE_SEGMENTS_MAX 4096u
/* No address is given: for a raw image it must be, for the others it must not. */
#define IMAGE_FILE_NO_ADDRESS G_MAXUINT64

/* A file is judged before any board is touched, so its errors are no verdicts (core/failure.h). */
#define IMAGE_FILE_ERROR image_file_error_quark()
GQuark image_file_error_quark(void);
typedef enum {
	IMAGE_FILE_FORMAT,    /* not what this kind of file looks like */
	IMAGE_FILE_TRUNCATED, /* ends before what it announces */
	IMAGE_FILE_CHECKSUM,  /* not what was once written */
	IMAGE_FILE_ORDER,     /* records or parts where they may not be */
	IMAGE_FILE_OVERLAP,   /* two bytes for one address */
	IMAGE_FILE_WRAP,      /* past the end of the 32-bit address space, or of a 64 KiB segment */
	IMAGE_FILE_TOO_MUCH,  /* more bytes or segments than the limits above */
	IMAGE_FILE_ADDRESS,   /* an address is missing, or given where the file has its own */
	IMAGE_FILE_OUTSIDE,   /* of the flash map that it was checked against */
	IMAGE_FILE_IO,        /* cannot be read */
} ImageFileError;

typedef enum {
	IMAGE_KIND_BIN,   /* raw */
	IMAGE_KIND_DFU,   /* raw with a DFU suffix behind, as `dfu-suffix -a` makes it */
	IMAGE_KIND_HEX,   /* Intel HEX */
	IMAGE_KIND_ELF,   /* ELF, 32 bits, Arm */
	IMAGE_KIND_DFUSE, /* ST's DfuSe (boards.md section 3.4) */
} ImageKind;

/* "bin", "dfu", "hex", "elf", "dfuse". */
const char *image_kind_word(ImageKind kind);

typedef struct {
	guint target; /* index into the file's targets */
	guint64 address;
	GBytes *bytes; /* at least one; address + length is at most 2^32 */
	gsize offset;  /* where in the file they, or the record of the first of them, stand */
} ImageSegment;

/* What DfuSe files have several of: one alternate setting of a device. The others have one, alt 0. */
typedef struct {
	guint alt;
	char *name; /* clean text (core/text.h); NULL: it has none */
} ImageTarget;

/* boards.md section 3.4; 0xFFFF: any. */
typedef struct {
	guint16 device, product, vendor, dfu;
	guint32 crc;
	guint length; /* bytes, 16 or more */
} ImageSuffix;

typedef struct {
	ImageKind kind;
	gsize length;       /* of the file, bytes */
	GBytes *bytes;      /* the file as it is */
	GPtrArray *targets; /* of ImageTarget*, at least one, in the order of the file */
	GPtrArray
		*segments; /* of ImageSegment*, at least one, by target, then by address; no two of
			      * the same alt overlap */
	gboolean has_suffix;
	ImageSuffix suffix;
} ImageFile;

/* What is free between two segments of a target. */
typedef struct {
	guint target;
	guint64 address, length;
} ImageGap;

/* `name` says what the file may be (its ending), and stands in front of errors. Keeps slices of `bytes`. */
ImageFile *image_file_parse(GBytes *bytes, const char *name, guint64 bin_address,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same from a regular file. */
ImageFile *image_file_load(
	const char *path, guint64 bin_address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void image_file_free(ImageFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageFile, image_file_free)

/* Of ImageGap, newly allocated. */
GArray *image_file_gaps(const ImageFile *file);

/* For segments made elsewhere. Keeps a reference to the bytes. */
ImageSegment *image_segment_new(guint target, guint64 address, GBytes *bytes, gsize offset);
void image_segment_free(ImageSegment *segment);
gsize image_segment_length(const ImageSegment *segment);
/* The address of the last byte. */
guint64 image_segment_last(const ImageSegment *segment);

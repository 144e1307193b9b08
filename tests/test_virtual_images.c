/* The demo images: recipes pin their hashes, so that they must stay the same for ever. */
#include "images.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static const char *const pinned[DEMO_IMAGES] = {
	"a6fad2d7067f816ead09e7d66072304307c25557934c28897d54832c83df99ee",
	"17dbc5f8da0773b1efc1a3b0bcfcb8ec0408c84285bdd47df17fcf20f7e79224",
	"b1be17e4809f881e650f0f08357f6af7982f2be249a49de97c2d75e375e9de75",
	"1c7e10dab89b89ee3f9e4059b2aa92baf0de829c875c82a7f6bf10af8e2327a3",
	"29722f0bbee63fbcdd576772dd7461c98119bdb0b074e5d1554b6d49aa3a6609",
	"48b37d6a5f78d654cb1b4bd7a7fbb7de9432e046d939794d83b00e08af9ac6eb",
	"aa3c46716e97d292dfe0bda6dabe20c65f64c4dce1845f0d44d3aefb31efb182",
	"9bb38b5a0ecf397a93cb51a866e9be75b50c337fcfcdbda218249b50ab456203",
	"1360b9fbfb52fe8d17ccb63f335e4bb462986e3d01fd176ee17b3ebf9fbc4439",
	"76985b01692cd22b9b7c1b76581b6d72a6561d49c64a854fc4ea1a058db272ac",
};

static void test_hashes(void)
{
	for (DemoImage which = 0; which < DEMO_IMAGES; which++) {
		size_t length;
		uint8_t *image = demo_image(which, &length);
		g_autofree char *sum =
			g_compute_checksum_for_data(G_CHECKSUM_SHA256, image, length);
		g_test_message("%s: %zu bytes", demo_image_name(which), length);
		g_assert_cmpstr(sum, ==, pinned[which]);
		free(image);
	}
}

static void test_crc(void)
{
	/* The check value of CRC-32/ISO-HDLC. */
	g_assert_cmphex(image_crc32((const uint8_t *)"123456789", 9), ==, 0xCBF43926);
	g_assert_cmphex(image_crc32(NULL, 0), ==, 0);
}

static uint32_t room(DemoImage which)
{
	return demo_image_address(which) == BOOTLOADER_BASE ? BOOTLOADER_ROOM : FIRMWARE_ROOM;
}

/* An image as it lies in erased flash. */
static uint8_t *in_flash(DemoImage which, size_t *length)
{
	uint8_t *image = demo_image(which, length), *flash = malloc(room(which));
	memset(flash, 0xFF, room(which));
	memcpy(flash, image, *length);
	free(image);
	return flash;
}

static void test_sound(void)
{
	for (DemoImage which = 0; which < DEMO_ROMFS_PLUS; which++) {
		size_t length;
		uint8_t *flash = in_flash(which, &length);
		uint32_t address = demo_image_address(which);
		g_assert_true(image_sound(flash, address, room(which)));
		g_assert_cmpuint(image_board(flash), ==,
			which < DEMO_BOOTLOADER_PLUS ? BOARD_H7 : BOARD_H7PLUS);
		g_assert_cmpint(image_generation(flash), ==,
			strstr(demo_image_name(which), "-cdc") ? GENERATION_CDC : GENERATION_DFU);
		/* What a writer pads the last flash word with is not part of the image. */
		memset(flash + length, 0, 12);
		g_assert_true(image_sound(flash, address, room(which)));
		/* The same bytes elsewhere: the reset vector points outside. */
		g_assert_false(image_sound(flash, address + 0x400000, room(which)));
		g_assert_false(image_sound(flash, address, (uint32_t)length - 1));
		free(flash);
	}
}

static void test_every_kind_of_damage(void)
{
	size_t length;
	uint8_t *flash = in_flash(DEMO_BOOTLOADER, &length);
	const size_t places[] = {
		0, 3, 4, 7, 0x2C0, 0x2C4, 0x2C7, 0x1000, 30000, length - 5, length - 1};
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		flash[places[i]] ^= 0x80;
		g_assert_false(image_sound(flash, BOOTLOADER_BASE, BOOTLOADER_ROOM));
		flash[places[i]] ^= 0x80;
	}
	flash[4] ^= 1; /* an even reset vector: not Thumb */
	g_assert_false(image_sound(flash, BOOTLOADER_BASE, BOOTLOADER_ROOM));

	memset(flash, 0xFF, BOOTLOADER_ROOM);
	g_assert_false(image_sound(flash, BOOTLOADER_BASE, BOOTLOADER_ROOM));
	memset(flash, 0x00, BOOTLOADER_ROOM);
	g_assert_false(image_sound(flash, BOOTLOADER_BASE, BOOTLOADER_ROOM));
	free(flash);
}

/* Nobody writes a vector table that is right in form only and gets it run: all but the checksum. */
static void test_vectors_alone_do_not_suffice(void)
{
	uint8_t *flash = calloc(1, BOOTLOADER_ROOM);
	const uint8_t vectors[8] = {0x00, 0x00, 0x02, 0x20, 0x01, 0x03, 0x00, 0x08};
	memcpy(flash, vectors, sizeof vectors);
	g_assert_false(image_sound(flash, BOOTLOADER_BASE, BOOTLOADER_ROOM));
	free(flash);
}

static void test_layout(void)
{
	size_t length;
	uint8_t *image = demo_image(DEMO_BOOTLOADER, &length);
	const uint8_t header[8] = {0xAD, 0x10, 0x07, 0xB0, 1, 0, 3, 0};
	g_assert_cmpmem(image + BOOT_HEADER_OFFSET, 8, header, 8);
	g_assert_cmpuint(length, <=, BOOTLOADER_ROOM);
	free(image);

	image = demo_image(DEMO_FIRMWARE, &length);
	g_assert_cmpuint(FIRMWARE_BASE + length, >, 0x08100000); /* into bank 2 */
	g_assert_cmpuint(length, <=, FIRMWARE_ROOM);
	g_assert_cmpuint(length % 32, !=, 0); /* the last flash word is partial */
	free(image);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/images/hashes", test_hashes);
	g_test_add_func("/virtual/images/crc", test_crc);
	g_test_add_func("/virtual/images/sound", test_sound);
	g_test_add_func("/virtual/images/damage", test_every_kind_of_damage);
	g_test_add_func("/virtual/images/vectors-alone", test_vectors_alone_do_not_suffice);
	g_test_add_func("/virtual/images/layout", test_layout);
	return g_test_run();
}

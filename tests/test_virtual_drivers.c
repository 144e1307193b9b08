/* The kernel's drivers as programs meet them: which interface has one, and when it comes and goes. */
#include "usbfs.h"

#include <errno.h>

/* A camera: a drive (0), a port's control (1) and data (2) interface, something without a driver (3). */
static const uint8_t composite[] = {9, 2, 9 + 9 + 9 + 5 + 9 + 9, 0, 4, 1, 0, 0xc0, 50, /**/
	9, 4, 0, 0, 0, 8, 6, 80, 0, 9, 4, 1, 0, 0, 2, 2, 1, 0, 5, 0x24, 6, 1, 2,       /**/
	9, 4, 2, 0, 0, 10, 0, 0, 0, 9, 4, 3, 0, 0, 0xfe, 1, 2, 0};
static const uint8_t camera[18] = {18, 1, 0, 2, 0xef, 2, 1, 64, 0xc5, 0x37, 0x04, 0x12};
static const uint8_t ftdi[18] = {18, 1, 0, 2, 0, 0, 0, 64, 0x03, 0x04, 0x11, 0x60};

static void test_binding(void)
{
	VDev dev = {.device_descriptor = camera, .configuration_descriptor = composite};
	VPort port = {.dev = &dev};
	Link link = {.port = &port};

	drivers_bind_all(&link);
	g_assert_cmpstr(link.drivers[0], ==, "usb-storage");
	g_assert_cmpstr(link.drivers[1], ==, "cdc_acm");
	g_assert_cmpstr(link.drivers[2], ==, "cdc_acm");
	g_assert_null(link.drivers[3]);
	g_assert_cmpint(driver_bind(&link, 0), ==, -EBUSY);
	g_assert_cmpint(driver_bind(&link, 3), ==, 0);
	g_assert_cmpint(driver_bind(&link, 4), ==, -EINVAL);
	g_assert_cmpint(driver_bind(&link, 4711), ==, -EINVAL);
	g_assert_cmpint(driver_unbind(&link, 3), ==, -ENODATA);
	g_assert_cmpint(driver_unbind(&link, 4711), ==, -ENODATA);
	g_assert_cmpint(driver_unbind(&link, 0), ==, 0);
	g_assert_null(link.drivers[0]);
}

/* A port's driver goes from both interfaces, and comes back by the first, when the second is free. */
static void test_port(void)
{
	VDev dev = {.device_descriptor = camera, .configuration_descriptor = composite};
	VPort port = {.dev = &dev};
	Link link = {.port = &port};
	Conn somebody = {0};

	for (unsigned first = 1; first <= 2; first++) {
		drivers_bind_all(&link);
		g_assert_cmpint(driver_unbind(&link, first), ==, 0);
		g_assert_null(link.drivers[1]);
		g_assert_null(link.drivers[2]);
		g_assert_nonnull(link.drivers[0]);
	}
	link.owners[2] = &somebody;
	g_assert_cmpint(driver_bind(&link, 1), ==, 0);
	link.owners[2] = NULL;
	g_assert_cmpint(driver_bind(&link, 2), ==, 0);
	g_assert_null(link.drivers[2]);
	g_assert_cmpint(driver_bind(&link, 1), ==, 1);
	g_assert_cmpstr(link.drivers[2], ==, "cdc_acm");
}

static void test_vendor(void)
{
	VDev dev = {.device_descriptor = ftdi, .configuration_descriptor = composite};
	VPort port = {.dev = &dev};
	Link link = {.port = &port};

	g_assert_cmpint(driver_bind(&link, 3), ==, 1);
	g_assert_cmpstr(link.drivers[3], ==, "ftdi_sio");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/drivers/binding", test_binding);
	g_test_add_func("/virtual/drivers/port", test_port);
	g_test_add_func("/virtual/drivers/vendor", test_vendor);
	return g_test_run();
}

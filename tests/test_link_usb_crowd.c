/* How busy a hub is: usb_crowd.h. */
#include "link/usb_crowd.h"

#define OWN "1-2.3"

static void test_ports(void)
{
	UsbCrowd crowd = {0};

	usb_crowd_see(&crowd, OWN, "1-2.1", 5, 90); /* there before */
	crowd.since_us = 100;
	usb_crowd_see(&crowd, OWN, "1-2.1", 5, 110);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 0);
	usb_crowd_see(&crowd, OWN, "1-2.1", 6, 120);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 1);
	usb_crowd_see(&crowd, OWN, "1-2.14", 7, 130);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 2);
	/* Neither itself, nor another hub's, above or below. */
	usb_crowd_see(&crowd, OWN, OWN, 8, 140);
	usb_crowd_see(&crowd, OWN, "1-2", 9, 140);
	usb_crowd_see(&crowd, OWN, "1-2.1.4", 10, 140);
	usb_crowd_see(&crowd, OWN, "1-20.4", 11, 140);
	usb_crowd_see(&crowd, OWN, "2-2.4", 12, 140);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 2);
}

/* At a root hub. */
static void test_root(void)
{
	UsbCrowd crowd = {.since_us = 100};

	usb_crowd_see(&crowd, "1-2", "1-4", 5, 110);
	usb_crowd_see(&crowd, "1-2", "1-4.1", 6, 110);
	usb_crowd_see(&crowd, "1-2", "2-1", 7, 110);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 1);
}

/* A board that starts again and again is one that the kernel works on in between. */
static void test_bouncing(void)
{
	UsbCrowd crowd = {.since_us = 100};

	for (guint8 address = 1; address < 128; address++)
		usb_crowd_see(&crowd, OWN, "1-2.7", address, 110);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 1);
}

static void test_late(void)
{
	UsbCrowd crowd = {.since_us = 100};

	usb_crowd_see(&crowd, OWN, "1-2.1", 5, 100 + 1249999);
	usb_crowd_see(&crowd, OWN, "1-2.2", 6, 100 + 1250000);
	g_assert_cmpuint(usb_crowd_count(&crowd), ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/usb-crowd/ports", test_ports);
	g_test_add_func("/link/usb-crowd/root", test_root);
	g_test_add_func("/link/usb-crowd/bouncing", test_bouncing);
	g_test_add_func("/link/usb-crowd/late", test_late);
	return g_test_run();
}

/* What is on the bus, in words; sockets that are two ports; drives that the desktop has mounted. */
#include "link/mounts.h"
#include "link/usb_list.h"
#include "lib/folder.h"
#include "setup/thing.h"

#include <glib/gstdio.h>
#include <unistd.h>

static void make_link(const char *root, const char *folder, const char *name, const char *target)
{
	g_autofree char *dir = g_build_filename(root, folder, NULL);
	g_autofree char *path = g_build_filename(dir, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
	g_assert_cmpint(symlink(target, path), ==, 0);
}

static void test_ports(void)
{
	g_assert_cmpint(usb_port_compare("1-2", "1-10"), <, 0);
	g_assert_cmpint(usb_port_compare("1", "1-1"), <, 0);
	g_assert_cmpint(usb_port_compare("1-1", "1-1.1"), <, 0);
	g_assert_cmpint(usb_port_compare("2-1", "1-9.4"), >, 0);
	g_assert_cmpint(usb_port_compare("1-1.3", "1-1.3"), ==, 0);
	g_assert_cmpuint(usb_port_depth("1"), ==, 0);
	g_assert_cmpuint(usb_port_depth("1-2.3"), ==, 2);
}

static void twin(const char *root, const char *port, const char *wanted)
{
	g_autofree char *found = usb_port_twin(root, port);

	g_assert_cmpstr(found, ==, wanted);
}

static void test_twins(void)
{
	char *root = folder_new();

	make_link(root, "1-2/1-2:1.0/1-2-port3", "peer", "../../../2-2/2-2:1.0/2-2-port3");
	make_link(root, "usb1/1-0:1.0/usb1-port4", "peer", "../../usb2/2-0:1.0/usb2-port4");
	make_link(root, "1-2/1-2:1.0/1-2-port5", "peer", "../../nonsense");
	make_link(root, "1-2/1-2:1.0/1-2-port6", "peer", "../../2-2-portx");
	twin(root, "1-2.3", "2-2.3");
	twin(root, "1-4", "2-4");
	twin(root, "1-2.4", NULL);
	twin(root, "1-2.5", NULL);
	twin(root, "1-2.6", NULL);
	twin(root, "1", NULL);
	folder_remove(root);
}

static void test_mounts(void)
{
	char *root = folder_new();
	const char *usb = "../../devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.3/1-1.3:1.0/host6/"
			  "target6:0:0/6:0:0:0/block/sdb";
	g_autoptr(GPtrArray) mounts = NULL;

	make_link(root, "", "8:16", usb);
	make_link(root, "", "259:2", "../../devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1");
	mounts =
		usb_mounts_parse("22 1 259:2 / / rw shared:1 - ext4 /dev/nvme0n1p2 rw\n"
				 "36 22 8:16 / /media/a\\040b\\033 rw shared:2 - vfat /dev/sdb rw\n"
				 "40 22 ../8:16 / /x rw - vfat /dev/sdb rw\n"
				 "nonsense\n41 22 8:99 / /y rw - vfat z rw\n\n",
			root);
	g_assert_cmpuint(mounts->len, ==, 1);
	g_assert_cmpstr(((UsbMount *)mounts->pdata[0])->port, ==, "1-1.3");
	g_assert_cmpstr(((UsbMount *)mounts->pdata[0])->where, ==, "/media/a b\\x1b");
	folder_remove(root);
}

static void test_kinds(void)
{
	static const struct {
		UsbEntry entry;
		ThingKind kind;
	} cases[] = {
		{{.id = {0x0483, 0xDF11}}, THING_ROM},
		{{.id = {0x37C5, 0x9204}}, THING_BOOTLOADER},
		{{.id = {0x37C5, 0x124A}}, THING_CAMERA},
		{{.id = {0x1209, 0xABD1}, .serial = (char *)"000000000011"}, THING_OLD_BOOTLOADER},
		{{.id = {0x1209, 0xABD1}, .serial = (char *)"385C33533336"}, THING_CAMERA},
		{{.id = {0x0403, 0x6011}}, THING_PINS},
		{{.id = {0x0403, 0x1234}}, THING_OTHER},
		{{.id = {0x0D28, 0x0204}, .product = (char *)"DAPLink CMSIS-DAP"}, THING_PROBE},
		{{.id = {0x0D28, 0x0204}}, THING_OTHER},
		{{.id = {0x0424, 0x2517}, .hub_ports = 4}, THING_HUB},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(thing_kind(&cases[i].entry), ==, cases[i].kind);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/setup/devices/ports", test_ports);
	g_test_add_func("/setup/devices/twins", test_twins);
	g_test_add_func("/setup/devices/mounts", test_mounts);
	g_test_add_func("/setup/devices/kinds", test_kinds);
	return g_test_run();
}

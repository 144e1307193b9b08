/*
 * tool_pins SERIAL CHANNEL=HEX ... -- COMMAND...: drives the pins of an FTDI chip while COMMAND runs.
 * Written straight against libftdi1, so that it judges the simulated chip and not our own link/ftdi.
 */
#include <ftdi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ftdi_context *drive(const char *serial, char channel, unsigned char levels)
{
	struct ftdi_context *ftdi = ftdi_new();
	unsigned char back = 0;

	if (!ftdi || ftdi_set_interface(ftdi, (enum ftdi_interface)(channel - 'A' + 1)) < 0 ||
		ftdi_usb_open_desc(ftdi, 0x0403, 0x6011, NULL, serial) < 0 ||
		ftdi_set_bitmode(ftdi, 0xFF, BITMODE_BITBANG) < 0 ||
		ftdi_write_data(ftdi, &levels, 1) != 1 || ftdi_read_pins(ftdi, &back) < 0) {
		fprintf(stderr, "tool_pins: %s\n",
			ftdi ? ftdi_get_error_string(ftdi) : "no memory");
		return NULL;
	}
	if (back != levels) {
		fprintf(stderr, "tool_pins: channel %c reads %02x, wrote %02x\n", channel, back,
			levels);
		return NULL;
	}
	return ftdi;
}

int main(int argc, char **argv)
{
	struct ftdi_context *open[4];
	int count = 0, at = 2, status;
	pid_t pid;

	for (; at < argc && strcmp(argv[at], "--") != 0 && count < 4; at++) {
		open[count] =
			drive(argv[1], argv[at][0], (unsigned char)strtoul(argv[at] + 2, NULL, 16));
		if (!open[count++])
			return 1;
	}
	if (at + 1 >= argc || strcmp(argv[at], "--") != 0) {
		fprintf(stderr, "usage: tool_pins SERIAL A=ff ... -- COMMAND...\n");
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		execvp(argv[at + 1], argv + at + 1);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	while (count--) {
		ftdi_usb_close(open[count]);
		ftdi_free(open[count]);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

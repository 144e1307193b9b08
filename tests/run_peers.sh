#!/bin/bash
# Unmodified programs of others judge the simulated devices: usbutils, dfu-util, OpenOCD, libftdi's tools.
. tests/tap.sh
. tests/world.sh
bootloader=build/images/bootloader.bin
firmware=build/images/firmware.bin

export bootloader firmware work

# ---- usbutils
in_world good -- bash -c 'lsusb >"$work/lsusb"; lsusb -t >"$work/tree"; lsusb -v >"$work/verbose" 2>&1'
is "lsusb sees eight CMSIS-DAP probes" "$(grep -c CMSIS-DAP "$work/lsusb")" 8
is "lsusb sees the pin controller" "$(grep -c 0403:6011 "$work/lsusb")" 1
is "lsusb sees no board: none has power" "$(grep -c 37c5: "$work/lsusb")" 0
has "lsusb -v reads strings from the devices" "$work/verbose" FLPROBE01

# ---- libftdi
cat >"$work/eeprom.conf" <<'C'
vendor_id=0x0403
product_id=0x6011
filename="eeprom.bin"
C
ok "ftdi_eeprom reads the pin controller" \
	in_world good -- bash -c 'cd "$work" && ftdi_eeprom --read-eeprom eeprom.conf'
has "and its serial number is in the EEPROM" <(tr -d '\0' <"$work/eeprom.bin" 2>/dev/null | strings) FLPINS01
ok "bit-bang pins read back what was written" in_world good -- bash tests/powered.sh true

# ---- OpenOCD
program() { # NUMBER EXTRA: program the bootloader of board NUMBER through its probe
	PROBE=$(printf FLPROBE%02d "$1") openocd -f tests/data/probe.cfg ${2:+-c "$2"} -f target/stm32h7x.cfg \
		-c "program $bootloader 0x08000000 verify reset exit" >"$work/openocd.$1" 2>&1
}
export -f program
ok "OpenOCD programs, verifies and resets a blank board with its own flash loader" \
	in_world good --dump "$work/flash" -- bash tests/powered.sh bash -c 'program 3'
has "and says so" "$work/openocd.3" "** Verified OK **"
ok "flash is byte-equal" cmp -n "$(stat -c %s $bootloader)" "$work/flash/board-3.bin" $bootloader
ok "OpenOCD without a work area: word by word" \
	in_world good --dump "$work/flash" -- bash tests/powered.sh bash -c 'program 4 "set WORKAREASIZE 0"'
ok "flash is byte-equal" cmp -n "$(stat -c %s $bootloader)" "$work/flash/board-4.bin" $bootloader
is "OpenOCD does not find a probe by a wrong serial" \
	"$(in_world good -- bash tests/powered.sh bash -c 'program 77'; echo $?)" 1
is "OpenOCD does not find a target without power" "$(in_world good -- bash -c 'program 3'; echo $?)" 1

# ---- dfu-util; boards that are flashed already boot into OpenMV's bootloader for its window
sed 's/^  each: {/  each: {flashed: true, /' $worlds/good.yaml >"$work/flashed.yaml"
sed -i "/^recipe:/d; /^fixture:/d" "$work/flashed.yaml"
ok "dfu-util -l lists the bootloader's partitions by name" in_world "$work/flashed.yaml" -- \
	bash tests/powered.sh timeout 20 bash -c \
	'until dfu-util -d ,37c5:9204 -p 1-1.2 -l | tee "$work/list" | grep -q FIRMWARE; do :; done'
has "FIRMWARE is one of them" "$work/list" 'name="FIRMWARE"'
has "the serial is the chip's 24 digits" "$work/list" 'serial="'
ok "dfu-util -D writes the firmware" in_world "$work/flashed.yaml" --dump "$work/flash" -- bash tests/powered.sh \
	dfu-util -w -d ,37c5:9204 -p 1-1.2 -a FIRMWARE -D build/images/firmware-2.bin
ok "flash is byte-equal" cmp -n "$(stat -c %s build/images/firmware-2.bin)" -i 262144:0 \
	"$work/flash/board-2.bin" build/images/firmware-2.bin
ok "dfu-util -U reads it, and 4 bytes too many as the real one" in_world "$work/flashed.yaml" -- bash tests/powered.sh \
	dfu-util -w -d ,37c5:9204 -p 1-1.5 -a FIRMWARE -U "$work/up.bin"
is "that is the partition and 4 bytes" "$(stat -c %s "$work/up.bin")" $((0x1A0000 + 4))
ok "and what it read is the image" cmp -n "$(stat -c %s $firmware)" "$work/up.bin" $firmware
done_testing

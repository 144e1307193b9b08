#!/bin/bash
# 32 unmodified OpenOCDs at once, then 32 unmodified dfu-utils at once, on 32 simulated boards.
. tests/tap.sh
. tests/world.sh

pins() { echo "tool_pins FLPINS0$1 A=ff B=00 C=ff --"; }
# shellcheck disable=SC2046 # lists of words
in_world thirty-two-up --dump "$work/flash" -- $(pins 1) $(pins 2) $(pins 3) $(pins 4) \
	bash tests/all_at_once.sh "$work" tests/data/probe.cfg >"$work/out"
has "32 OpenOCDs at once program and verify" "$work/out" "program 32"
has "32 dfu-utils at once download" "$work/out" "download 32"
same=0
for n in $(seq 32); do
	cmp -s -n "$(stat -c %s build/images/bootloader.bin)" "$work/flash/board-$n.bin" build/images/bootloader.bin &&
		cmp -s -n "$(stat -c %s build/images/firmware.bin)" -i 262144:0 "$work/flash/board-$n.bin" \
			build/images/firmware.bin && same=$((same + 1))
done
is "the flash of all 32 is byte-equal to the images" $same 32
done_testing

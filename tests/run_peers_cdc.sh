#!/bin/bash
# OpenMV's CDC bootloader as programs of others see it: lsusb, and a small libusb client with its own idea of the
# protocol (boards.md section 1.4). Boards: 1 sound, 2 loses a packet, 3 dies of a sector, 4 tells another
# version, 5 writes nothing, 6 leaves at once.
. tests/tap.sh
. tests/world.sh
firmware=build/images/firmware-cdc.bin
export work firmware

cat >"$work/cdc.yaml" <<'END'
virtual: 1
boards:
  count: 6
  each: {flashed: true, bootloader: cdc}
  one:
    "2": {drop_packet: 1000}
    "3": {bad_sector: 0x080C0000}
    "4": {cdc_version: 0xABCD0002}
    "5": {lies: true}
    "6": {window: 0ms}
END
# powered COMMAND...: while those boards have power
powered() {
	in_world "$work/cdc.yaml" --dump "$work/flash" -- bash tests/powered.sh timeout 60 bash -c "$*"
}
# drives: whether a firmware, which has mass storage, is there
drives() {
	lsusb -v -d 1209:abd1 2>/dev/null | grep -q "bInterfaceClass *8"
}
export -f drives
# holds BOARD: whether its flash has the firmware
holds() {
	cmp -n "$(stat -c %s $firmware)" -i 262144:0 "$work/flash/board-$1.bin" $firmware
}

ok "lsusb -v reads its descriptors" powered \
	'until lsusb -v -d 1209:abd1 2>/dev/null | tee "$work/lsusb" | grep -q 000000000011; do :; done'
has "the product says what it is" "$work/lsusb" "OpenMV Virtual Comm Port in FS Mode"
is "it is a serial port and nothing else" \
	"$(awk 'BEGIN {RS = ""} /000000000011/' "$work/lsusb" | awk '/bInterfaceClass/ {print $2}' | sort -u | xargs)" "10 2"

ok "START is answered with the version, LAYOUT with sectors" powered \
	'tool_cdc 1-1.1 start layout >"$work/said"'
is "version 3, sectors 1, 2 and 15" "$(tr '\n' ' ' <"$work/said")" "2882338819 1 2 15 "
head -c 1835008 /dev/zero >"$work/zero"
ok "a megabyte and more is written, and the firmware starts" powered 'tool_cdc 1-1.1 start erase 2-15 write $firmware reset &&
	until drives; do :; done'
ok "flash is byte-equal" holds 1
ok "RESET fills the last buffer up with 0xFF" [ "$(tail -c +$((262144 + $(stat -c %s $firmware) + 1)) \
	"$work/flash/board-1.bin" | head -c 32 | tr -d '\377' | wc -c)" = 0 ]
time=1
ok "an erase holds back the next answer for a second and more" powered \
	'tool_cdc 1-1.1 start erase 9-9 time start time >"$work/times"'
time=0.02
ok "though its packet was taken at once" [ "$(sed -n 2p "$work/times")" -lt 200 ]
ok "so long" [ "$(sed -n 4p "$work/times")" -ge 900 ]

# ---- faults
ok "a lost packet is not noticed" powered 'tool_cdc 1-1.2 start erase 2-15 write $firmware layout reset'
# The 1000th packet behind START and 14 erases is the 985th of 60 bytes.
is "from there on" "$(cmp -i 262144:0 "$work/flash/board-2.bin" $firmware | sed 's/.*byte \([0-9]*\),.*/\1/')" \
	$((984 * 60 + 1))
powered 'tool_cdc 1-1.3 start erase 2-6 start layout >"$work/said" 2>&1'
is "a sector that fails is the end: nothing is answered any more" $? 3
ok "though it is still there" powered 'tool_cdc 1-1.3 start erase 6-6 >"$work/said"; lsusb | grep -qi 1209:abd1'
ok "another version" powered 'tool_cdc 1-1.4 start >"$work/said"'
is "as it says" "$(cat "$work/said")" 2882338818
ok "one that lies takes everything" powered \
	'tool_cdc 1-1.5 start erase 2-15 write build/images/firmware.bin layout reset'
ok "and its flash is as before" holds 5
ok "one that leaves at once is gone before it is spoken to" powered \
	'until drives; do :; done; ! tool_cdc 1-1.6 start'
done_testing

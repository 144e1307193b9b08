#!/bin/bash
# Boards that come up as something else, at another port, not long enough, or alike: lsusb and dfu-util see it, and
# each ends in a sensible verdict of its own.
. tests/tap.sh
. tests/world.sh
export work

# ---- what programs of others see, of boards that boot by themselves
sed '/^recipe:/d; /^fixture:/d; s/each: {/each: {flashed: true, /' $worlds/enumeration.yaml >"$work/flashed.yaml"
# seen COMMAND...: while those boards have power; who is too slow for a boot window gives them power again
seen() {
	local try
	for try in 1 2 3 4; do
		in_world "$work/flashed.yaml" -- bash tests/powered.sh timeout 12 bash -c "$*" && return
	done
	return 1
}
ok "lsusb sees the bootloader of another board" seen 'until lsusb | grep -qi 37c5:9203; do :; done'
ok "and the firmware of another generation" seen 'until lsusb | grep -qi 1209:abd1; do :; done'
ok "dfu-util finds a bootloader at another port" seen \
	'dfu-util -w -d ,37c5:9204 -p 1-2.1 -a BOOTLOADER -U "$work/moved.bin"'
ok "and reads it" cmp -n "$(stat -c %s build/images/bootloader.bin)" "$work/moved.bin" build/images/bootloader.bin

ok "the schema of worlds says of each key what it means" bash -c "virtual-fixture schema | jq -e \
	'[.properties.boards.properties.each.properties[] | has(\"description\")] | length > 30 and all' >/dev/null"

# ---- and the station
serials 8 >/dev/null
in_world enumeration --dump "$work/flash" -- bash -c "run_line $eight --serials $work/serials.txt >$work/out"
is "boards failed: exit status 1" $? 1
flashline runs --json >"$work/runs.json"
while read -r line; do
	ok "$line" [ "${line/; wanted/}" = "$line" ]
done < <(virtual-fixture judge --dump "$work/flash" $worlds/enumeration.yaml <"$work/runs.json")

# said SLOT TEXT: what was seen of the board in this slot
said() {
	flashline show --json "$(sed -n "$1p" "$work/serials.txt")" | jq -r '.runs[-1].seen' >"$work/said.$1"
	has "slot $1: $2" "$work/said.$1" "$2"
}
said 2 "37C5:9203 was on port 1-1.2"
said 3 "1209:ABD1 is on port 1-1.3, not 37C5:1204"
said 4 "it came up on port 1-2.1 with the serial"
said 5 "the boot window may have passed"
said 6 "still on port 1-1.6"
said 8 "it came up on port 1-2.2 with the serial"
for n in 1 7; do
	flashline show --json "$(sed -n ${n}p "$work/serials.txt")" >"$work/unit.$n"
done
serial() { jq -r '[.. | objects | select(.name? == "usb.serial").text] | last' "$work/unit.$1"; }
is "the cameras of boards 1 and 7 have the same serial" "$(serial 1)" "$(serial 7)"
done_testing

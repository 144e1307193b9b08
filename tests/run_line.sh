#!/bin/bash
# The main way, end to end: eight good boards, real OpenOCD, real libusb, real libftdi1.
. tests/tap.sh
. tests/world.sh

serials 8 >/dev/null
ok "eight boards pass, exit status 0" \
	in_world good --dump "$work/flash" -- bash -c "run_line $eight --serials $work/serials.txt >$work/out"
has "the last word counts them" "$work/out" "8 passed"

runs=$(flashline runs --json)
is "eight runs in the journal, all PASS" "$(jq -r '[.[] | select(.verdict=="PASS")] | length' <<<"$runs")" 8
for n in 1 8; do
	ok "slot $n: the bootloader is in flash, byte for byte" \
		cmp -n "$(stat -c %s build/images/bootloader.bin)" "$work/flash/board-$n.bin" build/images/bootloader.bin
	ok "slot $n: the firmware is in flash, byte for byte" \
		cmp -n "$(stat -c %s build/images/firmware.bin)" -i 262144:0 "$work/flash/board-$n.bin" build/images/firmware.bin
done

flashline show OMV001003 >"$work/show"
has "show tells the verdict" "$work/show" "PASS"
has "show tells the slot's steps" "$work/show" "swd.program"
ok "show --json is JSON, and holds the chip's UID" \
	bash -c "flashline show --json OMV001003 | jq -e '.uid | test(\"^[0-9A-F]{24}$\")'"
is "an unknown serial is exit status 1" "$(flashline show NOBODY >/dev/null 2>&1; echo $?)" 1

serials 3 >/dev/null
ok "three of the boards again" \
	in_world good -- bash -c "run_line $eight --serials $work/serials.txt --slots 1-2,3 --json >$work/json"
is "every attempt is kept" "$(flashline show --json OMV001001 | jq '.runs | length')" 2
ok "each line of --json is an object" jq -e . "$work/json"
is "a verdict a board" "$(jq -r 'select(.event=="verdict").verdict' "$work/json" | sort | uniq -c | xargs)" "3 PASS"
is "no verdict before the journal has it: events of a slot end with it" \
	"$(jq -r 'select(.slot==1).event' "$work/json" | tail -n 1)" verdict

serials 1 1003 >/dev/null
ok "the next PCB revision: a recipe that extends the demo's" in_world good --dump "$work/flash" -- \
	flashline run --recipe recipes/demo-rev-c.yaml --fixture $eight --slots 4 --serials "$work/serials.txt"
ok "with its own firmware" cmp -n "$(stat -c %s build/images/firmware-2.bin)" -i 262144:0 \
	"$work/flash/board-4.bin" build/images/firmware-2.bin
is "the journal tells the revisions apart" \
	"$(flashline runs --json --last 100 | jq -r '.[].revision' | sort | uniq -c | xargs)" "11 B 1 C"

serials 3 >/dev/null
in_world good -- bash -c "run_line $eight --serials $work/serials.txt --slots 1-3 | head -n 1 >$work/head"
is "a reader of the output that goes away ends nothing" \
	"$(flashline runs --last 3 --json | jq -r '.[].verdict' | uniq -c | xargs)" "3 PASS"
done_testing

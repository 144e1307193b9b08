#!/bin/bash
# A line whose serials are scanned: slot, then serial; wrong order, wrong serial, unknown code, command codes.
. tests/tap.sh
. tests/world.sh

mkfifo "$work/scans"
tests/pty_scanner.pl "$work/device" <"$work/scans" &
scanner=$!
exec 7>"$work/scans"
await 10 test -f "$work/device"
{
	cat $eight
	printf 'trigger: scan\nscanners:\n  desk: {device: %s, type: serial}\n' "$(cat "$work/device")"
} >"$work/scanned.yaml"
in_world good -- flashline line --recipe recipes/demo.yaml --fixture "$work/scanned.yaml" --station bench \
	--boards 2 </dev/null >"$work/out" 2>"$work/err" &
line=$!

# scan CODE ANSWER: what is scanned is answered so
scan() {
	echo "$1" >&7
	ok "$1: $2" await 30 grep -qF -- "$2" "$work/out"
}

ok "the scanner is there" await 30 grep -q "scanner desk is ready" "$work/out"
scan OMV004001 "OMV004001 has no slot: scan the slot first"
scan SLOT-77 "SLOT-77 has no slot"
scan SLOT-9 "there is no slot 9 here"
scan SLOT-2 "slot 2: now scan its serial"
scan XYZ "'XYZ' does not match the recipe's pattern"
scan '$(reboot)' "is neither a serial number nor one of START"
scan SLOT-3 "slot 3: now scan its serial"
scan OMV004003 "serial OMV004003 for slot 3"
scan SLOT-4 "slot 4: now scan its serial"
scan OMV004003 "'OMV004003' is at work in slot 3"
scan SLOT-5 "slot 5: now scan its serial"
scan OMV004005 "serial OMV004005 for slot 5"
wait $line
is "two boards, and the line ends well" $? 0
is "each in its slot, PASS" "$(flashline runs --json | jq -r '.[] | "\(.slot) \(.serial) \(.verdict)"' | sort | xargs)" \
	"3 OMV004003 PASS 5 OMV004005 PASS"
exec 7>&-
wait $scanner
done_testing

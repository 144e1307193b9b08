#!/bin/bash
# A line whose serials are scanned: slot, then serial; wrong order, wrong serial, unknown code, command codes.
. tests/tap.sh
. tests/world.sh

mkfifo "$work/scans"
tests/pty_scanner.pl "$work/device" <"$work/scans" &
scanner=$!
exec 7>"$work/scans"
await 10 test -f "$work/device"

# begin ORDER TRIGGER BOARDS: a line with a scanner at the table; its process in $line
begin() {
	{
		cat $eight
		printf 'scan_order: %s\ntrigger: %s\nscanners:\n  desk: {device: %s, type: serial}\n' "$1" "$2" \
			"$(cat "$work/device")"
	} >"$work/scanned.yaml"
	in_world good -- flashline line --recipe recipes/demo.yaml --fixture "$work/scanned.yaml" --station bench \
		--boards "$3" </dev/null >"$work/out" 2>"$work/err" &
	line=$!
	ok "$1: the scanner is there" await 30 grep -q "scanner desk is ready" "$work/out"
}

# scan CODE ANSWER: what is scanned is answered so
scan() {
	echo "$1" >&7
	ok "$1: $2" await 30 grep -qF -- "$2" "$work/out"
}

# runs: "slot serial verdict", all
runs() { flashline runs --json | jq -r '.[] | "\(.slot) \(.serial) \(.verdict)"' | sort | xargs; }

begin slot-first scan 2
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
is "each in its slot, PASS" "$(runs)" "3 OMV004003 PASS 5 OMV004005 PASS"

# Slower, so that a run is there to be aborted; it is none of the two boards then.
time=0.2
begin serial-first scan 2
scan RETEST "RETEST of which slot? Scan the slot first, then RETEST"
scan OMV005002 "OMV005002"
scan SLOT-2 "serial OMV005002 for slot 2"
ok "the second slot is at work" await 30 grep -q "slot 2 OMV005002 step 2/" "$work/out"
scan SLOT-2 "slot 2: now scan START"
scan ABORT "ABORT 2: done"
ok "the run is aborted" await 30 grep -q "slot 2 OMV005002 .*ABORTED" "$work/out"
scan SLOT-2 "slot 2: now scan START"
scan RETEST "RETEST 2: done"
scan OMV005002 "OMV005002"
scan SLOT-2 "serial OMV005002 for slot 2"
scan OMV005006 "OMV005006"
scan SLOT-6 "serial OMV005006 for slot 6"
wait $line
is "aborted, tested again, and another board" $? 0
is "all on record" "$(runs)" \
	"2 OMV005002 ABORTED 2 OMV005002 PASS 3 OMV004003 PASS 5 OMV004005 PASS 6 OMV005006 PASS"
exec 7>&-
wait $scanner
done_testing

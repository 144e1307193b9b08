#!/bin/bash
# A line whose serials are scanned: slot, then serial; wrong order, wrong serial, unknown code, command codes. Once with a
# serial scanner, once with a keyboard.
. tests/tap.sh
. tests/world.sh
. tests/scanned.sh

scanners "desk: {type: serial}"
begin slot-first scan --boards 2
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
is "nobody else heard a code" "$(grep -c 'scan-' "$work/wires")" 0

# Slower, so that a run is there to be aborted; it is none of the two boards then.
time=0.2
scanners "desk: {}"
begin serial-first scan --boards 2
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
is "the keyboard was grabbed from the first code to the last, and let go" \
	"$(awk '$3 ~ /^(grab|scan)/ {print $3 ($3 == "grab" ? $4 : "")}' "$work/wires" | uniq -c | xargs)" "1 grab1 11 scan 1 grab0"
done_testing

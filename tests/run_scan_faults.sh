#!/bin/bash
# Scanners that misbehave, at a line: no code is made of half a code, and the operator is told what to do. A scanner of a
# slot's own, one that is pulled while a board is at work, serials whose check digit is wrong; evtest as another program.
. tests/tap.sh
. tests/world.sh
. tests/scanned.sh

cat >"$work/checked.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
revision: B
serial: {pattern: "[0-9]{4,10}", check: luhn}
END

# ---- evtest, which knows nothing of us
scanners "desk: {}"
node=/dev/input/by-id/usb-Flashline_Scanner_desk-event-kbd
evtest_sees() {
	virtual-fixture run --time "$time" --wires "$work/wires" --hands "$work/hands" "$work/scanned.yaml" -- \
		stdbuf -oL evtest $node >"$work/evtest" 2>&1 &
	ok "evtest opens the keyboard" await 30 grep -q "^Testing" "$work/evtest"
	hand "{scan: 'aB\\035', scanner: desk, manner: drops}"
	hand "{scan: Z, scanner: desk}"
	ok "it prints what it reads" await 30 grep -q "KEY_ENTER), value 0" "$work/evtest"
	hand "{unplug: desk}"
	ok "until it is unplugged" await 30 grep -q "No such device" "$work/evtest"
	wait $!
}
if command -v evtest >/dev/null; then
	evtest_sees
	has "its name" "$work/evtest" 'Input device name: "Flashline Scanner desk"'
	is "the keys, half a code, that events are lost, and another code" \
		"$(perl -ne 'print "$1$2 " if /\((KEY_\w+)\), value (\d)/ || /(SYN_DROPPED)()/' "$work/evtest" | sed 's/KEY_//g')" \
		"A1 A0 LEFTSHIFT1 B1 B0 LEFTSHIFT0 SYN_DROPPED LEFTSHIFT1 Z1 Z0 LEFTSHIFT0 ENTER1 ENTER0 "
	is "evtest tries a grab; its codes go to other windows, too" \
		"$(awk '$3 ~ /^(grab|scan)/ {print $3 $4}' "$work/wires" | xargs)" "grab1 grab0 scan-shared1 scan-shared2"
else
	skip "evtest reads the keyboard" "it is not installed"
fi

# ---- what goes wrong with a scan, keyboard and serial port
scanners "desk: {}" "left: {type: serial, slot: 1}"
RECIPE=$work/checked.yaml
time=0.2
begin slot-first scan --boards 2
cut="the scan stopped in the middle: scan it again"
spoilt="the scanner sent keys that are no characters"
# settle SCANNER: what follows a cut within a second is taken for its rest; a whole code ends that
code_ends() { grep -cF -e "$cut" -e "there is no slot 60 here" "$work/out"; }
more_code_ends() { [ "$(code_ends)" -gt "$1" ]; }
settle() {
	local before
	before=$(code_ends)
	hand "{scan: SLOT-60, scanner: $1}"
	await 30 more_code_ends "$before"
}
for scanner in desk left; do
	scan 4000000002 "$cut" "scanner: $scanner, manner: no-enter"
	settle $scanner
	# Its second half is no code.
	scan 4000000002 "$cut" "scanner: $scanner, manner: slow"
	settle $scanner
	scan 4000000002 "the scan was too long for any code" "scanner: $scanner, manner: endless"
done
scan 4000000002 "$spoilt" "manner: drops"
settle desk
scan 4000000002 "$spoilt" "manner: noise"
scan 4000000002 'is neither a serial number nor one of START' "scanner: left, manner: noise"
scan 4000000002 "a key of the scanner was never let go" "manner: sticks"
is "no half a code is a serial" "$(grep -c "serial [0-9]* for slot\|[0-9] has no slot" "$work/out")" 0
hand "{unplug: desk}"
ok "it is told that the scanner is gone" await 30 grep -qF "scanner desk is not there: $node " "$work/out"
hand "{plug: desk}"
ok "and that it is back" await 30 answered "scanner desk is ready" 2
scan SLOT-3 "slot 3: now scan its serial"
scan 4000000002 "serial 4000000002 for slot 3"

# ---- serials that the recipe refuses, and why; each slot's scanner is its slot's
ok "slot 3 is at work" await 30 grep -q "slot 3 4000000002 step 2/" "$work/out"
scan SLOT-2 "this scanner belongs to slot 1, not to slot 2" "scanner: left"
scan 4000000003 "slot 1: '4000000003' does not end in its check digit (luhn): mistyped, or scanned badly" "scanner: left"
scan 40X "slot 1: '40X' does not match the recipe's pattern [0-9]{4,10}" "scanner: left"
scan 4000000002 "slot 1: '4000000002' is at work in slot 3" "scanner: left"

# ---- pulled in the middle of a code while that board is at work, and back
scan SLOT-2 "slot 2: now scan its serial"
scan 4000000010 "$cut" "manner: unplugs"
ok "it is told again" await 30 answered "scanner desk is not there" 2
hand "{plug: desk}"
ok "it is back under the same name" await 30 answered "scanner desk is ready" 3
scan SLOT-2 "slot 2: now scan its serial"
scan 4000000010 "serial 4000000010 for slot 2"
ok "the line ends when its two boards are done" await 60 bash -c "! kill -0 $line"
wait $line
is "and well" $? 0
is "both PASS: what was pulled was a scanner, no board" "$(runs)" "2 4000000010 PASS 3 4000000002 PASS"
is "it was grabbed each time that it was there" \
	"$(awk '$5 == "desk" && $3 ~ /^(grab|plug)/ {print $3 $4}' "$work/wires" | xargs)" \
	"plug1 grab1 grab0 plug0 plug1 grab1 grab0 plug0 plug1 grab1 grab0"
done_testing

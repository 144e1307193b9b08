#!/bin/bash
# A shift with nobody typing: the operator scans the label of each board that he puts in, with the scanner of its slot or
# with everybody's, which is pulled and comes back meanwhile. Slot first, then serial first; each board has its own serial.
. tests/tap.sh
. tests/world.sh
. tests/off_time.sh

mkfifo "$work/hands"
exec 7<>"$work/hands"
# pulled: everybody's scanner is, while a board is at work, and comes back
pulled() {
	ok "a board is at work" await 60 grep -q "slot 2 OMV.* step 2/" "$work/out"
	echo '{unplug: desk}' >&7
	ok "a scanner that is pulled is told" await 30 grep -q "scanner desk is not there" "$work/out"
	echo '{plug: desk}' >&7
}
# shift_of ORDER: six boards through three slots, one of them bad
shift_of() {
	cat >"$work/$1.yaml" <<END
virtual: 1
seed: 3
slots: 3
wiring: line
scanners:
  desk: {}
  left: {type: serial, slot: 1}
operator:
  shift: {take_out: 0ms, put_in: 100ms, close_lid: 0ms, press: 0ms, scan: 500ms, scan_order: $1}
boards:
  count: 6
  labels: OMV000998
  one:
    "4":
      stuck: {address: 0x08105123, bit: 4}
      expect: {verdict: FAIL, code: flash-verify}
END
	virtual-fixture describe "$work/$1.yaml" >"$work/fixture.yaml"
	export FLASHLINE_JOURNAL=$work/$1.db
	timeout -k 5 200 virtual-fixture run --time "$time" --wires "$work/wires" --account "$work/account" --hands "$work/hands" \
		"$work/$1.yaml" -- flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester \
		--station bench </dev/null >"$work/out" 2>&1 &
	line=$!
	[ "$1" = serial-first ] || pulled
	wait $line
	ok "$1: the line ends when the operator goes home" [ $? -lt 124 ]
	flashline runs --last 100 --json >"$work/runs.json"
	virtual-fixture judge --wires "$work/wires" --account "$work/account" --time "$time" \
		--off "$(off_time recipes/demo.yaml)" "$work/$1.yaml" <"$work/runs.json" >"$work/judged"
	is "$1: the judge agrees, also with the labels" "$? $(grep '; wanted' "$work/judged")" "0 "
	is "$1: the labels count on over the thousand" "$(jq -r '.[].serial' "$work/runs.json" | sort | xargs)" \
		"OMV000998 OMV000999 OMV001000 OMV001001 OMV001002 OMV001003"
	is "$1: no code went to another window, or nowhere" "$(grep -c 'scan-' "$work/wires")" 0
	ok "$1: each slot's scanner was used" bash -c "cut -f 2 <(grep ' scan ' $work/wires) | sort -u | xargs | grep -q '^desk left$'"
	is "$1: the keyboard is let go at the end" "$(awk '$3 == "grab" {last = $4} END {print last}' "$work/wires")" 0
}

shift_of slot-first
ok "it was back before the end" [ "$(grep -c "scanner desk is ready" "$work/out")" = 2 ]
is "SLOT-2 comes in front of its serial" "$(grep -P ' scan \d+\tdesk\tSLOT-2' -A1 "$work/wires" | grep -P '\tdesk\t' | head -n 2 | cut -f 3 | cut -c 1-4 | xargs)" \
	"SLOT OMV0"
jq '.[0].serial = "OMV009999"' "$work/runs.json" |
	virtual-fixture judge --wires "$work/wires" --account "$work/account" --time "$time" "$work/slot-first.yaml" >"$work/judged"
has "another serial than the label's is found out" "$work/judged" "its serial is not the one on its label"
shift_of serial-first
done_testing

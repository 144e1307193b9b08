#!/bin/bash
# A serial belongs to one chip and a chip to one serial: who breaks that is stopped, and nobody else.
. tests/tap.sh
. tests/world.sh

printf '%s\n' OMV000001 OMV000002 OMV000003 >"$work/serials.txt"
ok "three boards get their serials" \
	in_world good -- bash -c "run_line $eight --slots 1-3 --serials $work/serials.txt >$work/out"

printf '%s\n' OMV000002 OMV000009 OMV000003 >"$work/serials.txt"
in_world good --dump "$work/flash" -- bash -c "run_line $eight --slots 1-3 --serials $work/serials.txt >$work/out"
is "exit status 3: the station cannot say" $? 3
of() { flashline runs --json --last 3 | jq -r ".[] | select(.slot==$1) | .verdict + \" \" + (.code // \"-\")"; }
is "a serial that another chip has" "$(of 1)" "ERROR serial-bound"
is "a chip that another serial has" "$(of 2)" "ERROR chip-bound"
is "their neighbour passes" "$(of 3)" "PASS -"
has "the operator reads what to do" "$work/out" "Check the label"
for n in 1 2; do
	is "slot $n: nothing was written to the board" \
		"$(tr -d '\377' <"$work/flash/board-$n.bin" | head -c 1 | wc -c)" 0
done

run() { in_world good -- bash -c "run_line $eight --slots 1-2 --serials $work/serials.txt >$work/out 2>&1"; echo $?; }
printf '%s\n' OMV000001 OMV000001 >"$work/serials.txt"
is "the same serial twice is refused before anything starts" "$(run)" 2
has "with its place" "$work/out" "serials.txt:2"
printf '%s\n' OMV000001 X1 >"$work/serials.txt"
is "a serial that is not of the recipe's pattern is refused" "$(run)" 2
printf 'OMV000001\nOMV[exec touch %s/pwned]\n' "$work" >"$work/serials.txt"
is "a serial with a command in it is refused" "$(run)" 2
is "and nothing of it was run" "$(ls "$work/pwned" 2>/dev/null)" ""
printf '%s\n' OMV000001 >"$work/serials.txt"
is "too few serials are refused" "$(run)" 2
done_testing

#!/bin/bash
# A slot whose USB cable leads to its neighbour's board: what comes up there is refused by the chip's id, and no board passes
# for another.
. tests/tap.sh
. tests/world.sh

# Slots 1 and 2 hang on slot 1's power: its neighbour lies in slot 2, lives, and is no slot's of this run.
printf 'virtual: 1\nslots: 2\nwiring: line\nwires: {panel: 2}\nboards: {count: 2, each: {flashed: true}}\n' >"$work/world.yaml"
virtual-fixture describe "$work/world.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/straight.yaml"
sed 's/usb: 1-1\.1$/usb: 1-1.X/; s/usb: 1-1\.2$/usb: 1-1.1/; s/usb: 1-1\.X$/usb: 1-1.2/' "$work/straight.yaml" >"$work/crossed.yaml"
mkdir "$work/recipes" && cp recipes/*.yaml "$work/recipes/" && ln -s "$PWD/build" "$work/build"
# What is there already is looked at.
printf 'flashline: 1\nextends: demo.yaml\nsteps:\n' >"$work/recipes/look.yaml"
for step in bootloader await-bootloader firmware leave-bootloader; do printf '  - {id: %s, remove: true}\n' $step; done \
	>>"$work/recipes/look.yaml"

# look FIXTURE: how the run of slot 1 ends
look() {
	rm -rf "$FLASHLINE_JOURNAL"*
	serials 1 >/dev/null
	in_world "$work/world.yaml" -- flashline run --recipe "$work/recipes/look.yaml" \
		--fixture "$work/$1.yaml" --slots 1 --serials "$work/serials.txt" --operator tester --station bench --json </dev/null \
		>"$work/out" 2>"$work/stderr"
	jq -r 'select(.event == "verdict") | "\(.verdict) \(.code // "-")"' "$work/out"
}
is "the cables are as the fixture says: the board passes" "$(look straight)" "PASS -"
is "they are crossed: the neighbour's board is not taken for this one" "$(look crossed)" "ERROR board-swapped"
jq -r 'select(.event == "verdict").seen' "$work/out" >"$work/said"
has "the port is named" "$work/said" "the device on port 1-1.2 has the serial"
has "and the chip that was identified" "$work/said" "the chip that was identified is"
done_testing

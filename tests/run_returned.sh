#!/bin/bash
# Boards lose their power for a moment, too short for any input, while their firmware makes its drive at its first start.
# What has half an erase then the firmware falls over, time and again, and no run mends it: nobody is blamed.
. tests/tap.sh
. tests/world.sh
mkfifo "$work/hands"
export work
time=0.3 # slower than elsewhere, so that an erase is long enough to be cut by a hand that is late
boards=4

# In the fixture: cut.sh RECIPE SECTORS. Each board is moved in the middle of the second erase behind those of the
# recipe: the first one's sector is blank. Then all are flashed once more.
cat >"$work/cut.sh" <<-'END'
	run() { timeout 90 flashline run --recipe "$1" --fixture "$work/fixture.yaml" --serials "$work/serials.txt" \
		--operator tester --station bench --json </dev/null; }
	tail -n +1 -f "$work/wires" | {
		declare -A erases
		while read -r _ slot what _; do
			[ "$what" = erase ] && [ $((erases[$slot] += 1)) = $(($2 + 2)) ] || continue
			read -rt 0.1 <> <(:) # a third of an erase: the moment that is meant
			printf '{remove: %u}\n{insert: %u, slot: %u}\n' "$slot" "$slot" "$slot"
		done
	} >"$work/hands" &
	run "$1" >"$work/first" 2>"$work/first.stderr"
	kill %1
	run "$1" >"$work/second" 2>"$work/second.stderr"
	true
END
# ends RUN: "1 ERROR boot-loop", slot by slot
ends() { jq -r 'select(.event == "verdict") | "\(.slot) \(.verdict) \(.code // "-")"' "$work/$1" | sort -n; }

# lose_power NAME RECIPE BOOTLOADER FIRMWARE
lose_power() {
	rm -rf "$FLASHLINE_JOURNAL"* "$work/wires"
	printf 'virtual: 1\nseed: 3\nslots: %u\nwiring: line\nboards: {count: %u}\noperator:\n  script:\n' $boards $boards \
		>"$work/world.yaml"
	for i in $(seq $boards); do printf '    - {at: 0ms, insert: %u, slot: %u}\n' "$i" "$i"; done >>"$work/world.yaml"
	virtual-fixture describe "$work/world.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/fixture.yaml"
	serials $boards >/dev/null
	: >"$work/wires"
	local sectors=0 image
	for image in "$3" "$4"; do sectors=$((sectors + ($(stat -c %s "build/images/$image") + 131071) / 131072)); done
	ok "$1: it ran" in_world "$work/world.yaml" --hands "$work/hands" --wires "$work/wires" -- bash "$work/cut.sh" "$2" $sectors
	is "$1: each was moved once" "$(awk '$3 == "insert"' "$work/wires" | wc -l)" $((2 * boards))
	ends first >"$work/was"
	# A hand that is late hits no erase: then the firmware comes.
	is "$1: a bootloader that came back blames no board" "$(grep -cE '^. ERROR (boot-loop|usb-lost)$' "$work/was")" $boards
	has "$1: it does so for ever" "$work/was" "ERROR boot-loop"
	jq -r 'select(.event == "verdict").seen' "$work/first" >"$work/said"
	is "$1: and is told" "$(grep -c "the bootloader .* came back to port" "$work/said")" $boards
	ends second >"$work/is"
	is "$1: all ran again" "$(wc -l <"$work/is")" $boards
	join "$work/was" "$work/is" | sed 's/^/# slot /'
	is "$1: nor does what it left" "$(join "$work/was" "$work/is" | grep -E 'boot-loop' | grep -v 'ERROR drive-unfinished$')" ""
	is "$1: and nothing else does" "$(grep -c FAIL "$work/is")" 0
}
# Less patience with a firmware that never comes: its first start takes a second here. Images are relative to their recipe.
mkdir "$work/recipes" && cp recipes/*.yaml "$work/recipes" && mkdir "$work/build" && ln -s "$PWD/build/images" "$work/build"
sooner() {
	printf 'flashline: 1\nextends: %s.yaml\nsteps:\n  - {id: await-camera, deadline: 8s}\n' "$1" >"$work/recipes/sooner-$1.yaml"
	echo "$work/recipes/sooner-$1.yaml"
}
lose_power "DFU" "$(sooner demo)" bootloader.bin firmware.bin
lose_power "the older bootloader" "$(sooner demo-cdc)" bootloader-cdc.bin firmware-cdc.bin
done_testing

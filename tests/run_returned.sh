#!/bin/bash
# Boards lose their power for a moment, too short for any input, while their firmware makes its drive at its first start.
# What has half an erase then the firmware falls over, time and again, and no run mends it: nobody is blamed.
. tests/tap.sh
. tests/world.sh
time=0.1
boards=4

# In the fixture: twice.sh RECIPE. Flashes all boards, and all once more.
cat >"$work/twice.sh" <<-'END'
	for run in first second; do
		timeout 200 flashline run --recipe "$1" --fixture "$work/fixture.yaml" --serials "$work/serials.txt" \
			--operator tester --station bench --json </dev/null >"$work/$run" 2>"$work/$run.stderr"
	done
	true
END
export work
# ends RUN: "1 ERROR boot-loop", slot by slot
ends() { jq -r 'select(.event == "verdict") | "\(.slot) \(.verdict) \(.code // "-")"' "$work/$1" | sort -n; }

# lose_power NAME RECIPE BOOTLOADER FIRMWARE
lose_power() {
	rm -rf "$FLASHLINE_JOURNAL"*
	# The second erase behind those of the recipe: the first one's sector is blank.
	local sectors=2 image
	for image in "$3" "$4"; do sectors=$((sectors + ($(stat -c %s "build/images/$image") + 131071) / 131072)); done
	printf 'virtual: 1\nseed: 3\nboards: {count: %u, each: {dips_at: %u}}\n' $boards $sectors >"$work/world.yaml"
	virtual-fixture describe "$work/world.yaml" >"$work/fixture.yaml"
	serials $boards >/dev/null
	ok "$1: it ran" in_world "$work/world.yaml" --wires "$work/wires" -- bash "$work/twice.sh" "$2"
	ends first >"$work/was"
	# A dip that comes late hits no erase: then the firmware comes.
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

#!/bin/bash
# The thread of which this station was born, replayed: the file that flashed every board so far hangs dfu-util on new
# silicon; a recipe that knows nothing of ROMs fails that board in seconds and the other goes on; the shipped one
# flashes both. What is left on them, an unmodified dfu-util reads.
. tests/tap.sh
. tests/world.sh

export old=1 new=2
fixture=$work/fixture.yaml
virtual-fixture describe $worlds/thread.yaml >"$fixture"
printf 'OMV000001\nOMV000002\n' >"$work/serials.txt"
export fixture work

# Two elements as OpenMV's releases had them, made here (boards.md section 1.3)
flashline image make-dfu "$work/openmv.dfu" --vid 0483 --pid DF11 build/images/bootloader.bin@0x08000000 \
	build/images/firmware.bin@0x08040000 >"$work/out"
dfu() {
	local board=$1 patience=$2
	shift 2
	timeout "$patience" dfu-util -w -d ,0483:df11 -p "1-1.$board" -a 0 "$@" >"$work/dfu.$board" 2>&1
	echo $? >"$work/status.$board"
}
export -f dfu
in_world thread --dump "$work/flash" -- bash tests/in_rom.sh bash -c \
	'dfu $old 60 -D "$work/openmv.dfu" & dfu $new 10 -D "$work/openmv.dfu" & wait'
is "dfu-util takes our .dfu file, and flashes the old silicon with it" "$(cat "$work/status.1")" 0
ok "byte for byte" cmp -n "$(stat -c %s build/images/firmware.bin)" -i 262144:0 "$work/flash/board-1.bin" \
	build/images/firmware.bin
is "on the new it hangs until it is killed" "$(cat "$work/status.2")" 124
is "erasing the second bank" "$(tail -c +1048577 "$work/flash/board-2.bin" | tr -d '\377' | wc -c)" 0

# line RECIPE: both boards; leaves out.RECIPE and status.RECIPE
line() {
	in_world thread --dump "$work/flash.$1" -- bash -c 'flashline run --recipe "recipes/'"$1"'.yaml" --fixture "$fixture" \
		--serials "$work/serials.txt" --operator tester >"$work/out.'"$1"'" 2>&1; status=$?
		[ '"$1"' = demo-rom ] && exec bash tests/in_rom.sh bash -c "dfu 1 60 -s 0x08040000:0x14C400 -U $work/up.1
			dfu 2 60 -s 0x08040000:0x14C400 -U $work/up.2"
		exit $status'
	echo $? >"$work/status.$1"
}
run() { flashline show --json "OMV00000$1" | jq -r ".runs[-1] | [$2] | join(\" \")"; }

line demo-rom-naive
is "the naive recipe: exit status 1, a board failed" "$(cat "$work/status.demo-rom-naive")" 1
is "the old one passes" "$(run 1 .verdict)" PASS
is "the new one fails by its own code" "$(run 2 '.verdict, .code, .step, .blame')" "FAIL dfu-erase-stall firmware board"
has "told where, how long and why" "$work/out.demo-rom-naive" "0x08100000 (sector 8): still in dfuDNBUSY after 4."
has "which ROM that is" "$work/out.demo-rom-naive" "ROM bootloader V9.1 (0x91), USB serial 200364500000"
has "and what to do" "$work/out.demo-rom-naive" "engineering box"

line demo-rom
is "the shipped recipe: both pass" "$(run 1 .verdict) $(run 2 .verdict)" "PASS PASS"
for n in 1 2; do
	ok "board $n: dfu-util -U gives the firmware" cmp -n "$(stat -c %s build/images/firmware.bin)" "$work/up.$n" \
		build/images/firmware.bin
	ok "board $n: the bootloader is there too" cmp -n "$(stat -c %s build/images/bootloader.bin)" \
		"$work/flash.demo-rom/board-$n.bin" build/images/bootloader.bin
done
done_testing

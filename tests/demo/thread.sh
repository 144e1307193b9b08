# The thread replayed, before the world is played with the shipped recipe: the file that flashed all boards so far, by
# dfu-util and by a recipe that knows nothing of ROMs. Sourced by demo.sh.
say() { printf '\n== %s\n' "$*"; }

say "openmv.dfu: bootloader and firmware in one file, as it flashed all boards so far"
flashline image make-dfu "$out/openmv.dfu" --vid 0483 --pid DF11 \
	build/images/bootloader.bin@0x08000000 build/images/firmware.bin@0x08040000
flashline image show "$out/openmv.dfu" | head -n 12

# dfu_util BOARD: ends when dfu-util does, or after 60 s of the world's time
dfu_util() {
	local begin=$EPOCHREALTIME status
	timeout "$patience" dfu-util -w -d ,0483:df11 -p "1-1.$1" -a 0 -D "$out/openmv.dfu" >"$out/dfu-util.$1" 2>&1
	status=$?
	awk -v board="$1" -v status=$status -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN {
		printf "board %d: dfu-util %s after %.1f s\n", board,
			status == 0 ? "is done" : status == 124 ? "hangs, and was killed" : "exit status " status, end - begin}'
}
export -f dfu_util
export out
patience=$(awk "BEGIN { print 60 / $speed }")
export patience
say "dfu-util, on the old silicon (board 1) and on the new (board 2), at once"
virtual-fixture run --time "$time" "$world" -- bash tests/in_rom.sh bash -c 'dfu_util 1 & dfu_util 2 & wait'
echo "What board 2 said last:"
tr '\r' '\n' <"$out/dfu-util.2" | grep -v '^$' | tail -n 3 | sed 's/^/    /'

say "flashline, with a recipe that takes all ROMs for alike (recipes/demo-rom-naive.yaml)"
virtual-fixture run --time "$time" "$world" -- \
	flashline run --recipe recipes/demo-rom-naive.yaml --fixture "$fixture" --journal "$out/naive.db" \
	--serials "$out/serials.txt" --operator demo

say "flashline, with the shipped recipe ($(basename "$recipe")), which knows what is wrong with which ROM"

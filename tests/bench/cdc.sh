# OpenMV's older bootloader, which acknowledges nothing, beside what its IDE waits for.

# The firmware alone through the older bootloader, on a board that has it; leaves e.cdc (events) and f.cdc.
cdc() {
	mkdir -p "$work/recipes"
	cp recipes/openmv-h7*.yaml "$work/recipes/"
	sed "s,\.\./build,$PWD/build," recipes/demo-cdc.yaml >"$work/recipes/demo-cdc.yaml"
	cat >"$work/recipes/cdc.yaml" <<-EOF
		flashline: 1
		extends: demo-cdc.yaml
		steps:
		  - {id: bootloader, remove: true}
		  - {id: await-camera, remove: true}
		  - {id: drive-files, remove: true}
	EOF
	printf 'virtual: 1\nboards: {count: 1, each: {flashed: true, bootloader: cdc}}\n' >"$work/cdc.yaml"
	virtual-fixture describe "$work/cdc.yaml" >"$work/cdc-fixture.yaml"
	echo OMV000001 >"$work/serials.c"
	virtual-fixture run --time 1 --account "$work/f.cdc" "$work/cdc.yaml" -- flashline run \
		--recipe "$work/recipes/cdc.yaml" --fixture "$work/cdc-fixture.yaml" --json --journal "$work/journal.c" \
		--serials "$work/serials.c" >"$work/e.cdc" || echo "bench: the board did not pass, older bootloader" >&2
}


cdc
bytes=$(stat -c %s build/images/firmware-cdc.bin)
ours=$(jq -s '[.[] | select(.name=="cdc.write_ms").value] | max / 1000 * 1000 | round / 1000' "$work/e.cdc")
physics=$(account "$work/f.cdc" 2 3 4)
# The IDE's slow mode, its pauses alone: 2 s a sector, 1 ms a packet of 56 bytes (boards.md section 1.4).
slow=$(awk -v n="$bytes" 'BEGIN {print 2 * int((n + 131071) / 131072) + int((n + 55) / 56) / 1000}')
row "firmware through the older CDC bootloader, $bytes bytes" "$ours s" "" "proven over SWD afterwards"
row "  over what the IDE's fast mode waits for at least" "$(ratio "$ours" "$physics")" "" \
	"$ours s over $physics s of erasing, programming and wire"
row "  over the pauses of the IDE's slow mode alone" "$(ratio "$ours" "$slow")" "" "$ours s over $slow s"

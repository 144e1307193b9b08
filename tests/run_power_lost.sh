#!/bin/bash
# Boards that are exchanged, or lose their power for a moment, in the middle of OpenOCD's work, so quickly that no input can tell:
# nobody else's flash is touched, and nobody is blamed. tests/bin-moving/openocd makes the moments.
. tests/tap.sh
. tests/world.sh
export MOVES="$work/moves"

# Each has a slot. The bootloader is one sector, four chunks, and a CRC.
moments=(
	"1 behind flash probe"
	"1 before flash erase_sector"
	"1 during flash erase_sector"
	"1 behind flash erase_sector"
	"1 before flash write_bank"
	"1 start"
	"3 start"
	"4 behind flash write_bank"
	"1 before verify_image_checksum"
	"5 start"
	"1 behind verify_image_checksum"
	"1 behind reset"
)
slots=${#moments[@]}

# A chip that runs something else is waited for: OpenOCD's CRC has 20 s.
mkdir "$work/recipes" && cp recipes/*.yaml "$work/recipes/" && ln -s "$PWD/build" "$work/build"
printf 'flashline: 1\nextends: demo.yaml\nsteps:\n  - {id: bootloader, stall: 8s}\n' >"$work/recipes/stall.yaml"

# world NAME NEXT KEYS: board n goes into slot n, and board n + NEXT comes instead, which has these keys
world() {
	local i
	rm -rf "$MOVES" "$work/flash" "$FLASHLINE_JOURNAL"*
	mkdir "$MOVES" && mkfifo "$MOVES/hands"
	cat >"$MOVES/done" <<-'END'
		#!/bin/bash
		end=$((SECONDS + 30))
		until [ "$(grep -c " $MOVE_SLOT insert " "$MOVES/wires")" -ge 2 ]; do
			[ $SECONDS -lt $end ] || exit 1
			read -rt 0.01 <> <(:)
		done
		exit 0
	END
	chmod +x "$MOVES/done"
	{
		printf 'virtual: 1\nseed: 5\nslots: %u\nwiring: line\nboards:\n' $slots
		printf '  count: %u\n  each: {revision: V, rom: 0x91}\n  one:\n' $((2 * slots))
		for i in $(seq $slots); do
			printf '    "%u": {%s}\n' $((i + slots)) "$3"
			printf '%u %u %s\n' "$i" $((i + $2)) "${moments[i - 1]}" >"$MOVES/FLPROBE$(printf %02u "$i")"
		done
		printf 'operator:\n  script:\n'
		for i in $(seq $slots); do printf '    - {at: 0ms, insert: %u, slot: %u}\n' "$i" "$i"; done
	} >"$work/world.yaml"
	virtual-fixture describe "$work/world.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/fixture.yaml"
	serials $slots >/dev/null
	PATH="$PWD/tests/bin-moving:$PATH" time=0.5 in_world "$work/world.yaml" --account "$work/account" --dump "$work/flash" \
		--hands "$MOVES/hands" --wires "$MOVES/wires" -- timeout 120 flashline run --recipe "$work/recipes/stall.yaml" \
		--fixture "$work/fixture.yaml" --serials "$work/serials.txt" --operator tester --station bench --json \
		</dev/null >"$work/out" 2>"$work/err"
	sed 's/^/# /' "$work/err" >&2 # why it did not begin
	is "$1: in each slot, once" "$(find "$MOVES" -name 'moved-*' | wc -l) $(awk '$3 == "insert"' "$MOVES/wires" | wc -l)" \
		"$slots $((2 * slots))"
	jq -r 'select(.event == "verdict") | "# \(.slot) \(.code // .verdict): \(.seen)"' "$work/out" | cut -c1-160
}
# How many slots ended in which way.
ends() { jq -r 'select(.event == "verdict") | "\(.verdict) \(.code // "-")"' "$work/out" | sort | uniq -c | xargs; }

world "a board that loses its power" 0 'flashed: false'
is "is in error" "$(jq -r 'select(.event == "verdict") | .verdict' "$work/out" | sort | uniq -c | xargs)" "$slots ERROR"
# Where its own firmware runs instead of the code that was started, OpenOCD only waits for that.
is "and told why" "$(jq -r 'select(.event == "verdict") | "\(.slot) \(.code)"' "$work/out" | while read -r slot code; do
	[[ ${moments[slot - 1]} == *start && $code == step-stall ]] || echo "$code"
done | sort -u)" power-lost

world "a blank board instead of it" $slots 'flashed: false'
is "is told" "$(ends)" "$slots ERROR board-swapped"
is "and nothing was done to its flash" "$(awk -v n=$slots '$1 > n && $NF' "$work/account")" ""
is "it is still blank" "$(for i in $(seq $slots); do cat "$work/flash/board-$((i + slots)).bin"; done | tr -d '\377' | wc -c)" 0

# Its firmware starts, and writes to flash itself.
world "a board with these images instead of it" $slots 'flashed: true'
is "passes for nobody" "$(ends)" "$slots ERROR board-swapped"
is "and still has them" "$(awk -v n=$slots '$1 > n {print $7, $(NF - 2), $(NF - 1)}' "$work/account" | sort | uniq -c | xargs)" \
	"$slots 0 1 1"
done_testing

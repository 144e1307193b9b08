#!/bin/bash
# make bench: what a run costs, side by side, in one go, at real flash and USB times in the virtual fixture.
# Every figure is a ratio or comes with what it is compared to; nothing here passes or fails.
set -u
B=${B:-build}
export PATH="$PWD/$B:$PWD/$B/tests:$PATH"
work=$(mktemp -d "${TMPDIR:-/tmp}/fl.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
export work
world=fixtures/virtual/worlds/thirty-two-up.yaml
fixture=fixtures/virtual/thirty-two-up.yaml
firmware=build/images/firmware.bin

# N: flashes N boards; leaves m.N (wall cpu peak), e.N (events), f.N (the fixture's own account)
flash() {
	local n=$1
	for i in $(seq "$n"); do printf 'OMV%06d\n' "$i"; done >"$work/serials.$n"
	virtual-fixture run --time 1 --account "$work/f.$n" $world -- tool_measure "$work/m.$n" \
		flashline run --recipe recipes/demo.yaml --fixture $fixture --slots "1-$n" --json \
		--journal "$work/journal.$n" --serials "$work/serials.$n" >"$work/e.$n" ||
		echo "bench: not all of $n boards passed" >&2
}

# The longest run of a board, from its journal entry to its verdict, in seconds.
longest() { jq -s '[.[] | select(.event=="verdict").ms] | max / 1000' "$work/e.$1"; }

# What physics needs for one board, in seconds: the sums that the fixture kept, and the recipe's time without power.
floor() {
	local off
	off=$(flashline recipe show --effective recipes/demo.yaml | awk '
		/^ *- id:/ {cycle = 0} /state: *cycle/ {cycle = 1}
		/off_time:/ && cycle {gsub(/[^0-9]/, "", $2); ms += $2} END {print ms / 1000}')
	awk -v off="$off" '$1 == 1 {print $2 + $3 + $4 + $5 + $6 + off}' "$work/f.1"
}

dfu_util() {
	virtual-fixture run --time 1 "$work/flashed.yaml" -- tool_pins FLPINS01 A=01 B=00 C=ff -- bash -c '
		until lsusb -d 37c5:9204 >/dev/null; do :; done
		tool_measure "$work/dfu" dfu-util -d ,37c5:9204 -a FIRMWARE -D build/images/firmware.bin >/dev/null 2>&1'
	cut -d' ' -f1 "$work/dfu"
}

# The same board twice with the recipe that skips what is right already; leaves t.1 and t.2 (events).
retest() {
	echo OMV000001 >"$work/serials.t"
	for i in 1 2; do
		flashline run --recipe recipes/demo-retest.yaml --fixture $fixture --slots 1 --json \
			--journal "$work/journal.t" --serials "$work/serials.t" >"$work/t.$i" ||
			echo "bench: the board did not pass, time $i" >&2
	done
}
export -f retest
export fixture
# took N [STEP...]: seconds that these steps of the Nth time took; without any, the whole run
took() {
	local n=$1
	shift
	jq -s '[.[] | select(if $ARGS.positional == [] then .event=="verdict"
		else .event=="step-end" and (.step | IN($ARGS.positional[])) end).ms] | add / 1000' "$work/t.$n" --args "$@"
}

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

row() { printf '%-58s %10s   %-12s %s\n' "$@"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

for n in 1 8 16 32; do flash $n; done
sed 's/^  each: {/  each: {flashed: true, /' $world >"$work/flashed.yaml"
# A world that stands elsewhere finds no recipe and no fixture by a relative path; it needs none.
sed -i '/^recipe:/d; /^fixture:/d' "$work/flashed.yaml"

echo "Real flash and USB times; firmware $(stat -c %s $firmware) bytes, bootloader $(stat -c %s build/images/bootloader.bin) bytes; $(nproc) cores."
row "" "measured" "goal" ""
one=$(longest 1)
physics=$(floor)
row "one board, from its journal entry to its verdict" "$(printf %.2f "$one") s" "" ""
row "  its physical floor (erase program wire swd boot, power off)" "$(printf %.2f "$physics") s" "" \
	"$(awk '$1 == 1 {printf "%.2f %.2f %.2f %.2f %.2f", $2, $3, $4, $5, $6}' "$work/f.1")"
row "  one board over its floor" "$(ratio "$one" "$physics")" "<= 1.05" ""
wall=$(cut -d' ' -f1 "$work/m.1")
for n in 8 16 32; do
	goal=
	[ $n = 32 ] && goal="<= 1.10"
	row "  $n boards over one board (wall time of the whole program)" \
		"$(ratio "$(cut -d' ' -f1 "$work/m.$n")" "$wall")" "$goal" "$(cut -d' ' -f1 "$work/m.$n") s over $wall s"
done
for n in 1 32; do
	row "CPU seconds a board outside OpenOCD, $n board(s)" "$(jq -rs --argjson n $n \
		--argjson all "$(cut -d' ' -f2 "$work/m.$n")" \
		'($all - ([.[] | select(.event=="verdict").tools_cpu_ms] | add / 1000)) / $n * 1000 | round / 1000' \
		"$work/e.$n")" "<= 0.3" "job $(jq -rs '[.[] | select(.event=="verdict").cpu_ms] | add / length | round' "$work/e.$n") ms, OpenOCD $(jq -rs '[.[] | select(.event=="verdict").tools_cpu_ms] | add / length | round' "$work/e.$n") ms"
done
row "peak memory of a job, 32 boards" "$(jq -rs '[.[] | select(.event=="verdict").peak_kib] | max' "$work/e.32") KiB" "" \
	"largest process of all: $(cut -d' ' -f3 "$work/m.32") KiB"
ours=$(jq -s '[.[] | select(.event=="step-end" and .step=="firmware").ms] | max / 1000' "$work/e.1")
theirs=$(dfu_util)
row "firmware over DFU, written and read back" "$ours s" "" ""
row "  dfu-util, the same firmware, not read back" "$theirs s" "" ""
row "  ours, verified, over dfu-util's, unverified" "$(ratio "$ours" "$theirs")" "<= 1.10" ""
virtual-fixture run --time 1 $world -- bash -c retest
flashing="bootloader compare firmware"
for what in "" "$flashing"; do
	# shellcheck disable=SC2086
	first=$(took 1 $what) second=$(took 2 $what)
	row "${what:+  of which }${what:-retest with skip-identical over first flash}" \
		"$(ratio "$second" "$first")" "<= 0.15" "$second s over $first s"
done
cdc
bytes=$(stat -c %s build/images/firmware-cdc.bin)
ours=$(jq -s '[.[] | select(.name=="cdc.write_ms").value] | max / 1000 * 1000 | round / 1000' "$work/e.cdc")
physics=$(awk '$1 == 1 {print $2 + $3 + $4}' "$work/f.cdc")
# The IDE's slow mode, its pauses alone: 2 s a sector, 1 ms a packet of 56 bytes (boards.md section 1.4).
slow=$(awk -v n="$bytes" 'BEGIN {print 2 * int((n + 131071) / 131072) + int((n + 55) / 56) / 1000}')
row "firmware through the older CDC bootloader, $bytes bytes" "$ours s" "" "proven over SWD afterwards"
row "  over what the IDE's fast mode waits for at least" "$(ratio "$ours" "$physics")" "" \
	"$ours s over $physics s of erasing, programming and wire"
row "  over the pauses of the IDE's slow mode alone" "$(ratio "$ours" "$slow")" "" "$ours s over $slow s"

#!/bin/bash
# Verification does not depend on who wrote: a bootloader that lies and a bit that does not take are found by CRCs over
# SWD too; and what those show to be right already is not written again.
. tests/tap.sh
. tests/world.sh

mkdir -p "$work/recipes"
cp recipes/*.yaml "$work/recipes"
ln -s "$PWD/build" "$work/build"
cat >"$work/bad.yaml" <<'E'
virtual: 1
description: One that lies, one with a bit that does not take, one good one
seed: 1
boards:
  count: 8
  one:
    "1": {lies: true}
    "2": {stuck: {address: 0x08105123, bit: 4}}
E

# recipe NAME: the demo's with other steps, which come on standard input
recipe() {
	printf 'flashline: 1\nextends: demo.yaml\nrevision: B\nsteps:\n' >"$work/recipes/$1.yaml"
	cat >>"$work/recipes/$1.yaml"
}
# line RECIPE SLOTS [OPTIONS...]: the real program, in a world
line() {
	local recipe=$1 slots=$2
	shift 2
	flashline run --recipe "$recipe" --fixture $eight --slots "$slots" --serials "$work/serials.txt" "$@"
}
export -f line
export work
# run N KEYS...: of the Nth board's last run, as the journal has it
run() {
	local serial=OMV00100$1
	shift
	flashline show --json "$serial" | jq -r ".runs[-1] | [$(printf '.%s,' "$@" | sed 's/,$//')] | join(\" \")"
}
# value N NAME: the number that a step of that run recorded
value() { flashline show --json "OMV00100$1" | jq -r "[.runs[-1] | .. | objects | select(.name? == \"$2\").value] | last"; }
firmware=build/images/firmware.bin
size=$(stat -c %s $firmware)
holds() { cmp -n "$size" -i 262144:0 "$work/flash/board-$1.bin" "$2"; }

serials 3 >/dev/null
# After SWD the bootloader starts anew.
again='  - {id: again, do: usb.await, device: "37C5:9204", hold: true, after: firmware}'
for how in swd both; do
	printf '%s\n' "  - {id: firmware, verify: $how}" "$again" | recipe $how
	in_world "$work/bad.yaml" --dump "$work/flash" -- bash -c "line $work/recipes/$how.yaml 1-3 >$work/out"
	is "verify: $how: a bootloader that lies" "$(run 1 verdict code step)" "FAIL flash-verify firmware"
	is "verify: $how: where it differs" "$(run 1 seen | grep -o 0x08040000)" 0x08040000
	is "verify: $how: a bit that does not take" "$(run 2 verdict code step)" "FAIL flash-verify firmware"
	is "verify: $how: its address" "$(run 2 seen | grep -o 0x08105123)" 0x08105123
	is "verify: $how: a good board" "$(run 3 verdict)" PASS
	ok "verify: $how: its firmware, byte for byte" holds 3 $firmware
done
recipe none <<'E'
  - {id: firmware, verify: none}
  - {id: await-camera, deadline: 3s}
E
in_world "$work/bad.yaml" -- bash -c "line $work/recipes/none.yaml 1-3 >$work/out"
is "verify: none lets both pass it" "$(run 1 step), $(run 2 step)" "await-camera, await-camera"
recipe step <<E
  - {id: firmware, verify: none}
  - {id: proof, do: swd.verify, image: firmware, after: firmware}
${again/firmware/proof}
E
in_world "$work/bad.yaml" -- bash -c "line $work/recipes/step.yaml 1-3 >$work/out"
is "swd.verify finds both" "$(run 1 code step), $(run 2 code step), $(run 3 verdict)" \
	"flash-verify proof, flash-verify proof, PASS"

# ---- again, and nothing but what differs ----
retest=recipes/demo-retest.yaml
in_world "$work/bad.yaml" --dump "$work/flash" -- \
	bash -c "line $retest 1-3 >$work/out; line $retest 1-3 --json >$work/json"
is "the board that lies fails again" "$(run 1 code)" flash-verify
is "and the one with the bit, with its address" "$(run 2 code) $(run 2 seen | grep -o 0x08105123)" "flash-verify 0x08105123"
is "a good board passes again" "$(run 3 verdict)" PASS
is "nothing was sent to it" "$(value 3 dfu.bytes) $(value 3 dfu.skipped)" "0 $size"
is "nor erased, or programmed over SWD" \
	"$(jq -r 'select(.slot==3 and (.phase=="erase" or .phase=="program")).phase' "$work/json")" ""
ok "and it holds what it held" holds 3 $firmware

# Another firmware: one byte of its sixth sector differs, and the CRC at its end.
perl -0777 -MCompress::Zlib -pe 'substr($_, 0xA1234, 1) ^= "\1"; substr($_, -4) = pack "V", crc32(substr $_, 0, -4)' \
	$firmware >"$work/changed.bin"
cat recipes/demo-retest.yaml - >"$work/recipes/changed.yaml" <<E
images:
  firmware: {file: ../changed.bin, sha256: $(sha256sum "$work/changed.bin" | cut -d' ' -f1)}
E
serials 1 1002 >/dev/null
in_world "$work/bad.yaml" --dump "$work/flash" -- \
	bash -c "line $retest 3 >$work/out; line $work/recipes/changed.yaml 3 >$work/out"
is "another firmware: the board passes" "$(run 3 verdict)" PASS
is "only the sectors that differ were written" "$(value 3 dfu.bytes)" $((131072 + size % 131072))
ok "and it holds the other firmware" holds 3 "$work/changed.bin"

# A download that was broken off leaves a sector, and mostly a flash word, half done; what was whole is not sent again.
cat >"$work/broken.sh" <<'E'
bash tests/stop_at.sh '"phase":"write","done":4[0-9]{5}' "$work/stopped" flashline run --recipe recipes/demo-retest.yaml \
	--fixture $eight --slots 3 --serials "$work/serials.txt" >"$work/out"
line recipes/demo-retest.yaml 3 >"$work/out"
E
time=0.2 in_world "$work/bad.yaml" --dump "$work/flash" -- bash "$work/broken.sh"
is "a download that was broken off: stopped" "$(cut -d' ' -f1 "$work/stopped")" 3
is "and done again, PASS" "$(run 3 verdict)" PASS
ok "without the sectors that were whole" [ "$(value 3 dfu.skipped)" -ge $((3 * 131072)) ]
ok "it holds the firmware" holds 3 $firmware

# ---- what `check` says before any board does ----
recipe closed <<<'  - {id: firmware, verify: swd}'
flashline check "$work/recipes/closed.yaml" >"$work/out" 2>&1
has "a step that wants the device which SWD has closed" "$work/out" "'leave-bootloader' needs the device"
recipe blind <<<'  - {id: firmware, skip-identical: true}'
flashline check "$work/recipes/blind.yaml" >"$work/out" 2>&1
has "skip-identical that nobody has compared for" "$work/out" "needs a swd.compare of 'firmware' before it"
recipe stale <<'E'
  - {id: compare, do: swd.compare, image: firmware, before: bootloader}
  - {id: firmware, skip-identical: true}
E
flashline check "$work/recipes/stale.yaml" >"$work/out" 2>&1
has "a comparison before something else is written" "$work/out" "needs a swd.compare of 'firmware' behind 'bootloader'"
done_testing

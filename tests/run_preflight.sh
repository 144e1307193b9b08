#!/bin/bash
# flashline preflight: a fixture that is fit, and one fault of a fixture after the other, each named.
. tests/tap.sh
. tests/world.sh

# world KEYS...: a world of eight boards, with these lines below `one`
world() {
	printf 'virtual: 1\nboards:\n  count: 8\n'
	[ $# = 0 ] || printf '  one:\n'
	[ $# = 0 ] || printf '    %s\n' "$@"
}
# finds NAME WORLD FIXTURE GRADE CODE SLOT-OR-TEXT [COMMAND...]: preflight there has a line that says so
finds() {
	local name=$1 world=$2 fixture=$3 grade=$4 code=$5 text=$6
	shift 6
	in_world "$world" -- "$@" flashline preflight --json --fixture "$fixture" >"$work/found" 2>"$work/err"
	is "$name: exit status" $? "$([ "$grade" = FAIL ] && echo 3 || echo 0)"
	ok "$name: $code" jq -e --arg grade "$grade" --arg code "$code" --arg text "$text" \
		'any(.[]; .grade==$grade and .check==$code and (.seen | contains($text)) and (.do | length > 10))' \
		"$work/found"
	jq -e 'any(.[]; .grade!="OK")' "$work/found" >/dev/null || { cat "$work/err" "$work/found"; } | sed 's/^/# /'
}

ok "a fixture that is fit" in_world good -- bash -c "flashline preflight --fixture $eight >$work/out"
has "each power pin cuts" "$work/out" "the power pins of 8 slots cut"
has "and says so at the end" "$work/out" "0 FAIL: fit for the shift"
in_world good -- flashline preflight --json --fixture $eight >"$work/json"
is "no FAIL for programs either" "$(jq '[.[] | select(.grade=="FAIL")] | length' "$work/json")" 0

world '"3": {probe_unplugged: true}' >"$work/w.yaml"
finds "1 missing probe" "$work/w.yaml" $eight FAIL probe-missing "slot 3"
world '"5": {always_powered: true, flashed: true}' >"$work/w.yaml"
finds "2 power that is not cut" "$work/w.yaml" $eight FAIL power-not-cut "slot 5: its power is off, and its board is still"
world '"5": {always_powered: true}' >"$work/w.yaml"
finds "2 and with a blank board, which is on no bus" "$work/w.yaml" $eight FAIL power-not-cut "slot 5: its power is off, and its chip"
world '"2": {probe_serial: FLPROBE01}' >"$work/w.yaml"
finds "3 two probes with one serial" "$work/w.yaml" $eight FAIL probe-twice "2 probes have serial FLPROBE01"
world '"4": {probe_denied: true}' >"$work/w.yaml"
finds "4 a probe that may not be opened" "$work/w.yaml" $eight FAIL permission 'ATTR{idVendor}=="1209"'
sed 's/FLPINS01/FLPINS77/' $eight >"$work/f.yaml"
finds "5 missing pin controller" good "$work/f.yaml" FAIL controller-missing FLPINS77
sed 's/FT4232H/FT2232H/; s/pin: C/pin: B/; s/pin: B\([0-7]\), active/pin: A\1, active/' $eight | grep -v boot0 |
	sed 's/power: .*A/power: {controller: pins1, pin: B/' >"$work/f.yaml"
ok "5 (a fixture that is sound in itself)" flashline check "$work/f.yaml"
finds "6 another kind of controller" good "$work/f.yaml" FAIL controller-chip "is an FT4232H on port 3-1, the fixture says FT2232H"
world '"7": {absent: true}' >"$work/w.yaml"
finds "7 a slot without a board" "$work/w.yaml" $eight WARN board-missing "slot 7"
sed 's/usb: 1-1.8/usb: 1-2.3.4.5.6.7/' $eight >"$work/f.yaml"
finds "8 a hub too deep" good "$work/f.yaml" WARN hub-depth "slot 8"
mkdir "$work/bin"
for tool in bash mcopy fsck.fat mkfs.fat flashline; do ln -s "$(PATH=$PATH:/usr/sbin command -v $tool)" "$work/bin"; done
finds "9 no OpenOCD" good $eight FAIL openocd "no OpenOCD" env "PATH=$work/bin"

# hubs KEYS [BOARD-KEYS]: a world of two boards that their hub feeds, and its fixture file
hubs() {
	printf 'virtual: 1\nhubs: {%s}\nboards: {count: 2, each: {flashed: true%s}}\n' "$1" "${2-}" >"$work/w.yaml"
	virtual-fixture describe "$work/w.yaml" >"$work/f.yaml"
}
hubs "power: fake, usb3: true"
finds "13 a hub that cuts data, not power" "$work/w.yaml" "$work/f.yaml" FAIL power-not-cut "its hub only takes it off the bus"
sed -i '/probe:/d' "$work/f.yaml"
finds "13 and where no probe can tell" "$work/w.yaml" "$work/f.yaml" WARN power-unproven "slot 2"
hubs "power: honest, usb3: true"
ok "a hub that cuts power, on both halves" in_world "$work/w.yaml" -- \
	bash -c "flashline preflight --fixture $work/f.yaml >$work/out"
has "is proven" "$work/out" "the power pins of 2 slots cut"

# A clock, and a disk, of their own: where this machine has what that takes.
FAKETIME_DONT_FAKE_MONOTONIC=1
export FAKETIME_DONT_FAKE_MONOTONIC
if command -v faketime >/dev/null; then
	finds "10 a clock in 1970" good $eight FAIL clock "1970-01-02" faketime '1970-01-02 00:00:00'
	tool_journal "$FLASHLINE_JOURNAL" 2 >/dev/null
	finds "11 a clock before the newest run" good $eight FAIL clock "the newest run in the journal" faketime '2025-06-01 00:00:00'
else
	skip "10 a clock in 1970" "no faketime"
	skip "11 a clock before the newest run" "no faketime"
fi
if unshare -rm true 2>/dev/null; then
	mkdir "$work/small"
	finds "12 a full disk" good $eight FAIL disk "0 MiB free" unshare -rm bash -c \
		'mount -t tmpfs -o size=64k none "$0" && FLASHLINE_JOURNAL=$0/journal.db exec "$@"' "$work/small"
else
	skip "12 a full disk" "no namespaces for mounts"
fi

ok "no fixture is wrong usage" bash -c 'flashline preflight; [ $? = 2 ]'
done_testing

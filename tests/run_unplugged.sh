#!/bin/bash
# A pin controller is unplugged while a line waits, and while it flashes: what the operator reads, what is left on, whom the
# journal blames, and that a line which is started again when it is back goes on.
. tests/tap.sh
. tests/world.sh
mkfifo "$work/hands" "$work/keys"
exec 7<>"$work/hands" 8<>"$work/keys"
hand() { echo "$1" >&7; }
is_wired() { cut -d' ' -f2- "$work/wires" | grep -qxF "$1"; }
wired() { await 60 is_wired "$1"; }
is_said() { jq -se "map(select($1)) | length > 0" "$work/json"; }
said() { await 60 is_said "$1"; }
# on: slots that have power
on() { awk '$3 == "power" {on[$2] = $4} END {for (s in on) if (on[s] == 1) print s}' "$work/wires" | sort | xargs; }

cat >"$work/inner.sh" <<'E2'
line() {
	flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester --station bench \
		--serials "$work/serials.txt" --json <"$work/keys" >"$work/json" 2>"$work/err" 7>&- 8>&-
	echo $? >"$work/status.$1"
}
# again: when it is said, and the controller is on the bus once more
again() {
	local serial
	read -r serial <"$work/again"
	await 60 bash -c "flashline devices | grep -q $serial"
}
line 1
again
line 2
again
line 3
E2
mkfifo "$work/again"
export work
export -f await

# begin WIRING: a world of two boards and a line in it
begin() {
	printf 'virtual: 1\nseed: 9\nslots: 2\nwiring: %s\noperator: {script: []}\nboards: {count: 2, each: {revision: V, rom: 0x91}}\n' \
		"$1" >"$work/world.yaml"
	virtual-fixture describe "$work/world.yaml" | sed '/^ *lid:\|^ *start:/d' >"$work/fixture.yaml"
	rm -f "$work"/status.* "$FLASHLINE_JOURNAL"* "$work/wires" "$work/json"
	serials 9 >/dev/null
	virtual-fixture run --time "$time" --wires "$work/wires" --hands "$work/hands" "$work/world.yaml" -- \
		bash "$work/inner.sh" 2>"$work/outer" &
	world=$!
}

# unplugged WIRING SERIAL LEFT: what is on when that controller has gone in the middle of a run
unplugged() {
	begin "$1"
	ok "$1: the line waits" said '.event == "begin"'
	hand "{unplug: $2}"
	ok "$1: $2 goes while it waits: the line ends" await 60 test -s "$work/status.1"
	is "$1: as an error of the station" "$(cat "$work/status.1")" 3
	has "$1: the operator reads which controller it is" "$work/err" "$2"
	hand "{plug: $2}"
	ok "$1: it is plugged in again" wired "0 plug 1	$2"
	: >"$work/json"
	echo "$2" >"$work/again"
	hand "{insert: 1, slot: 1}"
	ok "$1: the next line flashes" said '.kind == "dfu.download"'
	hand "{unplug: $2}"
	ok "$1: $2 goes while it flashes: the line ends" await 90 test -s "$work/status.2"
	is "$1: as an error of the station" "$(cat "$work/status.2")" 3
	has "$1: the operator reads which controller it is" "$work/err" "$2"
	has "$1: and what to do" "$work/err" "plug it in and start again; until then slots may have power"
	is "$1: the station is blamed, and not the board" \
		"$(flashline runs --json | jq -r '.[] | "\(.verdict) \(.code) \(.blame)"' | xargs)" "ERROR pins-lost station"
	is "$1: what has power then" "$(on)" "$3"
	hand "{plug: $2}"
	: >"$work/json"
	echo "$2" >"$work/again"
	ok "$1: plugged in again, the same board passes" said '.event == "verdict" and .verdict == "PASS"'
	is "$1: what had power was switched off first" "$(awk '$3 == "plug" {n = 0} $2 == 1 && $3 == "power" && !n++ {first = $4}
		END {print first}' "$work/wires")" "$([ -n "$3" ] && echo 0 || echo 1)"
	is "$1: nothing has power" "$(on)" ""
	echo STOP >&8
	wait $world
	is "$1: the line ends as it was told" "$(cat "$work/status.3")" 0
}
unplugged line FLPINS01 ""
unplugged expander FLI2C01 1
done_testing

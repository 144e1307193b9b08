#!/bin/bash
# flashline teach where the wires are not the usual ones: other levels, pins that two boards share.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

# wires NAME WIRES BOARD: a world with one board and wires of its own is taught as it is
wires() {
	printf 'virtual: 1\nwires: {%s}\nboards:\n  count: 1\n  each: {%s}\n' "$2" "$3" >"$work/world.yaml"
	rm -f "$work/one.yaml"
	teach "$work/world.yaml" "$work/one.yaml" '\n\n'
	is "$1: the slot is taught" $status 0
	[ $status = 0 ] || cat "$work/out" "$work/err" >&2
	is "$1: as it is wired" "$(tool_fixture "$work/one.yaml")" "$(says "$work/world.yaml")"
}
wires 'power switched by a low level' 'power: low' ''
wires 'a reset that a high level holds' 'nrst: high' ''
wires 'BOOT0 pulled up by a low level, firmware in flash' 'boot0: low' 'flashed: true'
wires 'everything the other way round' 'power: low, boot0: low, nrst: high' ''

# Boards 1 and 2 hang on the same pins, and board 1 is mute on USB: its probe answers and falls silent in board 2's stead.
cat >"$work/world.yaml" <<'END'
virtual: 1
wires: {panel: 2}
boards:
  count: 2
  each: {flashed: true}
  one: {"1": {never_enumerates: true}}
END
teach "$work/world.yaml" "$work/crossed.yaml" '\n\n'
is "a probe that reaches another chip than the port" $status 3
has "is found when the board itself says who it is" "$work/err" "but the board on port 1-1.2 says it is"
ok "and nothing is written" test ! -e "$work/crossed.yaml"
done_testing

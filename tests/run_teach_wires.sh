#!/bin/bash
# flashline teach where the wires are not the usual ones: other levels, pins that two boards share.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

# under_way NUMBER [ANSWER]: teach in $work/NUMBER.yaml, beside the others: it mostly waits. Writes $work/NUMBER.{taught,out,err,status}
under_way() {
	(
		printf "\n\n${2:-}" | in_world "$work/$1.yaml" -- flashline teach --fixture "$work/$1.taught" >"$work/$1.out" 2>"$work/$1.err"
		echo $? >"$work/$1.status"
	) &
}
# wires NUMBER WIRES BOARD: a world with one board and wires of its own
wires() {
	printf 'virtual: 1\nwires: {%s}\nboards:\n  count: 1\n  each: {%s}\n' "$2" "$3" >"$work/$1.yaml"
	under_way "$1"
}
# taught NUMBER NAME: as it is wired
taught() {
	is "$2: the slot is taught" "$(cat "$work/$1.status")" 0
	[ "$(cat "$work/$1.status")" = 0 ] || cat "$work/$1.out" "$work/$1.err" >&2
	is "$2: as it is wired" "$(tool_fixture "$work/$1.taught")" "$(says "$work/$1.yaml")"
}
wires 1 'power: low' ''
wires 2 'nrst: high' ''
wires 3 'boot0: low' 'flashed: true'
wires 4 'power: low, boot0: low, nrst: high' ''

# Boards 1 and 2 hang on the same pins, and board 1 is mute on USB: its probe answers and falls silent in board 2's stead.
cat >"$work/5.yaml" <<'END'
virtual: 1
wires: {panel: 2}
boards:
  count: 2
  each: {flashed: true}
  one: {"1": {never_enumerates: true}}
END
under_way 5

# Boards are seen for longer than teach leaves them without power.
printf 'virtual: 1\nhubs: {tell_late: 270ms}\nboards: {count: 2}\n' >"$work/6.yaml"
under_way 6 'yes\n'
wait

taught 1 'power switched by a low level'
taught 2 'a reset that a high level holds'
taught 3 'BOOT0 pulled up by a low level, firmware in flash'
taught 6 'a host that is late to notice that boards go'
taught 4 'everything the other way round'
is "a probe that reaches another chip than the port" "$(cat "$work/5.status")" 3
has "is found when the board itself says who it is" "$work/5.err" "but the board on port 1-1.2 says it is"
ok "and nothing is written" test ! -e "$work/5.taught"
done_testing

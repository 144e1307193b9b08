#!/bin/bash
# flashline teach: a fixture file from a simulated fixture, its operator a pipe.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

# What takes longest goes beside the rest, and mostly waits: slots 1 to 6 are in a file, 7 and 8 are not; an empty fixture.
{ echo '# by hand'; sed '/slot: 7/,$d' $eight; } >"$work/part.yaml"
cp "$work/part.yaml" "$work/before.yaml"
(
	teach good "$work/part.yaml" '\n\nyes\ndone\n' part.
	echo $status >"$work/part.status"
) &
printf 'virtual: 1\nboards:\n  count: 1\n  each: {absent: true}\n' >"$work/empty.yaml"
(
	teach "$work/empty.yaml" "$work/nobody.yaml" '\n\n' empty.
	echo $status >"$work/empty.status"
) &

printf 'virtual: 1\nboards:\n  count: 3\n  one:\n    "2": {never_enumerates: true}\n' >"$work/world.yaml"
teach "$work/world.yaml" "$work/three.yaml" '\n\nno\n1\n3\n'
is "a board without USB lies between two good ones" $status 0
has "what was found is said" "$work/out" \
	"slot 3: port 1-1.3, probe FLPROBE03, power A2 of pins1, boot0 B2 of pins1, nrst C2 of pins1, chip "
is "its probe is nobody else's" "$(tool_fixture "$work/three.yaml" | grep -c FLPROBE02)" 0

teach good "$work/good.yaml" '\n\nyes\n'
is "eight good boards, all in their slots" $status 0
ok "flashline check accepts the file" flashline check "$work/good.yaml"
same "it means what the shipped file means" "$work/good.yaml" $eight
ok "with comments for people" grep -q '# taught with chip [0-9A-F]\{24\}' "$work/good.yaml"

await 120 test -s "$work/part.status"
is "a file that lacks two slots is completed" "$(cat "$work/part.status")" 0
same "and means the whole then" "$work/part.yaml" $eight
ok "what stood in it stands there still, comments too" \
	cmp -n "$(stat -c %s "$work/before.yaml")" "$work/before.yaml" "$work/part.yaml"

boards 2 'flashed: true'
teach "$work/world.yaml" "$work/two.yaml" '\n\nno\n2\n2\n1\n'
is "boards with firmware, numbered one by one" $status 0
is "as the operator said" "$(tool_fixture "$work/two.yaml" | grep ' at ')" \
	"slot 1 at 1-1.2, probe FLPROBE02
slot 2 at 1-1.1, probe FLPROBE01"

# The first probe's chip has power whatever is switched, so it answers for every board.
printf 'virtual: 1\nboards:\n  count: 2\n  one:\n    "1": {always_powered: true}\n' >"$work/world.yaml"
teach "$work/world.yaml" "$work/fed.yaml" '\n\ndone\n'
has "a probe that never falls silent is not that of the board" "$work/out" "slot 1: port 1-1.2, probe FLPROBE02, power A1 of pins1,"
is "nor in the file" "$(tool_fixture "$work/fed.yaml" | grep -c FLPROBE01)" 0

boards 1
cp tests/tap.sh "$work/odd.yaml"
teach "$work/world.yaml" "$work/odd.yaml" '\n\n'
is "a file that is no fixture is a mistake" $status 2
ok "and stays as it is" cmp tests/tap.sh "$work/odd.yaml"

{ echo 'flashline: 1'; echo 'slots:'; echo '  - {slot: 9, usb: 1-1.9}'; echo 'swd_khz: 1000'; } >"$work/late.yaml"
cp "$work/late.yaml" "$work/before.yaml"
teach "$work/world.yaml" "$work/late.yaml" '\n\n'
is "a file that cannot take more lines is refused" $status 3
has "with what to do" "$work/err" "'slots' must stand last"
ok "and stays as it is too" cmp "$work/before.yaml" "$work/late.yaml"

teach "$work/world.yaml" "$work/none.yaml" 'no\n'
is "without consent" $status 3
ok "nothing is written" test ! -e "$work/none.yaml"
ok "and no pin was moved" grep -q 'no pin was moved' "$work/err"

wait
is "an empty fixture" "$(cat "$work/empty.status")" 3
has "is said" "$work/empty.out" "No board came up"
ok "no file is left" bash -c "! ls $work/nobody.yaml*"
done_testing

#!/bin/bash
# flashline selftest: a board that must pass and one that must fail, and a line that waits for both.
. tests/tap.sh
. tests/world.sh

printf 'virtual: 1\nboards:\n  count: 3\n  one:\n    "2": {stuck: {address: 0x08105123, bit: 4}}\n' >"$work/world.yaml"
# fixture CODE: the eight-up fixture with golden boards in slots 1 and 2
fixture() {
	cp $eight "$work/fixture.yaml"
	cat >>"$work/fixture.yaml" <<-END
		selftest:
		  required: daily
		  golden: {slot: 1, serial: OMV900001, recipe: $PWD/recipes/demo.yaml}
		  bad: {slot: 2, serial: OMV900002, recipe: $PWD/recipes/demo.yaml, code: $1}
	END
}
selftest() {
	in_world "$work/world.yaml" -- flashline selftest --fixture "$work/fixture.yaml" --station bench >"$work/out" 2>"$work/err"
	status=$?
}
# line: slot 3's board, in production
line() {
	serials 1 >/dev/null
	in_world "$work/world.yaml" -- bash -c "run_line $work/fixture.yaml --slots 3 --serials $work/serials.txt" >"$work/out" 2>"$work/err"
	status=$?
}

fixture flash-verify
ok "the fixture is sound" flashline check "$work/fixture.yaml"
line
is "without today's self-test the line refuses to run" $status 3
has "and says why" "$work/err" "selftest-due: fixture fixture wants a self-test each day: none today with its golden board OMV900001"
has "and what to do" "$work/err" "flashline selftest"
is "no board was touched" "$(flashline runs --json | jq length)" 0

selftest
is "the golden board passes and the bad one fails: exit status 0" $status 0
has "the golden one" "$work/out" "golden board OMV900001 in slot 1: PASS , as it must be"
has "the bad one, with its code" "$work/out" "bad board OMV900002 in slot 2: FAIL flash-verify, as it must be"
is "the journal has both, and what for" "$(flashline runs --json | jq -r '[.[].purpose] | join(" ")')" "selftest selftest"
line
is "now the line runs" $status 0
is "yields count production alone" \
	"$(flashline report yield --format json | jq '.sections[0].rows[0].units')" 1

# The same line, another fault wanted: what the bad board shows is the wrong one.
fixture usb-not-seen
selftest
is "a fault that is not the named one" $status 3
has "is no success" "$work/out" "bad board OMV900002 in slot 2: FAIL flash-verify, WRONG"
line
is "and the line stops" $status 3
has "for that" "$work/err" "today's self-test of fixture fixture failed: its bad board OMV900002 was FAIL flash-verify"

fixture flash-verify
printf 'virtual: 1\nboards:\n  count: 2\n  one:\n    "1": {probe_unplugged: true}\n' >"$work/world.yaml"
selftest
is "a golden board whose probe is gone, a bad one that passes" $status 3
has "the first is the fixture's fault" "$work/out" "golden board OMV900001 in slot 1: ERROR probe-missing, WRONG"
has "the second too" "$work/out" "bad board OMV900002 in slot 2: PASS , WRONG"

sed -i 's/code: .*}/code: selftest-due}/; s/slot: 1, serial/slot: 9, serial/' "$work/fixture.yaml"
flashline check "$work/fixture.yaml" 2>"$work/err"
has "a code that blames nobody's board is a mistake" "$work/err" "'selftest-due' is no FAIL"
has "a slot that is not there too" "$work/err" "there is no slot 9"
is "a fixture without golden boards" "$(flashline selftest --fixture $eight 2>/dev/null; echo $?)" 2
done_testing

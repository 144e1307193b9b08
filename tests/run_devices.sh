#!/bin/bash
# flashline devices: what is on the bus of a simulated fixture, and whose it is.
. tests/tap.sh
. tests/world.sh

ok "with a fixture" in_world good -- bash -c "flashline devices --fixture $eight >$work/out"
has "the probe of a slot" "$work/out" "slot 3, its probe"
has "the pin controller by its chip and name" "$work/out" "FT4232H pin controller"
has "which the fixture calls" "$work/out" "controller pins1"
ok "a hub stands before what hangs on it" \
	bash -c "grep -n . $work/out | awk '/  2-1  /{h=NR} /2-1.1 /{d=NR} END{exit !(h && d == h+1)}'"

ok "for programs" in_world good -- bash -c "flashline devices --json >$work/json"
is "eight probes" "$(jq '[.devices[] | select(.kind=="probe")] | length' "$work/json")" 8
is "nobody claims them without a fixture" "$(jq '[.devices[] | select(.role)] | length' "$work/json")" 0

sed 's/FLPROBE03/ELSEWHERE/; s/FLPINS01/FLPINS77/' $eight >"$work/other.yaml"
is "what is missing is a warning, and exit status 3" \
	"$(in_world good -- flashline devices --fixture "$work/other.yaml" >"$work/warned"; echo $?)" 3
has "the probe" "$work/warned" "warning: slot 3: its probe ELSEWHERE is not there"
has "the controller" "$work/warned" "warning: controller pins1: no FT4232H with serial FLPINS77 is there"
is "a fixture that is none is a mistake" "$(flashline devices --fixture tests/tap.sh 2>"$work/err" >&2; echo $?)" 2
done_testing

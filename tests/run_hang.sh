#!/bin/bash
# What hangs is ended from outside, whole, and its slot loses its power; what dies is noticed; its neighbours pass.
. tests/tap.sh
. tests/world.sh
time=0.1

mkdir -p "$work/r"
cat >"$work/r/short.yaml" <<C
flashline: 1
extends: demo.yaml
steps:
  - {id: bootloader, stall: 3s}
  - {id: firmware, stall: 3s}
C
# `extends` is relative to its file, and so are the images.
cp recipes/openmv-h7.yaml recipes/demo.yaml "$work/r/"
mkdir -p "$work/build" && ln -s "$PWD/build/images" "$work/build/images"
serials 3 >/dev/null

hang() { # PATTERN SIGNAL VICTIMS
	in_world good -- bash tests/hang_at.sh "$1" "$2" "$3" "$work/out" flashline run \
		--recipe "$work/r/short.yaml" --fixture $eight --slots 1-3 --serials "$work/serials.txt"
	status=$(sed -n 's/^status //p' "$work/out")
	verdict() { jq -r --argjson slot "$1" 'select(.event? == "verdict" and .slot == $slot) |
		.verdict + " " + (.code // "-")' <(grep '^{' "$work/out"); }
}

hang '"event":"progress","slot":1.*"phase":"write"' STOP 'job .*--slot 1 '
ok "a job was stopped in its download" [ -s "$work/out.victims" ]
is "a job that hangs ends as step-stall" "$(verdict 1)" "ERROR step-stall"
is "its neighbours pass" "$(verdict 2) $(verdict 3)" "PASS - PASS -"
is "exit status 3" "$status" 3
is "no process is left, no board has power" "$(cat "$work/out.left")" ""

# Slower, so that the signal comes while OpenOCD is at work: it erases, and has two seconds to go.
time=1
hang '"event":"progress","slot":1.*"phase":"erase","done":0' STOP '^[0-9]+ [^ ]*openocd'
is "an OpenOCD that hangs makes a stall of the step" "$(verdict 1)" "ERROR step-stall"
ok "which says where" grep -qE '"seen":"[^"]*(reset|eras|programm|verif)' "$work/out"
is "no process is left, no board has power" "$(cat "$work/out.left")" ""

hang '"event":"progress","slot":2.*"phase":"erase","done":0' KILL 'job .*--slot 2 '
is "a job that dies is ERROR job-died" "$(verdict 2)" "ERROR job-died"
is "its neighbours pass" "$(verdict 1) $(verdict 3)" "PASS - PASS -"
is "its OpenOCD is not left running, no board has power" "$(cat "$work/out.left")" ""

time=0.1
# A step without a stall of its own: a job that sleeps in it for 3 s.
echo '  - {id: power-on, off_time: 3s, deadline: 5s}' >>"$work/r/short.yaml"
hang '"event":"step","slot":3.*"kind":"power"' STOP 'job .*--slot 3 '
is "a job that hangs beyond its step's deadline is ERROR job-hung" "$(verdict 3)" "ERROR job-hung"
is "its neighbours pass" "$(verdict 1) $(verdict 2)" "PASS - PASS -"
is "no process is left, no board has power" "$(cat "$work/out.left")" ""

hang '"event":"progress","slot":1.*"phase":"write"' KILL ' keeper '
is "without the keeper of the pins nothing is PASS" "$(verdict 1) $(verdict 2) $(verdict 3)" \
	"ERROR pins-lost ERROR pins-lost ERROR pins-lost"
is "exit status 3" "$status" 3
is "no process is left" "$(grep -v 37c5 "$work/out.left")" ""
done_testing

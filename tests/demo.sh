#!/bin/bash
# make demo: plays a world with the real program and compares what it found out with what the world says.
#   demo.sh BUILD WORLD SPEED
set -u
build=$1 world=fixtures/virtual/worlds/$2.yaml speed=$3
PATH="$PWD/$build:$PWD/$build/tests:$PATH"
out=build/demo
[ -f "$world" ] || {
	echo "no world '$2'; there are:" "$(ls fixtures/virtual/worlds | sed 's/\.yaml//' | xargs)" >&2
	exit 2
}
rm -rf "$out"
mkdir -p "$out/flash"
eval "$(virtual-fixture about "$world")" || exit 2 # recipe= fixture= boards= slots= shift= labels=
[ -n "$recipe" ] || {
	echo "world '$2' names no recipe to play: it is for trying tools in it (virtual-fixture run $world -- ...)" >&2
	exit 2
}
time=$(awk "BEGIN { print 1 / $speed }") || exit 2
for n in $(seq "$boards"); do printf 'OMV%06d\n' "$n"; done >"$out/serials.txt"
# A world without a fixture file is described by one.
[ -n "$fixture" ] || {
	fixture=$out/fixture.yaml
	virtual-fixture describe "$world" >"$fixture"
}

begin=$SECONDS
# What a world's story has before its recipe is played.
[ -f "tests/demo/$2.sh" ] && . "tests/demo/$2.sh"
if [ -n "$shift" ]; then
	. tests/demo_shift.sh
	status=$?
	echo "$((SECONDS - begin)) s. The journal is $out/journal.db; $out/wires tells what happened to boards, wires and lamps."
	exit $status
fi
virtual-fixture run --time "$time" --dump "$out/flash" "$world" -- \
	flashline run --recipe "$recipe" --fixture "$fixture" --journal "$out/journal.db" \
	--serials "$out/serials.txt" --operator demo
echo
echo "\$ flashline runs"
flashline runs --last "$boards" --journal "$out/journal.db"
# The first board that did not pass is the one to look at.
bad=$(flashline runs --last "$boards" --journal "$out/journal.db" | awk '/FAIL|ERROR/ {print $4; exit}')
echo
echo "\$ flashline show ${bad:=OMV000001}"
flashline show --journal "$out/journal.db" "$bad"
echo
echo "What the world says, and what is left in the boards' flash:"
flashline runs --last "$boards" --journal "$out/journal.db" --json |
	virtual-fixture judge --dump "$out/flash" "$world"
status=$?
echo "$((SECONDS - begin)) s. The journal is $out/journal.db."
exit $status

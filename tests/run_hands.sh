#!/bin/bash
# Whoever tells a world's operator what to do, and a line's operator at his keys: of a line that is too long nothing is done, not
# its end either, which by itself would be a command; and it is told which one.
. tests/tap.sh
. tests/world.sh
mkfifo "$work/hands" "$work/keys"
exec 7<>"$work/hands" 8<>"$work/keys"

printf 'virtual: 1\nslots: 4\nwiring: line\noperator: {script: []}\nboards: {count: 4}\n' >"$work/world.yaml"
virtual-fixture describe "$work/world.yaml" >"$work/fixture.yaml"
serials 1 >/dev/null
virtual-fixture run --time "$time" --wires "$work/wires" --hands "$work/hands" "$work/world.yaml" -- flashline line \
	--recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester --station bench --serials "$work/serials.txt" \
	--json <"$work/keys" >"$work/json" 2>"$work/err" 7>&- 8>&- &
line=$!

# padded LENGTH TEXT: spaces and then the text, so many bytes together, so that any tail of it is the text as well
padded() { printf "%$1s\n" "$2"; }
is_done() { cut -d' ' -f2- "$work/wires" | grep -qxF "$1"; }

ok "the line has begun" await 60 grep -qs begin "$work/json"
echo '{insert: 1, slot: 1}' >&7
padded 65537 '{insert: 2, slot: 2}' >&7
padded 200000 '{insert: 2, slot: 2}' >&7
padded 65536 '{insert: 3, slot: 3}' >&7
echo '{insert: 3, slot: 9}' >&7
echo '{insert: 4, slot: 4}' >&7
ok "the last line is done" await 60 is_done "4 insert 4"
is "what is too long is not, nor is its end; what is just short enough is" \
	"$(awk '$3 == "insert" {print $2}' "$work/wires" | xargs)" "1 3 4"
is "both are told, with their numbers" "$(grep 'bytes' "$work/err" | xargs)" \
	"hands: line 2 has more than 65536 bytes: nothing of it is done hands: line 3 has more than 65536 bytes: nothing of it is done"
has "so is the line that makes no sense" "$work/err" "hands: line 5 is not done:"

# ---- the keys of the line: 256 characters
refused() { [ "$(grep -c "is no command" "$work/json")" -ge "$1" ]; }
padded 257 STOP >&8
padded 5000 STOP >&8
padded 300 START >&8
ok "three lines that are too long are no commands" await 60 refused 3
padded 256 "RELEASE 1" >&8
ok "one that is just short enough is" await 60 grep -q "RELEASE 1: nothing to do, the slot is " "$work/json"
is "neither has the line ended by them, nor has a board been started" \
	"$(grep -c "STOP: \|START: \|\"state\":\"running\"" "$work/json")" 0
echo STOP >&8
wait $line
is "STOP by itself ends it" $? 0
done_testing

#!/bin/bash
# Each slot of a line starts by what is its own: slot 1 by its lid, slot 2 by its button, slots 3 and 4 by START, scanned for a
# slot or for all; and by nothing that happens at another. A lid that is opened in a run ends that run alone.
. tests/tap.sh
. tests/world.sh
mkfifo "$work/hands" "$work/keys"
exec 7<>"$work/hands" 8<>"$work/keys"

cat >"$work/world.yaml" <<END
virtual: 1
seed: 5
slots: 4
wiring: line
scanners: {desk: {}}
operator: {script: []}
boards: {count: 5, each: {revision: V, rom: 0x91}}
END
# Slot 1 alone has a lid; the fixture as a whole has neither lid nor button.
virtual-fixture describe "$work/world.yaml" | sed '/^lid:\|^start:/d; s/^  - slot: 1$/&\n    trigger: lid/
	s/^  - slot: [2-4]$/&\n    trigger: start/; /^    lid: .*P1[123]/d' >"$work/fixture.yaml"
serials 9 >/dev/null
ok "such a fixture is accepted" flashline check "$work/fixture.yaml"

virtual-fixture run --time "$time" --wires "$work/wires" --hands "$work/hands" "$work/world.yaml" -- flashline line \
	--recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester --station bench --serials "$work/serials.txt" \
	--json <"$work/keys" >"$work/json" 2>"$work/err" 7>&- 8>&- &
line=$!

hand() { echo "$1" >&7; }
# is_said JQ: an event that it selects is in the line's output
is_said() { jq -se "map(select($1)) | length > 0" "$work/json"; }
said() { await 60 is_said "$1"; }
# wired N TEXT: the fixture's record has this line so often
is_wired() { [ "$(cut -d' ' -f2- "$work/wires" | grep -cxF "$2")" -ge "$1" ]; }
wired() { await 60 is_wired "$@"; }
# powered: the slots whose boards have had power
powered() { awk '$3 == "power" && $4 == 1 {print $2}' "$work/wires" | sort -u | xargs; }
# scan CODE ANSWER: it is answered so
scan() {
	hand "{scan: $1, scanner: desk}"
	ok "$1 is scanned: $2" said ".text // \"\" | startswith(\"$2\")"
}
# verdict SLOT COUNT VERDICT: so many of this kind
verdict() { await 90 jq -se "map(select(.event == \"verdict\" and .slot == $1 and .verdict == \"$3\")) | length >= $2" "$work/json"; }

ok "the scanner is ready" said '.text // "" | startswith("scanner desk is ready")'
for slot in 1 2 3 4; do hand "{insert: $slot, slot: $slot}"; done
for slot in 1 2 3 4; do ok "slot $slot: blue, somebody must act" wired 1 "$slot lamp-blue 1"; done
is "and what is to be done" "$(jq -r 'select(.state == "ready") | "\(.slot) \(.waits)"' "$work/json" | sort | xargs)" \
	"1 close the lid 2 press start 3 press start 4 press start"

hand "{press: start, slot: 1}"
ok "slot 1: a button is pressed and let go while its lid is open" wired 1 "1 start 0"
hand "{close: lid, slot: 1}"
ok "slot 1: its lid starts it" said '.slot == 1 and .state == "running"'
ok "slot 1: PASS" verdict 1 1 PASS
ok "slot 1: green" wired 1 "1 lamp-green 1"
is "no other has begun" "$(powered)" 1

# A finger is there for 100 ms, which a busy station may miss; blue tells him.
press() {
	local end=$((SECONDS + 60))
	until is_said '.slot == 2 and .state == "running"'; do
		[ $SECONDS -lt $end ] || return 1
		hand "{press: start, slot: 2}"
		await 3 is_said '.slot == 2 and .state == "running"'
	done
}
ok "slot 2: its button starts it" press
ok "slot 2: PASS" verdict 2 1 PASS
ok "slot 2: green" wired 1 "2 lamp-green 1"
is "slots 3 and 4 have not begun" "$(powered)" "1 2"

scan SLOT-3 "slot 3: now scan"
scan START "START 3: done"
ok "slot 3: PASS" verdict 3 1 PASS
ok "slot 3: green" wired 1 "3 lamp-green 1"
is "slot 4 has not begun" "$(powered)" "1 2 3"
scan START "START: 1 slot"
ok "slot 4: PASS" verdict 4 1 PASS
ok "slot 4: green" wired 1 "4 lamp-green 1"
scan START "START: 0 slots"

hand "{remove: 1}"
hand "{open: lid, slot: 1}"
ok "slot 1: its board is taken out, dark" said '.slot == 1 and .state == "empty"'
hand "{insert: 5, slot: 1}"
ok "slot 1: the next one waits for the lid" wired 2 "1 lamp-blue 1"
hand "{close: lid, slot: 1}"
ok "slot 1: it is at work" await 60 jq -se 'map(select(.slot == 1 and .kind == "swd.identify")) | length > 1' "$work/json"
hand "{open: lid, slot: 1}"
ok "slot 1: a lid that is opened ends its run" verdict 1 1 ERROR
ok "slot 1: yellow" wired 1 "1 lamp-yellow 1"
is "slot 1: without power" "$(awk '$2 == 1 && $3 == "power" {on = $4} END {print on}' "$work/wires")" 0

echo STOP >&8
wait $line
is "the line ends as it was told" $? 0
is "one run a board, and who is to blame" \
	"$(flashline runs --json | jq -r '.[] | "\(.slot) \(.verdict) \(.code // "-") \(.blame // "-")"' | sort | xargs)" \
	"1 ERROR lid-opened operator 1 PASS - - 2 PASS - - 3 PASS - - 4 PASS - -"
is "no lamp of another colour was lit" \
	"$(awk '$3 ~ /lamp-(red|green|yellow)/ && $4 == 1 {print $2 $3}' "$work/wires" | sort | xargs)" \
	"1lamp-green 1lamp-yellow 2lamp-green 3lamp-green 4lamp-green"
done_testing

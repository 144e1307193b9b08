#!/bin/bash
# The keeper of the pins is late: stopped, and let go again. A line waits for it beside its other work, starts what was to start
# when it answers, and ends when it is gone.
. tests/tap.sh
. tests/world.sh
export work
export -f await

cat >"$work/world.yaml" <<-END
	virtual: 1
	seed: 3
	slots: 3
	wiring: line
	boards: {count: 3, each: {revision: V, rom: 0x91}}
	operator: {script: [{at: 0s, insert: 1, slot: 1}, {at: 0s, insert: 2, slot: 2}, {at: 0s, insert: 3, slot: 3}]}
END
virtual-fixture describe "$work/world.yaml" | sed 's/^swd_khz.*/&\ntrigger: start/; /^ *lid:/d' >"$work/fixture.yaml"
serials 9 >/dev/null
cat >"$work/late.sh" <<'E2'
# said JQ: until an event that it selects is in the line's output
said() { await 60 jq -se "map(select($1)) | length > 0" "$work/json"; }
mkfifo "$work/keys"
flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester --station bench \
	--serials "$work/serials.txt" --json <"$work/keys" >"$work/json" 2>"$work/err" &
line=$!
exec 3>"$work/keys"
for slot in 1 2 3; do said ".slot == $slot and .state == \"ready\"" || exit 91; done
keeper=$(pgrep -P $line -f ' keeper ')

echo START 1 >&3
said '.slot == 1 and .kind == "swd.program"' || exit 92
kill -STOP "$keeper"
echo START 2 >&3
said '.slot == 2 and (.waits // "" | contains("answer late"))' || exit 93
# While it waits it hears the others.
said '.slot == 1 and .kind == "dfu.download"' || exit 94
kill -CONT "$keeper"
said '.slot == 2 and .event == "verdict"' && said '.slot == 1 and .event == "verdict"' || exit 95

kill -STOP "$keeper"
echo START 3 >&3
wait $line
echo $? >"$work/status"
E2
ok "a keeper that is stopped, let go, and stopped for good" in_world "$work/world.yaml" --wires "$work/wires" -- \
	timeout -k 5 200 bash "$work/late.sh"
is "the board that was at work, and the one that waited for it, pass" \
	"$(jq -r 'select(.event == "verdict") | "\(.slot) \(.verdict)"' "$work/json" | sort | xargs)" "1 PASS 2 PASS"
is "a keeper that does not answer any more ends the line" "$(cat "$work/status")" 3
has "and why is said" "$work/err" "the keeper of the pins did not answer within 5 s"
is "nothing was begun without it: the third board got no power" "$(awk '$2 == 3 && $3 == "power" && $4 == 1' "$work/wires" | wc -l)" 0
done_testing

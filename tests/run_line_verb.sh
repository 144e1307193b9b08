#!/bin/bash
# flashline line with the real program: boards come and go, and are taken out, swapped and put in again at random moments.
. tests/tap.sh
. tests/world.sh
seed=${SEED:-20261122}
echo "# SEED=$seed"
RANDOM=$seed

# In the place of the shell that was started: signals are for it.
verb() {
	exec timeout 300 flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester \
		--station bench "$@"
}
export -f verb
export work
sql() { sqlite3 -readonly "$FLASHLINE_JOURNAL" "$1"; }
# The chip of board n as a world says it, words 0 to 2, and as the journal does.
chip_of() { printf '%08X%08X%08X' $((0x10000 + $1)) 0x33315100 0x34393037; }
uid_of() { printf '%08X%08X%08X' 0x34393037 0x33315100 $((0x10000 + $1)); }

# ---- a shift: two slots, six boards, one of them bad; lamps tell the operator what to do, Ctrl-C ends it

cat >"$work/shift.yaml" <<-END
	virtual: 1
	description: Six boards through two slots
	seed: 7
	slots: 2
	wiring: line
	operator: {shift: {put_in: 15s}}
	boards:
	  count: 6
	  each: {revision: V, rom: 0x91}
	  one:
	    "3": {stuck: {address: 0x08105123, bit: 4}, expect: {verdict: FAIL, code: flash-verify}}
	END
virtual-fixture describe "$work/shift.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/fixture.yaml"
serials 9 >/dev/null
ok "six boards go through two slots, and the line ends as it was told" in_world "$work/shift.yaml" --wires "$work/wires" \
	--dump "$work/flash" -- bash -c "verb --serials $work/serials.txt --json </dev/null >$work/shift.json"
is "five passed, the bad one failed" "$(sql "SELECT verdict, count(*) FROM run GROUP BY 1" | xargs)" "FAIL|1 PASS|5"
is "each board has a serial of its own, from the list, in order" \
	"$(sql "SELECT count(*), min(serial), max(serial) FROM unit WHERE uid IS NOT NULL")" "6|OMV001001|OMV001006"
is "lamps match verdicts" "$(awk '$3 ~ /lamp-(green|red|yellow)/ && $4 == 1 {print $3}' "$work/wires" | sort | uniq -c | xargs)" \
	"5 lamp-green 1 lamp-red"
is "a lamp is out before the next board's power comes on" "$(awk '$3 ~ /lamp-(green|red|yellow)/ {lit[$2 $3] = $4}
	$3 == "power" && $4 == 1 {for (l in lit) if (lit[l] == 1 && substr(l, 1, 1) == $2) print "slot", $2, l}' "$work/wires")" ""
is "the line counts" "$(jq -r 'select(.event=="end") | "\(.boards) \(.passed) \(.failed) \(.per_hour > 0)"' "$work/shift.json")" \
	"6 5 1 true"
is "green comes after the verdict is in the journal: the event says so first" \
	"$(jq -r 'select(.slot==1 and (.event=="verdict" or .state=="shown")).event' "$work/shift.json" | uniq -c | awk '$1 > 1')" ""

# ---- the next day: the same boards again, from the list's next numbers

ok "the same boards are put in again" in_world "$work/shift.yaml" -- bash -c \
	"verb --serials $work/serials.txt --json </dev/null >$work/again.json"
is "those that have passed are not flashed again" \
	"$(jq -r 'select(.event=="verdict" and .code=="already-passed").serial' "$work/again.json" | sort | xargs)" \
	"OMV001001 OMV001002 OMV001004 OMV001005 OMV001006"
is "nothing was written to them" "$(sql "SELECT count(*) FROM step JOIN run ON run.id = step.run
	WHERE run.code = 'already-passed' AND step.kind IN ('swd.program', 'dfu.download')")" 0
is "they are in no yield" "$(flashline report yield --json 2>/dev/null | grep -c already-passed)" 0
is "no serial was used up by it" "$(sql "SELECT max(serial) FROM unit")" OMV001006
is "what the slots have been through is told" \
	"$(jq -s 'map(select(.event=="wear").contacts) | add' "$work/again.json")" 6

# ---- told to end more than once, as timeout(1) and systemd do: until it is gone

printf 'virtual: 1\nslots: 2\nwiring: line\nboards: {count: 1}\noperator: {script: []}\n' >"$work/idle.yaml"
# shellcheck disable=SC2016 # for the shell that is started
is "a line that is told to end ever again ends as well as one that is told once" "$(in_world "$work/idle.yaml" -- bash -c '
	flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --operator tester --station bench \
		--serials "$work/serials.txt" --json </dev/null >"$work/idle.json" & line=$!
	until grep -qs begin "$work/idle.json"; do read -rt 0.05 <> <(:); done
	while kill $line 2>/dev/null; do read -rt 0.001 <> <(:); done
	wait $line
	echo $?')" 0

# ---- refusals

ok "a line that does not know where serials come from is refused" \
	bash -c "(verb) 2>&1 </dev/null | grep -q -- --serials"
sed '/id: identify/,/^$/d' recipes/openmv-h7.yaml >"$work/openmv-h7.yaml"
sed "s|\.\./build|$PWD/build|" recipes/demo.yaml >"$work/blind.yaml"
is "a recipe that writes before it knows the board is refused: exit status" "$(flashline line --recipe "$work/blind.yaml" \
	--fixture "$work/fixture.yaml" --serials "$work/serials.txt" </dev/null >"$work/said" 2>&1; echo $?)" 2
has "and the step is named" "$work/said" "step 'bootloader'"

# ---- a board that leaves in the middle, and a slot that is out of order

mkfifo "$work/hands"
exec 7<>"$work/hands"
# one_slot BOARDS OPERATOR: the codes of this world's boards, in order
one_slot() {
	printf 'virtual: 1\nslots: 1\nwiring: line\noperator: {%s}\nboards: {count: %u, each: {never_enumerates: true}}\n' "$2" "$1" \
		>"$work/one.yaml"
	virtual-fixture describe "$work/one.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/fixture.yaml"
	rm -rf "$FLASHLINE_JOURNAL"* "$work/one.json"
	in_world "$work/one.yaml" --hands "$work/hands" -- bash -c "verb --serials $work/serials.txt --boards $1 --json </dev/null" \
		>"$work/one.json"
	sql "SELECT verdict, code FROM run ORDER BY id" | xargs
}
# A hand that waits until its step is under way.
{ await 60 grep -qs '"step":"await-bootloader"' "$work/one.json" && echo '{remove: 1}' >&7; } &
is "a board that is taken out in its run is no bad board" "$(one_slot 1 'script: [{at: 0ms, insert: 1, slot: 1}]')" \
	"ERROR|board-removed"
is "the third bad board in a row blames the slot" "$(one_slot 3 'shift: {put_in: 1s}')" \
	"FAIL|usb-not-seen FAIL|usb-not-seen ERROR|slot-quarantined"

# ---- boards taken out, swapped and put in again: eight slots, 56 random moments

# one round: 16 boards; those of slot n are n, and behind it n + 8 where it is swapped
steps=(identify bootloader await-bootloader firmware leave-bootloader await-camera drive power-off)
round() {
	local slot next way plan=() file=$work/moments.yaml
	{
		printf 'virtual: 1\nseed: %u\nslots: 8\nwiring: line\nboards:\n  count: 16\n  each: {revision: V, rom: 0x91}\n  one:\n' "$RANDOM"
		for slot in {1..16}; do printf '    "%u": {uid: "%s"}\n' "$slot" "$(chip_of "$slot")"; done
		printf 'operator:\n  script:\n'
		for slot in {1..8}; do printf '    - {at: 0ms, insert: %u, slot: %u}\n' "$slot" "$slot"; done
	} >"$file"
	for slot in {1..8}; do
		way=$((RANDOM % 4))
		next=$((slot + (way < 2 ? 8 : 0))) # swapped, or put in again; at once, or after 0.4 s
		plan+=("${steps[RANDOM % 8]}:$((RANDOM % 400)):$((way % 2 * 400)):$slot:$next:$(uid_of $next)")
	done
	printf '# %s\n' "${plan[@]}"
	virtual-fixture describe "$file" |
		sed '/^ *\(lid\|start\):/d; s/^swd_khz.*/&\nquarantine_after: 0/' >"$work/fixture.yaml"
	rm -rf "$FLASHLINE_JOURNAL"* "$work/flash" "$work/round.json"*
	HANDS=$work/hands WIRES=$work/wires in_world "$file" --account "$work/account" --dump "$work/flash" --hands "$work/hands" \
		--wires "$work/wires" -- bash tests/line_moments.sh "$work/round.json" "${plan[@]}" -- flashline line \
		--recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --serials "$work/serials.txt"
}

# A board whose journal does not know its chip is as it came; one that has passed holds what the recipe says.
judge_flash() {
	local n uid bad=0
	for n in {1..16}; do
		uid=$(uid_of "$n")
		if [ "$(sql "SELECT count(*) FROM run WHERE uid = '$uid'")" = 0 ]; then
			[ "$(tr -d '\377' <"$work/flash/board-$n.bin" | wc -c)" = 0 ] || {
				bad=1
				echo "board $n was written, and never identified"
			}
		elif [ "$(sql "SELECT verdict FROM run WHERE uid = '$uid' AND coalesce(code, '') <> 'already-passed'
			ORDER BY id DESC LIMIT 1")" = PASS ]; then
			cmp -s -n "$(stat -c %s build/images/firmware.bin)" -i 262144:0 "$work/flash/board-$n.bin" \
				build/images/firmware.bin || {
				bad=1
				echo "board $n has passed, and holds something else"
			}
		fi
	done
	return $bad
}

serials 1 >/dev/null
# The world's account can tell: `flashline run`, whose boards stay where they are, may write first.
in_world good --account "$work/account" -- flashline run --recipe "$work/blind.yaml" --fixture $eight --slots 1 \
	--serials "$work/serials.txt" --journal "$work/blind.db" >/dev/null 2>&1
ok "a board that was written to before its chip had been asked for is found out" [ "$(awk '$1 == 1 {print $NF}' "$work/account")" -gt 0 ]
serials 200 >/dev/null
for i in $(seq "${ROUNDS:-7}"); do
	ok "round $i: eight boards disturbed, each slot's last one passes in the end" round
	ok "round $i: what was never identified is blank, and what passed is what was written" judge_flash
	is "round $i: no board's flash was touched before its chip had been asked for" \
		"$(awk '$NF != 0 {print "board", $1 ":", $NF, "times"}' "$work/account")" ""
	is "round $i: all that were in a slot are in that account" \
		"$([ "$(wc -l <"$work/account")" -ge 8 ] && awk 'NF != 11' "$work/account")" ""
	is "round $i: no serial belongs to two boards, no PASS to another's" "$(sql "SELECT run.id FROM run JOIN unit ON unit.id = run.unit
		WHERE run.verdict = 'PASS' AND run.uid IS NOT unit.uid")" ""
	is "round $i: none of it blames a board" "$(sql "SELECT id, slot, code, seen FROM run WHERE verdict = 'FAIL'")" ""
	sql "SELECT coalesce(code, verdict), count(*) FROM run GROUP BY 1" | sed "s/^/# /"
	sql "SELECT code FROM run" >>"$work/codes"
done
[ "${ROUNDS:-7}" -lt 7 ] || for code in board-removed board-swapped; do
	ok "$code was seen in these moments" grep -qx $code "$work/codes"
done
done_testing

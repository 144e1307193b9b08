#!/bin/bash
# kill -9 of `flashline line`, alone and together with the keeper of the pins, at several moments: all processes end, no pin
# keeps its power in the world's record, the journal is whole, and the next start goes on where that one was cut off.
. tests/tap.sh
. tests/world.sh
slots=4
printf 'virtual: 1\ndescription: Four boards\nseed: 11\nslots: %u\nwiring: line\nboards: {count: %u, each: {revision: V, rom: 0x91}}\n' \
	$slots $slots >"$work/four.yaml"
virtual-fixture describe "$work/four.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/fixture.yaml"
serials 20 >/dev/null
sql() { sqlite3 -readonly "$FLASHLINE_JOURNAL" "$1"; }

# The slots that have power after the first N lines of the record, or at its end; the same of BOOT0 feeds a board, too.
powered() {
	head -n "${1:-1000000}" "$work/wires" |
		awk '$3 == "power" || $3 == "boot0" {on[$2 " " $3] = $4} END {for (s in on) if (on[s]) print "slot", s}'
}
# Slots with power before the restart that get it anew, or see another slot get it, before theirs was taken off.
late() {
	awk -v at="$1" '$3 == "power" {if (NR <= at) on[$2] = $4; else if ($4 == 0) on[$2] = 0; else {
		for (s in on) if (on[s] && !(s in ours)) print "slot", s, "still has power in line", NR; ours[$2] = 1; on[$2] = 1}}' \
		"$work/wires"
}

kill_line() { # PATTERN alone|both
	rm -rf "$FLASHLINE_JOURNAL"* "$work"/out.*
	in_world "$work/four.yaml" --wires "$work/wires" --account "$work/account" -- bash tests/kill_line.sh "$1" "$2" \
		"$work/out" "$work/wires" $slots -- flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench </dev/null
}

held=0
passed=0
while read -r whom pattern what; do
	what="$whom at $what"
	ok "$what: all processes end, and the next start goes on to the end" kill_line "$pattern" "$whom"
	at=$(cat "$work/out.at")
	[ "$whom" = both ] || is "$what: the keeper has taken off all power" "$(powered "$at")" ""
	[ "$whom" = alone ] || held=$((held + $(powered "$at" | grep -c power)))
	is "$what: the next start takes power off before it gives any" "$(late "$at")" ""
	is "$what: no slot has power in the end" "$(powered)" ""
	is "$what: the journal is whole" "$(sql 'PRAGMA integrity_check')" ok
	is "$what: no run is open" "$(sql "SELECT count(*) FROM run WHERE verdict = 'RUNNING'")" 0
	is "$what: what was told before is on record" "$(jq -rs '[.[] | select(.run and .event == "verdict") |
		"\(.run) \(.verdict)"] | .[]' "$work/out.killed" | while read -r run verdict; do
		[ "$(sql "SELECT verdict FROM run WHERE id = $run")" = "$verdict" ] || echo "run $run was $verdict"
	done)" ""
	is "$what: no board has passed twice" "$(sql "SELECT uid, count(*) FROM run WHERE verdict = 'PASS' GROUP BY uid
		HAVING count(*) > 1")" ""
	is "$what: what passed before was not flashed again" "$(sql "SELECT a.uid FROM run a JOIN run b ON b.uid = a.uid AND b.id > a.id
		WHERE a.verdict = 'PASS' AND coalesce(b.code, '') <> 'already-passed'")" ""
	# Board n lies in slot n.
	is "$what: nor was any flash written more often than it was cut off, and once" "$(while read -r slot _ _ _ _ _ _ erased _; do
		[ "$erased" -le $(($(sql "SELECT count(*) FROM run WHERE slot = $slot AND code = 'stopped'") + 1)) ] ||
			echo "board $slot: $erased times"
	done <"$work/account")" ""
	is "$what: whose drive was half made is told so, all others pass" "$(sql "SELECT slot, verdict, code FROM run
		WHERE id IN (SELECT max(id) FROM run GROUP BY slot) AND verdict <> 'PASS' AND code NOT IN ('already-passed', 'drive-unfinished')")" ""
	passed=$((passed + $(sql "SELECT count(*) FROM run WHERE code = 'already-passed'")))
	sql "SELECT coalesce(code, verdict), count(*) FROM run GROUP BY 1" | sed "s/^/# /"
done <<-END
	both "kind":"power" its-start
	alone "kind":"swd.program" the-bootloader
	both "phase":"write" the-download
	alone "step":"await-camera" the-first-start
	both "step":"drive" the-drive
	both "event":"verdict" the-first-verdict
	alone "event":"verdict" the-first-verdict
END
ok "where both were killed, boards had power until the next start ($held)" [ "$held" -gt 0 ]
ok "some had passed before ($passed)" [ "$passed" -gt 0 ]
done_testing

#!/bin/bash
# Serials that are leased to a station, given out by the real program over kill -9 at several moments: no number is ever two
# boards', and what passes has one of the lease.
. tests/tap.sh
. tests/world.sh
slots=4
printf 'virtual: 1\ndescription: Eight boards\nseed: 12\nslots: 8\nwiring: line\nboards: {count: 8, each: {revision: V, rom: 0x91}}\n' \
	>"$work/eight.yaml"
virtual-fixture describe "$work/eight.yaml" | sed '/^ *\(lid\|start\):/d' >"$work/fixture.yaml"
sql() { sqlite3 -readonly "$FLASHLINE_JOURNAL" "$1"; }

# Four boards before it is killed, four that nobody knows after it.
cat >"$work/line" <<-END
	slots=1-4
	[ ! -e "$work/out.at" ] || slots=5-8
	exec flashline line --recipe recipes/demo.yaml --fixture "$work/fixture.yaml" --lease "$work/lease" --slots \$slots \\
		--operator tester --station bench "\$@"
END

while read -r whom pattern what; do
	what="$whom at $what"
	rm -rf "$FLASHLINE_JOURNAL"* "$work"/out.* "$work"/lease*
	printf 'OMV000100..OMV000102\nOMV000200..OMV000219\n' >"$work/lease"
	ok "$what: the next start goes on" in_world "$work/eight.yaml" --wires "$work/wires" -- bash tests/kill_line.sh "$pattern" \
		"$whom" "$work/out" "$work/wires" $slots -- bash "$work/line" </dev/null
	# Board n lies in slot n: a serial in two slots is one on two boards.
	is "$what: no serial is two boards'" "$(sql "SELECT count(DISTINCT slot) > $slots FROM v_run;
		SELECT serial FROM v_run GROUP BY serial HAVING count(DISTINCT slot) > 1")" 1
	is "$what: what was cut off is nobody else's" "$(sql "SELECT count(DISTINCT serial) = count(DISTINCT slot) FROM v_run")" 1
	is "$what: the four new boards pass" "$(sql "SELECT count(DISTINCT serial) FROM v_run WHERE verdict = 'PASS' AND slot > 4")" 4
	is "$what: every serial is one of the lease" "$(sql "SELECT serial FROM v_run" | grep -vE '^OMV0(0010[0-2]|002[01][0-9])$')" ""
	echo "# $(sql "SELECT serial || ':' || slot || ':' || coalesce(code, verdict) FROM v_run ORDER BY run" | xargs)"
done <<-END
	both "kind":"swd.program" the-bootloader
	alone "phase":"write" the-download
	both "event":"verdict" the-first-verdict
END

mv "$FLASHLINE_JOURNAL" "$work/old.db"
in_world "$work/eight.yaml" -- bash "$work/line" --boards 1 </dev/null >"$work/new" 2>&1
is "a new journal gets none of these numbers" "$?" 2
has "and the station says why" "$work/new" "these numbers belong to another journal"
done_testing

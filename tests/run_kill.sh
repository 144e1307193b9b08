#!/bin/bash
# kill -9 of the controller at ten different moments: the journal opens, no run is lost, none says PASS that
# was not finished, no OpenOCD is left running, no board keeps its power.
. tests/tap.sh
. tests/world.sh

serials 4 >/dev/null
begun=0
for n in 1 2 5 11 23 40 60 80 100 130; do
	TIME=0.1
	ok "killed after event $n: all processes end, all boards lose power" \
		virtual-fixture run --time 0.1 $worlds/good.yaml -- bash tests/kill_at.sh $n "$work/events" \
		flashline run --recipe recipes/demo.yaml --fixture $eight --slots 1-4 --serials "$work/serials.txt"
	ok "killed after event $n: the journal opens and is whole" sqlite3 -readonly "$FLASHLINE_JOURNAL" \
		'PRAGMA integrity_check'
	told=$(jq -s '[.[] | select(.run).run] | max // 0' "$work/events")
	have=$(sqlite3 -readonly "$FLASHLINE_JOURNAL" 'SELECT count(*) FROM run')
	ok "killed after event $n: no run is lost (told of $told, has $have)" [ "$have" -ge "${told:-0}" ]
	begun=$have
done
is "none is PASS that did not end its steps" "$(sqlite3 -readonly "$FLASHLINE_JOURNAL" \
	"SELECT count(*) FROM run WHERE verdict='PASS' AND (SELECT count(*) FROM step WHERE step.run = run.id
	 AND step.verdict='PASS') < (SELECT max(n) FROM (SELECT count(*) AS n FROM step GROUP BY run))")" 0
ok "some were cut off" [ "$(sqlite3 -readonly "$FLASHLINE_JOURNAL" \
	"SELECT count(*) FROM run WHERE verdict='RUNNING'")" -gt 0 ]

# The next start closes what was left open, and the boards can still be flashed.
ok "the next run passes on the same boards" in_world good -- bash -c \
	"run_line $eight --slots 1-4 --serials $work/serials.txt >$work/out"
is "what was open is ABORTED now" "$(sqlite3 -readonly "$FLASHLINE_JOURNAL" \
	"SELECT count(*) FROM run WHERE verdict='RUNNING'")" 0
is "nothing was lost meanwhile" \
	"$(sqlite3 -readonly "$FLASHLINE_JOURNAL" 'SELECT count(*) FROM run')" $((begun + 4))
done_testing

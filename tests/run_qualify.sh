#!/bin/bash
# qualify: the plan's figures, cycles over real (simulated) boards, and that a cut-off call goes on where it was.
. tests/tap.sh
. tests/world.sh

# ends NAME STATUS COMMAND...: with this exit status; what it printed is in $work/out and $work/err
ends() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$name" $? "$wanted"
}
plan() { flashline qualify plan --json "$@" | jq -r .units; }
sql() { sqlite3 -readonly "$FLASHLINE_JOURNAL" "$1"; }

# ---- trust.md section 6
is "80 % at 95 %" "$(plan --reliability 0.80)" 14
is "90 % at 90 %" "$(plan --reliability 0.90 --confidence 0.90)" 22
is "95 % at 95 %" "$(plan --reliability 95%)" 59
is "99 % at 95 %" "$(plan --reliability 0.99 --confidence 95%)" 299
for f in 0:59 1:93 2:124 3:153; do
	is "95 % at 95 %, ${f%:*} may fail" "$(plan --reliability 0.95 --failures "${f%:*}")" "${f#*:}"
done
ends "a plan for people" 0 flashline qualify plan --reliability 0.9 --cycles 10
has "names the theorem's variant" "$work/out" "success-run theorem, classical binomial form"
has "says that cycles are not units" "$work/out" "29 units with 10 cycles are 29 units"
has "and how many the comparison takes" "$work/out" "units of each"
ends "no reliability" 2 flashline qualify plan
ends "more than all" 2 flashline qualify plan --reliability 1.5
ends "a certainty" 2 flashline qualify plan --reliability 1
ends "nothing to find" 2 flashline qualify plan --reliability 0.9 --detect 0.1 --against 0.2
ends "no sub-verb" 2 flashline qualify

# ---- cycles
serials 2 >/dev/null
cycle() { # COMMAND IN FRONT...: two boards, three cycles
	"$@" flashline qualify run --recipe recipes/demo.yaml --fixture "$eight" --slots 1-2 --units 3 --cycles 3 \
		--serials "$work/serials.txt" --json
}
export -f cycle
export work
ends "no cycles" 2 flashline qualify run --recipe recipes/demo.yaml --fixture "$eight" --serials "$work/serials.txt"
ok "killed in the middle of a cycle" in_world good -- bash tests/kill_at.sh 60 "$work/events" flashline qualify run \
	--recipe recipes/demo.yaml --fixture "$eight" --slots 1-2 --units 3 --cycles 3 --serials "$work/serials.txt" --json
before=$(sql "SELECT count(*) FROM run")
ends "the same call goes on" 0 in_world good -- bash -c cycle
is "each board has its three cycles, those from before the cut among them" \
	"$(sql "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM run WHERE verdict = 'PASS' GROUP BY unit)")" 3,3
ok "what was cut off is ABORTED, and made again" [ "$(sql "SELECT count(*) FROM run WHERE verdict = 'ABORTED'")" -ge 1 ]
ok "there was something before the cut" [ "$before" -ge 1 ]
is "all of it is qualification" "$(sql "SELECT DISTINCT purpose FROM run")" qualification
has "a third unit is still wanted" "$work/err" "2 of 3 units are done with this recipe: place the next boards"
runs=$(sql "SELECT count(*) FROM run")
ends "again, there is nothing left to do" 0 cycle
is "and nothing is done" "$(sql "SELECT count(*) FROM run")" "$runs"

is "an index serves the question for a board's cycles" "$(sql "EXPLAIN QUERY PLAN SELECT count(*) FROM v_run
	WHERE serial = 'x' AND recipe_sha256 = 'x' AND purpose = 'qualification'" | grep -c SCAN)" 0
ok "nothing is said of a clock that goes on" bash -c '! grep -q "set back" "$0"' "$work/err"
sqlite3 "$FLASHLINE_JOURNAL" "INSERT INTO run (unit, slot, recipe, fixture, station, operator, purpose, began)
	SELECT unit, slot, recipe, fixture, station, operator, purpose, '2999-01-01T00:00:00.000Z' FROM run LIMIT 1"
ends "a clock behind the last run" 0 cycle
has "is told" "$work/err" "it was set back"

# ---- the report, over a trial made from a seed: 10 % of revision C's boards lose their drive now and then
tool_trial "$work/trial.db" 1 104 5 0.10
report() { flashline report qualify --journal "$work/trial.db" --revision C --against B "$@"; }
ends "without the other revision" 2 flashline report qualify --revision C
has "says what it needs" "$work/err" "needs --against"
ends "the report" 0 report
has "finds the fault" "$work/out" "C is WORSE: more of its units fail"
is "counts units and cycles apart" "$(report --format json | jq -c '.sections[1].rows[0] | [.units, .bad, .cycles, .failed]')" \
	"$(sqlite3 -readonly "$work/trial.db" "SELECT json_array(count(*), sum(bad > 0), sum(n), sum(bad)) FROM (SELECT
		count(*) AS n, sum(verdict = 'FAIL') AS bad FROM v_run WHERE revision = 'C' GROUP BY serial)")"
ok "the journal is as the station would have written it" flashline verify --journal "$work/trial.db"
report --format html >"$work/page.html"
ok "its page is well-formed" xmllint --noout "$work/page.html"
is "with a panel a measurement, side by side" "$(grep -c 'class="panel"' "$work/page.html")" 6
ok "and the verdict whole" grep -q 'No margin for values was stated, so nothing is said of their equivalence' "$work/page.html"
done_testing

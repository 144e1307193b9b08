#!/bin/bash
# The reports that ship, over the journal of a small factory: what they count is what other SQL counts, and what is
# wrong in that factory (tool_gallery.c) is found. Then as pages.
# Some 28,000 commits, that no power cut need survive.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
. tests/tap.sh
. tests/browser.sh
export FLASHLINE_JOURNAL=$work/factory.db
tool_gallery "$FLASHLINE_JOURNAL" "${SEED:-1}" >"$work/seed"
echo "# $(cat "$work/seed")"

sql() {
	sqlite3 -readonly -separator ' ' "$FLASHLINE_JOURNAL" "$1"
}
# report NAME OPTIONS... : as JSON into $work/NAME.json
report() {
	local name=$1
	shift
	ok "report $name" flashline report "$name" --format json --out "$work/$name.json" "$@"
}
# of NAME FILTER: jq
of() {
	jq -r "$2" "$work/$1.json"
}

report yield
first="SELECT u.serial, r.verdict FROM run AS r JOIN unit AS u ON u.id = r.unit WHERE r.id = (SELECT min(id) FROM run
	WHERE unit = u.id AND verdict IN ('PASS', 'FAIL'))"
is "units, those that passed first, runs, FAIL, ERROR" \
	"$(of yield '.sections[0].rows[0] | "\(.units) \(.fpy * .units | round) \(.runs) \(.failed) \(.errors)"')" \
	"$(sql "SELECT (SELECT count(*) FROM ($first)), (SELECT count(*) FROM ($first) WHERE verdict = 'PASS'),
		count(*), sum(verdict = 'FAIL'), sum(verdict = 'ERROR') FROM run")"
for section in 1 4 5 6; do
	is "$(of yield ".sections[$section].title") adds up to all of it" \
		"$(of yield "[.sections[$section].rows[] | .units, .runs] | \"\([.[range(0; length; 2)]] | add) \([.[range(1; length; 2)]] | add)\"")" \
		"$(of yield '.sections[0].rows[0] | "\(.units) \(.runs)"')"
done
is "rolled throughput is the product of its recipes' yields" \
	"$(of yield '.sections[2].rows[] | select(.revision == "B") | .rty * 1e6 | round')" \
	"$(sql "WITH f AS (SELECT recipe, serial, verdict, min(run) FROM v_run WHERE verdict IN ('PASS', 'FAIL')
		AND revision = 'B' GROUP BY recipe, serial), y AS (SELECT avg(verdict = 'PASS') AS y FROM f GROUP BY recipe)
		SELECT CAST(round(1e6 * (SELECT min(y) FROM y) * (SELECT max(y) FROM y)) AS INTEGER)")"

report pareto
is "failures by code" "$(of pareto '.sections[0].rows[] | "\(.code) \(.runs)"')" \
	"$(sql "SELECT code, count(*) AS n FROM run WHERE verdict = 'FAIL' GROUP BY code ORDER BY n DESC, code")"
is "the station's errors stand apart" "$(of pareto '[.sections[3].rows[].runs] | add')" \
	"$(sql "SELECT count(*) FROM run WHERE verdict = 'ERROR'")"
is "and not among the boards'" "$(of pareto '.sections[0].rows[] | select(.code == "swd-no-target")')" ""

report slots
is "the worn slot is the one that is worse" \
	"$(of slots '.sections[0].rows[] | select(.judgement == "worse") | .slot')" 5
report silicon
is "so is the ROM that stalls" "$(of silicon '.sections[1].rows[] | select(.judgement == "worse") | .kind')" 0x91
report durations
is "and one step has become slower" "$(of durations '.sections[1].rows[] | select(.judgement != "no difference shown")
	| "\(.step) \(.judgement)"')" "firmware slower"
report measurements --set name=supply.core
is "a measurement's values are all there" "$(of measurements '.sections[2].rows | length')" \
	"$(sql "SELECT count(*) FROM value WHERE name = 'supply.core'")"
is "and its Ppk is inside its interval" \
	"$(of measurements '.sections[1].rows[0] | .ppk_low < .ppk')" true
report shift --since 2026-11-17 --until 2026-11-18
is "a shift's runs" "$(of shift '.sections[0].rows[0] | "\(.runs) \(.failed) \(.errors)"')" \
	"$(TZ=UTC sql "SELECT count(*), sum(verdict = 'FAIL'), sum(verdict = 'ERROR') FROM run
		WHERE began >= '2026-11-17' AND began < '2026-11-18'")"

serial=$(sql "SELECT serial FROM v_run GROUP BY serial HAVING count(*) = 3 ORDER BY min(run) LIMIT 1")
report unit --serial "$serial"
is "a unit's attempts, steps, values" "$(of unit '[.sections[1, 3, 4].rows | length] | join(" ")')" \
	"$(sql "SELECT (SELECT count(*) FROM v_run WHERE serial = '$serial'),
		(SELECT count(*) FROM v_step JOIN v_run USING (run) WHERE serial = '$serial'),
		(SELECT count(*) FROM v_measurement JOIN v_run USING (run) WHERE serial = '$serial')")"
flashline report unit >"$work/out" 2>"$work/err"
is "a unit's report without a serial is a mistake in the call" $? 2
has "that says so" "$work/err" "report 'unit' needs --serial"
ok "nor does one that is not there pass for a board" flashline report unit --serial nobody --out "$work/none.txt"
has "for nothing is said of it" "$work/none.txt" "Nothing in this journal is what was asked for."

# ---- as pages
for name in yield pareto slots silicon durations measurements shift unit; do
	flashline report "$name" --serial "$serial" --format html --out "$work/$name.html" 2>"$work/err" || cat "$work/err"
	ok "$name: well-formed" xmllint --noout "$work/$name.html"
	is "$name: every picture has its words" \
		"$(xmllint --xpath 'count(//*[local-name()="svg"][@role="img"][*[local-name()="title"]][*[local-name()="desc"]])' "$work/$name.html")" \
		"$(grep -c '<svg' "$work/$name.html")"
	has "$name: ends with the journal's head" "$work/$name.html" "$(sql 'SELECT hash FROM chain ORDER BY n DESC LIMIT 1')"
done
flashline report yield --format html --out "$work/yield.html"
xmllint --xpath 'string(//*[local-name()="footer"]//*[local-name()="pre"])' "$work/yield.html" >"$work/anchor"
ok "verify takes the line in the footer" flashline verify --anchor "$work/anchor"
xmllint --xpath 'string((//*[local-name()="details"]/*[local-name()="pre"])[2])' "$work/yield.html" >"$work/rows.csv"
is "the rows inside are those of --format csv" "$(head -n 5 "$work/rows.csv")" \
	"$(flashline report yield --format csv | tr -d '\r' | sed -n '/^day,/,$p' | head -n 5)"

if browser_is_there; then
	browser "$work" --dump-dom "file://$work/yield.html" >"$work/dom"
	has "Chromium opens it, scripts off" "$work/dom" "What the figures mean"
	is "and has nothing to complain of" "$(grep -c 'Refused\|violates' "$work/chromium.log")" 0
	flashline report shift --since 2026-11-17 --until 2026-11-18 --format html --out "$work/shift.html"
	browser "$work" --no-pdf-header-footer --print-to-pdf="$work/shift.pdf" "file://$work/shift.html" >/dev/null
	is "a shift is one page of A4" "$(LC_ALL=C grep -ac '/Type /Page$' "$work/shift.pdf")" 1
	ok "it can be seen" browser_picture "$work" "$work/yield.html" "$work/yield.png" 1000 1200
else
	skip "in Chromium" "chromium is not installed (.ci/setup gallery)"
fi
done_testing

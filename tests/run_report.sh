#!/bin/bash
# report: what the journal says, counted, for people and for programs; QA's own reports; hostile serials.
. tests/tap.sh
export FLASHLINE_JOURNAL=$work/journal.db

# ends NAME STATUS COMMAND...: with this exit status; what it printed is in $work/out and $work/err
ends() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$name" $? "$wanted"
}

# Twenty runs of ten boards, two each; runs 7 and 14 FAIL: a first attempt and a second one (tool_journal.c).
tool_journal "$work/journal.db" 20 >/dev/null
ends "which reports there are" 0 flashline report
has "yield is one" "$work/out" "yield"
ends "yield, for people" 0 flashline report yield
has "says what it counts" "$work/out" "units whose first completed run passed"
ends "yield, for programs" 0 flashline report yield --format json
first=$(sqlite3 -readonly "$work/journal.db" "SELECT sum(verdict = 'PASS') || '/' || count(*) FROM run
	WHERE id IN (SELECT min(id) FROM run GROUP BY unit)")
is "first-pass yield is what another query counts" \
	"$(jq -r '.sections[0].rows[0] | "\(.fpy * .units)/\(.units)"' "$work/out")" "$first"
is "and the exact interval is around it" \
	"$(jq -r '.sections[0].rows[0] | .fpy_low < .fpy and .fpy < .fpy_high' "$work/out")" true
ends "before there was anything" 0 flashline report yield --until 2001-01-01 --format json
is "there is nothing" "$(jq '.sections[1].rows | length' "$work/out")" 0
ends "one slot" 0 flashline report yield --slot 3 --format json
is "has its runs" "$(jq '.sections[1].rows[0].runs' "$work/out")" 20
ends "another has none" 0 flashline report yield --slot 4 --format json
is "and says so" "$(jq '.sections[1].rows | length' "$work/out")" 0
ends "into a file" 0 flashline report yield --format csv --out "$work/yield.csv"
is "as CSV" "$(head -n 1 "$work/yield.csv" | tr -d '\r' | cut -d, -f1-3)" "units,fpy,fpy_low"

# ---- QA's own
mkdir "$work/own"
cat >"$work/own/serials.sql" <<'SQL'
-- title: Serials
-- parameter: limit | int | 3 | how many
-- column: serial | text | Serial
-- column: runs | int | Runs
SELECT serial, count(*) AS runs FROM chosen GROUP BY serial ORDER BY serial LIMIT :limit
SQL
ends "a report of one's own" 0 flashline report --reports "$work/own" serials
is "with its parameter's fallback" "$(grep -c OMV "$work/out")" 3
ends "and another value" 0 flashline report --reports "$work/own" serials --set limit=5
is "which counts" "$(grep -c OMV "$work/out")" 5
ends "a parameter that it has not" 2 flashline report --reports "$work/own" serials --set lmit=5
printf -- '-- title: x\n-- column: a | colour | A\nSELECT 1 AS a\n' >"$work/own/broken.sql"
ends "a mistake in its header" 2 flashline report --reports "$work/own" broken
has "with its place" "$work/err" "broken.sql:2:1: error: a column is text, int"
printf -- '-- title: x\n-- column: b | int | B\nSELECT 1 AS a FROM chosen\n' >"$work/own/other.sql"
ends "a column that the SQL does not answer" 3 flashline report --reports "$work/own" other
has "is named" "$work/err" "other.sql:3: the SQL answers no column 'b'"
printf '%s\n' '-- title: x' '-- common:' 'one AS (SELECT 1 AS of)' '-- column: n | int | N' 'with recursive' \
	'  up(n) AS (SELECT of FROM one UNION ALL SELECT n + 1 FROM up WHERE n < 4)' 'SELECT max(n) AS n FROM up' \
	>"$work/own/counting.sql"
ends "parts of its own, behind common ones, on other lines, one of them recursive" 0 \
	flashline report --reports "$work/own" counting --format csv
is "count" "$(tr -d '\r' <"$work/out" | xargs)" "n 4"
printf -- '-- title: x\n-- column: b | int | B\nSELEC 1 AS b\n' >"$work/own/typo.sql"
ends "SQL that is none" 3 flashline report --reports "$work/own" typo
has "is told in SQLite's words" "$work/err" "syntax error"
printf -- '-- title: x\n-- column: b | int | B\nDELETE FROM run\n' >"$work/own/evil.sql"
ends "SQL that writes" 3 flashline report --reports "$work/own" evil
ends "no such report" 2 flashline report yeild
has "with what may be meant" "$work/err" "did you mean 'yield'?"
ends "nor a path" 2 flashline report ../reports/yield
ends "no such format" 2 flashline report yield --format pdf
ends "no date" 2 flashline report yield --since yesterday
has "which says what is one" "$work/err" "--since takes a date (2026-11-22)"
ends "nor for an export" 2 flashline export --format junit --until 2026-13-45
has "that says so too" "$work/err" "--until takes a date"
has "says what is one" "$work/err" "2026-11-22"

# ---- texts from hell, in every place where one can stand: nothing of them takes effect
hostile=('=cmd|calc' '+1' '-1' '@x' '<script>alert(1)</script>' '"><img src=x onerror=alert(1)>' '</title></style><script>x()</script>'
	"'; DROP TABLE run; --" '&lt;script&gt;' ']]>' '<!--' $'\e[2Jx' $'a\u202eb' $'two\nlines' $'\ttab'
	"$(printf 'x%.0s' $(seq 4096))")
for text in "${hostile[@]}"; do
	tool_journal "$work/journal.db" + "$text" >/dev/null
done
cat >"$work/own/units.sql" <<'SQL'
-- title: Units
-- column: serial | text | Serial
SELECT serial FROM v_unit
SQL
ends "as CSV" 0 flashline report --reports "$work/own" units --format csv
is "no cell begins a formula" "$(grep -c '^"\?[=+@-]' "$work/out")" 0
has "it stands behind a quote" "$work/out" "'=cmd|calc"
is "no control character but the line's end" "$(LC_ALL=C tr -d '\r\n\40-\176' <"$work/out" | wc -c)" 0
ends "as text" 0 flashline report --reports "$work/own" units
is "none reaches the terminal" "$(sed 's/…//g' "$work/out" | LC_ALL=C tr -d '\n\40-\176' | wc -c)" 0
ends "as JSON" 0 flashline report --reports "$work/own" units --format json
is "they are what they were" "$(jq -r '.sections[0].rows[].serial' "$work/out" | grep -c 'DROP TABLE')" 1
is "the longest, too" "$(jq -r '.sections[0].rows[].serial' "$work/out" | grep -c '^x\{4096\}$')" 1

# page FILE: a page that cannot do anything. Markup of ours has neither scripts nor pictures nor handlers.
page() {
	xmllint --noout "$1" && iconv -f utf-8 -t utf-8 "$1" >/dev/null || return
	[ "$(xmllint --xpath 'count(//*[local-name()="script" or local-name()="img" or local-name()="iframe"] | //@onerror |
		//@onload | //@style | //@href)' "$1")" = 0 ] || { echo "markup came through"; return 1; }
	! LC_ALL=C tr -d '\n\40-\176\200-\377' <"$1" | grep -q . || { echo "a control character came through"; return 1; }
	! grep -q $'\u202e' "$1"
}
for name in yield pareto slots silicon durations measurements shift units; do
	for format in text csv json html; do
		flashline report --reports "$work/own" "$name" --format $format --out "$work/$name.$format" 2>>"$work/err" ||
			echo "# $name as $format failed: $(cat "$work/err")"
	done
	ok "$name: a page without effect" page "$work/$name.html"
	is "$name: no formula in its CSV" "$(grep -c '\(^\|,\)"\?\(=cmd\|+1\|-1\|@x\)' "$work/$name.csv")" 0
	is "$name: no control character in text, CSV, JSON" \
		"$(cat "$work/$name".{text,csv,json} | LC_ALL=C tr -d '\r\n\40-\176\200-\377' | wc -c)" 0
done
for text in "${hostile[@]}"; do
	quoted=${text@Q}
	ends "a certificate of ${quoted:0:16}" 0 flashline report unit --serial "$text" --format html --out "$work/unit.html"
	ok "is a page without effect" page "$work/unit.html"
	is "and of its serial" "$(xmllint --xpath 'count(//*[local-name()="section"])' "$work/unit.html")" 9
done
ends "a serial that is not UTF-8" 2 flashline report unit --serial $'\xff\xfe' --format html --out "$work/bytes.html"
is "makes no page" "$(ls "$work/bytes.html" 2>/dev/null)" ""
is "the journal is still whole" "$(flashline verify 2>&1 | grep -c 'as they were written')" 1
done_testing

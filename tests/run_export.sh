#!/bin/bash
# export: each format against its schema and against the journal; hostile serials have no effect in any of them.
. tests/tap.sh
export FLASHLINE_JOURNAL=$work/journal.db
count() { sqlite3 -readonly "$FLASHLINE_JOURNAL" "SELECT count(*) FROM $1"; }
out() { flashline export --purpose qualification --format "$@"; }
# csv FILE COLUMN: a column by its name, read by another program; RFC 4180 it must be
csv() { sqlite3 :memory: ".mode csv" ".import '$1' t" ".mode list" "SELECT \"$2\" FROM t"; }

tool_trial "$work/journal.db" 3 20 2 0.3
for format in long-csv junit wsjf openhtf; do
	ok "$format" flashline export --purpose qualification --format $format --out "$work/$format"
	ok "... again, it is the same" cmp "$work/$format" <(out $format)
done
is "a row a measurement" "$(csv "$work/long-csv" run | wc -l)" "$(count "value")"
is "with the number as it was measured" "$(csv "$work/long-csv" value | sort -g | md5sum)" \
	"$(sqlite3 -readonly "$FLASHLINE_JOURNAL" "SELECT printf('%!.17g', number) FROM value" | sed 's/\.0$//' | sort -g | md5sum)"
is "times are UTC" "$(csv "$work/long-csv" began_utc | grep -vc 'Z$')" 0
is "each line ends as RFC 4180 has it" "$(grep -vc $'\r$' "$work/long-csv")" 0
ok "JUnit is valid" xmllint --noout --relaxng tests/data/export/junit.rng "$work/junit"
is "a suite a run" "$(xmllint --xpath 'count(//testsuite)' "$work/junit")" "$(count run)"
is "a failure a FAIL" "$(xmllint --xpath 'count(//failure)' "$work/junit")" "$(count "run WHERE verdict = 'FAIL'")"
is "as the suites count them" "$(xmllint --xpath 'sum(//testsuite/@failures)' "$work/junit")" \
	"$(xmllint --xpath 'count(//failure)' "$work/junit")"
ok "there are some" [ "$(count "run WHERE verdict = 'FAIL'")" -gt 0 ]
for format in wsjf openhtf; do
	is "$format is valid" "$(jq -f tests/data/export/$format.jq "$work/$format" | sort -u)" true
	is "$format: a document a run" "$(wc -l <"$work/$format")" "$(count run)"
done
is "WSJF: a result each" "$(jq -r .result "$work/wsjf" | sort | uniq -c | xargs)" \
	"$(sqlite3 -readonly "$FLASHLINE_JOURNAL" "SELECT substr(verdict, 1, 1) FROM run" | sort | uniq -c | xargs)"
is "WSJF: ids are of one run" "$(jq -r .id "$work/wsjf" | sort -u | wc -l)" "$(count run)"
is "OpenHTF: phases add up to the run" "$(jq -c 'select(.outcome == "PASS") |
	.end_time_millis - .phases[-1].end_time_millis' "$work/openhtf" | sort -u)" 0
is "filters choose" "$(out wsjf --revision C --serial OMV000001 | wc -l)" 2
is "production has none" "$(flashline export --format wsjf | wc -l)" 0
ok "no such format" bash -c '! flashline export --format stdf 2>"$1"' - "$work/err"
ok "names those there are" grep -q "long-csv, junit, wsjf, openhtf" "$work/err"
cp "$work/wsjf" "$work/kept"
ok "an export that fails is told" bash -c "! flashline export --format wsjf --journal '$work/none.db' --out '$work/kept' 2>/dev/null"
ok "... and the older file is kept, nothing beside it" bash -c "cmp '$work/wsjf' '$work/kept' && ! ls '$work/kept'.*"
ok "a full disk is told" bash -c '! flashline export --purpose qualification --format wsjf --out /dev/full 2>/dev/null'

# ---- serials from hell
serials=('=cmd|calc' '+1' '-1' '@x' '<script>alert(1)</script>' "'; DROP TABLE run; --" $'\e[2Jx' $'a\u202eb' '"a,b"' ']]>&amp;' '\u0041'
	"$(printf 'x%.0s' {1..4000})")
export FLASHLINE_JOURNAL=$work/hell.db
for serial in "${serials[@]}"; do
	tool_journal "$work/hell.db" - "$serial" >/dev/null
done
sqlite3 "$work/hell.db" "INSERT INTO value (run, position, step, name, number, unit) SELECT id, 0, 0, '=x', 1, '<u>' FROM run" \
	"UPDATE run SET verdict = 'ABORTED', code = 'stopped', seen = serial, ended = began FROM (SELECT id AS u, serial FROM unit) WHERE u = unit"
for format in long-csv junit wsjf openhtf; do
	flashline export --format $format >"$work/hell"
	is "$format: no control character" "$(LC_ALL=C tr -d '\r\n\40-\176' <"$work/hell" | wc -c)" 0
	case $format in
	long-csv)
		is "no cell begins a formula" "$(csv "$work/hell" serial | grep -c '^[=+@-]')" 0
		is "every cell is one" "$(csv "$work/hell" serial | wc -l)" ${#serials[@]}
		is "a comma and a quote are themselves" "$(csv "$work/hell" serial | grep -cxF '"a,b"')" 1 ;;
	junit)
		ok "it is valid" xmllint --noout --relaxng tests/data/export/junit.rng "$work/hell"
		is "markup is text" "$(xmllint --xpath 'count(//script)' "$work/hell")" 0
		is "and stays what it was" "$(xmllint --xpath 'string(//testsuite[5]/@name)' "$work/hell")" "${serials[4]}" ;;
	wsjf) is "every line is JSON" "$(jq -r .sn "$work/hell" | grep -cF 'DROP TABLE')" 1 ;;
	openhtf)
		is "it is valid" "$(jq -f tests/data/export/openhtf.jq "$work/hell" | sort -u)" true
		is "every serial is there" "$(jq -r .dut_id "$work/hell" | wc -l)" ${#serials[@]} ;;
	esac
done
done_testing

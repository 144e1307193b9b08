#!/bin/bash
# Texts from hell, in every place of a journal where one can stand, through every output: show, runs, verify, anchor, correct,
# each report and each export in each format, the lines and JSON of a run, a terminal, a label. None takes effect.
# Some hundred commits, that no power cut need survive.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
. tests/tap.sh
. tests/world.sh
. tests/hostile.sh
for text in "${corpus[@]}"; do
	tool_journal "$work/journal.db" + "$text" >/dev/null
done
# What a program with the file and no manners would write: bytes that are no text.
sqlite3 "$work/journal.db" "INSERT INTO unit (serial, since) VALUES (CAST(X'FF1B5B324AC0AF' AS TEXT), '2026-01-01T00:00:00.000Z')"
ok "each is a unit of the journal" [ "$(sqlite3 "$work/journal.db" "SELECT count(*) FROM unit")" = $((${#corpus[@]} + 1)) ]

# cells FILE: CSV in which no cell is a formula, as another program reads it
cells() {
	perl -0777 -ne '
		while (/\G(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\z)/g) {
			my $cell = $1 // $2;
			next if $cell =~ /^[-+]?[0-9.]+(e[-+]?\d+)?$/i;
			die "a formula: $cell\n" if $cell =~ /^[=+\-@\t\r]./;
			last if $3 eq "";
		}' "$1"
}
# page FILE: markup of ours has neither scripts nor pictures nor handlers nor links
page() {
	xmllint --noout "$1" || return
	[ "$(xmllint --xpath 'count(//*[local-name()="script" or local-name()="img" or local-name()="iframe"] | //@*[starts-with(local-name(), "on")] |
		//@style | //@href | //@src)' "$1")" = 0 ]
}
# judged FORMAT FILE
judged() {
	quiet "$2" || return
	[ "$1" = text ] || [ -s "$2" ] || { echo "nothing"; return 1; }
	case $1 in
	csv | long-csv) cells "$2" ;;
	html) page "$2" ;;
	junit) xmllint --noout --relaxng tests/data/export/junit.rng "$2" ;;
	json | wsjf | openhtf) jq -e . "$2" >/dev/null ;;
	esac
}
# harmless NAME FORMAT COMMAND...: what it prints, and what it says on stderr
harmless() {
	local name=$1 format=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	ok "$name" judged "$format" "$work/out"
	quiet "$work/err" || ok "$name: on stderr" quiet "$work/err"
}

# ---- what people ask first
harmless "runs" text flashline runs --last 100
harmless "runs --json" json flashline runs --last 100 --json
harmless "verify" text flashline verify
harmless "anchor" json flashline anchor
harmless "journal export" text flashline journal export /dev/stdout
bytes=$'\xff\xfe\e[2J\xc0\xaf'
for i in "${!corpus[@]}"; do
	text=${corpus[$i]}
	name=${text@Q}
	name="${name:0:20}"
	harmless "show $name" text flashline show -- "$text"
	harmless "show --json $name" json flashline show --json -- "$text"
	for format in text csv json html; do
		harmless "report unit --serial $name, as $format" $format flashline report unit --serial "$text" --format $format
	done
	ok "there is something in it" [ -s "$work/out" ]
	harmless "correct by $name" text flashline correct $((i + 1)) --who "$text" --why "$text"
	harmless "a message about $name" text flashline report "$text"
done
harmless "show of bytes that are no text" text flashline show "$bytes"
harmless "report unit of such" text flashline report unit --serial "$bytes" --format html
harmless "correct by such" text flashline correct 1 --who "$bytes" --why "$bytes"

# ---- every report and every export
for report in reports/*.sql; do
	report=$(basename "$report" .sql)
	options=()
	[ "$report" = unit ] && options=(--serial "${corpus[4]}")
	[ "$report" = qualify ] && options=(--purpose production --revision "${corpus[4]}" --against "${corpus[8]}")
	for format in text csv json html; do
		harmless "report $report, as $format" $format flashline report "$report" "${options[@]}" --format $format
	done
done
ok "the pages show what they hold" grep -q '&lt;script&gt;alert(1)' "$work/out"
for format in long-csv junit wsjf openhtf; do
	harmless "export as $format" $format flashline export --format $format
done

# ---- somebody changed them: verify has to name them
sqlite3 "$work/journal.db" ".output $work/triggers" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'"
cp "$work/journal.db" "$work/changed.db"
{ cat "$work/triggers"; echo "UPDATE run SET seen = 'nothing';"; } | sqlite3 "$work/changed.db"
harmless "verify names records that were changed" text flashline verify --journal "$work/changed.db"
has "each with its serial" "$work/out" "BROKEN: record 5 (run 5, serial <script>"
is "the journal itself is whole" "$(flashline verify | grep -c 'as they were written')" 1

cat >"$work/any.yaml" <<YAML
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
revision: B
serial: {pattern: ".*"}
YAML
# ---- at the line: no such serial gets as far as a board, and what else people type is told, not obeyed
for first in 0 6; do
	printf '%s\n' "${corpus[@]:first:7}" "${corpus[14]}" >"$work/hostile.txt"
	in_world good --wires "$work/wires" -- flashline run --recipe "$work/any.yaml" --fixture $eight --serials "$work/hostile.txt" \
		>"$work/out" 2>"$work/err"
	is "serials from hell are refused" $? 2
	ok "without effect" quiet "$work/err"
	is "each of them" "$(grep -c '^.*hostile.txt:[0-9]*:1: error: ' "$work/err")" 8
	is "and nothing got power" "$(grep -c power "$work/wires")" 0
done
serials 8 >/dev/null
for json in "" --json; do
	# What `script` starts is for $SHELL, which may be none, or another.
	SHELL=$BASH in_world good -- script -qec "flashline run --recipe $work/any.yaml --fixture $eight --slots 1-2 --serials <(head -n 2 $work/serials.txt) $json \
		--operator $(printf %q "${corpus[9]}") --station $(printf %q "${corpus[8]}")" /dev/null >"$work/out" 2>&1
	has "a run on a terminal${json:+, as JSON}" "$work/out" OMV001001
	is "a terminal of a run${json:+, as JSON}: no title, no colour of theirs" "$(grep -cP '\e\]0;|\e\[31mOWNED' "$work/out")" 0
done
harmless "its record" text flashline show OMV001001
has "who it was" "$work/out" "OWNED"
done_testing

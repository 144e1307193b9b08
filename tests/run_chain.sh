#!/bin/bash
# verify, anchor and correct: what QA does when somebody doubts the journal.
. tests/tap.sh
export FLASHLINE_JOURNAL=$work/journal.db

# ends NAME STATUS COMMAND...: with this exit status; what it printed is in $work/out and $work/err
ends() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$name" $? "$wanted"
}
# Whoever has the file and no scruples
tamper() {
	sqlite3 "$work/journal.db" "DROP TRIGGER IF EXISTS run_ends_once;
		DROP TRIGGER IF EXISTS run_keeps_its_beginning; $1"
}

tool_journal "$work/journal.db" 5 >/dev/null
ends "a journal that nobody touched" 0 flashline verify
has "is told whole" "$work/out" "5 records of 5 runs are as they were written"
has "and what that does not prove" "$work/out" "without an anchor"
ends "a key for the station" 0 flashline anchor --new-key "$work/station.key"
public=$(grep -o 'public-key [0-9a-f]*' "$work/out" | cut -d' ' -f2)
is "readable by nobody else" "$(stat -c %a "$work/station.key")" 600
ends "it is never made anew" 3 flashline anchor --new-key "$work/station.key"
ends "an anchor" 0 flashline anchor --key "$work/station.key"
cp "$work/out" "$work/anchors"
is "one line of JSON" "$(jq -r .record "$work/anchors")" 5
ends "agrees" 0 flashline verify --anchor "$work/anchors" --public-key "$public"
has "and says so" "$work/out" "agree with 1 anchor"
sed 's/"record":5/"record":4/' "$work/anchors" >"$work/forged"
ends "a forged one" 1 flashline verify --anchor "$work/forged" --public-key "$public"
has "is named" "$work/err" "forged:1: the anchor's signature is wrong"

ends "a correction" 0 flashline correct 2 --who anna --why "wrong cable in slot 3" --verdict ERROR
ends "keeps the chain whole" 0 flashline verify --anchor "$work/anchors"
serial=$(flashline runs --json | jq -r '.[1].serial')
ends "show tells it" 0 flashline show "$serial"
has "with who and why" "$work/out" "anna: wrong cable in slot 3  -> counts as ERROR"
ends "without a reason" 2 flashline correct 2 --who anna
ends "of no run" 3 flashline correct 77 --who anna --why x
ends "RUNNING is no outcome" 2 flashline correct 2 --who anna --why x --verdict RUNNING

cp "$work/journal.db" "$work/kept.db"
tamper "UPDATE run SET verdict = 'PASS', code = NULL WHERE id = 1"
ends "a FAIL made PASS" 1 flashline verify
has "is found, with record, run and serial" "$work/out" "BROKEN: record 1 (run 1, serial $(flashline runs --json | jq -r '.[0].serial')) is not as it was written"
cp "$work/kept.db" "$work/journal.db"
sqlite3 "$work/journal.db" ".output $work/triggers" \
	"SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'"
{ cat "$work/triggers"; echo "DELETE FROM chain WHERE n > 4; DELETE FROM correction; DELETE FROM value WHERE run = 5;
	DELETE FROM step WHERE run = 5; DELETE FROM run_image WHERE run = 5; DELETE FROM run WHERE id = 5;
	DELETE FROM unit WHERE bound_by = 5;"; } |
	sqlite3 "$work/journal.db"
ends "a tail that was cut off looks whole" 0 flashline verify
ends "but not to the anchor" 1 flashline verify --anchor "$work/anchors"
has "which knows how long it was" "$work/out" "ends with record 4, but at"

# ---- a change at a time, in the middle: which record it is
cp "$work/kept.db" "$work/journal.db"
sqlite3 "$work/journal.db" ".output $work/triggers" \
	"SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'"
# changed NAME SQL: as whoever has the file and no scruples would; verify names run 3
changed() {
	cp "$work/kept.db" "$work/journal.db"
	{ cat "$work/triggers"; echo "PRAGMA foreign_keys = OFF; $2;"; } | sqlite3 "$work/journal.db" >"$work/out" 2>&1 ||
		is "$1: is done" "$(cat "$work/out")" ""
	ends "$1" 1 flashline verify --anchor "$work/anchors"
	ok "$1: verify says which" grep -q '^BROKEN: .*\brun 3\b' "$work/out"
}
changed "a time" "UPDATE run SET ms = ms + 1 WHERE id = 3"
changed "a value" "UPDATE value SET number = number + 1e-9 WHERE run = 3 AND position = 5"
changed "a step's word" "UPDATE step SET name = 'Step' WHERE run = 3 AND position = 7"
changed "a step that is gone" "DELETE FROM step WHERE run = 3 AND position = 7"
changed "a value too many" "INSERT INTO value (run, position, step, name, number) VALUES (3, 999, 0, 'x', 1)"
changed "a run that is gone" "DELETE FROM value WHERE run = 3; DELETE FROM step WHERE run = 3; DELETE FROM run_image WHERE run = 3;
	DELETE FROM run WHERE id = 3"
changed "a run that was replaced" "CREATE TEMP TABLE other AS SELECT * FROM run WHERE id = 3; UPDATE other SET operator = 'else';
	DELETE FROM run WHERE id = 3; INSERT INTO run SELECT * FROM other"
changed "a run without its link" "DELETE FROM chain WHERE run = 3"
# One byte in the file itself, where a measurement has its name.
cp "$work/kept.db" "$work/journal.db"
perl -0777 -i -pe 's/usb\.boot_ms/usb.boot_mr/' "$work/journal.db"
ends "a byte of the file" 1 flashline verify
ok "verify says which" grep -q '^BROKEN: record [0-9]* (run [0-9]*, serial ' "$work/out"

ends "no journal" 3 flashline verify --journal "$work/none.db"
ends "no anchor" 2 flashline verify --anchor "$work/none"
done_testing

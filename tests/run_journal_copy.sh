#!/bin/bash
# journal backup, export, import, vacuum: copies that are proven, of a journal that is being written.
. tests/tap.sh
J=$FLASHLINE_JOURNAL

# ends NAME STATUS COMMAND...: with this exit status; what it printed is in $work/out and $work/err
ends() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$name" $? "$wanted"
}
runs() { sqlite3 -readonly "$1" "SELECT count(*) FROM run"; }
dump() { sqlite3 -readonly "$1" .dump | sort; }

ends "nothing to back up" 3 flashline journal backup "$work/none.db"
ok "and no file of that name" test ! -e "$work/none.db"

# ---- while the writer is at work
tool_journal "$J" 2000 >"$work/times" &
writer=$!
ok "the writer is at work" await 20 bash -c '[ "$(sqlite3 -readonly "$0" "SELECT count(*) FROM run" 2>/dev/null || echo 0)" -gt 20 ]' "$J"
ends "a backup meanwhile" 0 flashline journal backup "$work/copy.db"
has "is proven" "$work/out" "proven"
ok "the writer was still at work" kill -0 $writer
ok "the copy is one file" test ! -e "$work/copy.db-wal" -a ! -e "$work/copy.db-shm"
ok "which is whole" flashline verify --journal "$work/copy.db"
ok "of a moment in between" [ "$(runs "$work/copy.db")" -gt 20 ]
is "for its owner alone" "$(stat -c %a "$work/copy.db")" 600
kill $writer
wait $writer 2>/dev/null
ok "less than there is now" [ "$(runs "$work/copy.db")" -le "$(runs "$J")" ]
ends "nothing is overwritten" 3 flashline journal backup "$work/copy.db"
has "which is said" "$work/err" "is there already"
ends "no folder to write to" 3 flashline journal backup "$work/nowhere/copy.db"
cp "$work/copy.db" "$work/bad.db"
perl -pi -e 's/flash-verify/flash-verifY/' "$work/bad.db"
ends "a damaged journal is not backed up as a good one" 3 flashline journal --journal "$work/bad.db" backup "$work/bad-copy.db"
has "but named" "$work/err" "the copy is not whole: record"
ok "and nothing is left" bash -c '! ls "$0"/bad-copy* 2>/dev/null' "$work"

# ---- lines of JSON and back
flashline correct --journal "$work/copy.db" 3 --who qa --why $'a word; "quoted", <b>\u00e4' >/dev/null
ends "export" 0 flashline journal --journal "$work/copy.db" export "$work/lines"
ends "which is not written over" 3 flashline journal --journal "$work/copy.db" export "$work/lines"
has "... names the file" "$work/err" "cannot create $work/lines"
ends "no journal, no export" 3 flashline journal --journal "$work/none.db" export "$work/none"
ok "and no file of that name" test ! -e "$work/none"
ok "every line is JSON" jq -e . "$work/lines"
ends "import" 0 flashline journal --journal "$work/again.db" import "$work/lines"
has "is proven" "$work/out" "proven"
is "every row is the same one" "$(dump "$work/again.db" | md5sum)" "$(dump "$work/copy.db" | md5sum)"
flashline anchor --journal "$work/copy.db" >"$work/anchor"
ok "it stands against the old one's anchor" flashline verify --journal "$work/again.db" --anchor "$work/anchor"
ok "its rules are there again" bash -c '! sqlite3 "$0" "DELETE FROM run" 2>/dev/null' "$work/again.db"
ok "and it can be written" tool_journal "$work/again.db" 1
ok "which goes on in its chain" flashline verify --journal "$work/again.db" --anchor "$work/anchor"
ends "never into what is there" 3 flashline journal --journal "$work/again.db" import "$work/lines"
broken() { # NAME TEXT COMMAND...: such lines are refused, and nothing is left of the journal
	local name=$1 text=$2
	shift 2
	"$@" <"$work/lines" >"$work/broken"
	ends "$name" 3 flashline journal --journal "$work/no.db" import "$work/broken"
	has "... says why" "$work/err" "$text"
	ok "... and nothing is left" bash -c '! ls "$0"/no.db* 2>/dev/null' "$work"
}
broken "lines that were cut off" "the end is missing" head -n 100
broken "a line too few" "neither a row nor the end" sed 500d
broken "a value that was changed" "is not as it was written" sed 's/"number":412.0/"number":413.0/'
broken "a run that was changed" "is not as it was written" sed '0,/"operator":"anna"/s//"operator":"otto"/'
broken "another head" "the copy is not whole" sed '1s/"hash":"./"hash":"x/'
broken "no export at all" "not the export of a journal" sed 1d
broken "no JSON" "no line of JSON" sed '7s/.*/{"table":/'
broken "a table that is none" "neither a row" sed '7s/"table":"[a-z]*"/"table":"sqlite_schema"/'
broken "a column that is SQL" "no row of a journal" sed '7s/"id"/"id) VALUES (1); --"/'

# ---- room
before=$(flashline anchor --journal "$work/copy.db" | jq -r .hash)
ends "vacuum" 0 flashline journal --journal "$work/copy.db" vacuum
is "the chain is the same" "$(flashline anchor --journal "$work/copy.db" | jq -r .hash)" "$before"
ok "and whole" flashline verify --journal "$work/copy.db"
ends "none is made by it" 3 flashline journal --journal "$work/none.db" vacuum
ok "indeed" test ! -e "$work/none.db"
ends "no verb" 2 flashline journal polish
done_testing

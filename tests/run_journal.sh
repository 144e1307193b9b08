#!/bin/bash
# The journal's verbs, by the real program: show and runs.
. "${0%/*}/tap.sh"
fill="$B/tests/tool_journal"
out=$work/out
err=$work/err

# status NAME WANTED COMMAND...: its exit status; what it printed is in $out and $err
status() {
	local name=$1 wanted=$2 got=0
	shift 2
	"$@" >"$out" 2>"$err" || got=$?
	is "$name" "$got" "$wanted"
}

status "no journal yet is a station error" 3 flashline runs
has "... with a sentence" "$err" "there is no journal at $FLASHLINE_JOURNAL"
status "and so it is for show" 3 flashline show 4711
ok "a reader creates nothing" test ! -e "$FLASHLINE_JOURNAL"

ok "a journal is filled" "$fill" "$FLASHLINE_JOURNAL" 14
ok "a run is left open" "$fill" "$FLASHLINE_JOURNAL" - OPEN-1
ok "a serial with an escape sequence" "$fill" "$FLASHLINE_JOURNAL" - $'evil\e[31m\x07PASS'

status "runs lists" 0 flashline runs
is "one line each and a heading" "$(wc -l <"$out")" 17
ok "a failure says its code" grep -qE "✗ FAIL +flash-verify" "$out"
has "an open run is RUNNING" "$out" "▶ RUNNING"
is "no control character gets through" "$(LC_ALL=C tr -cd '\000-\011\013-\037\177' <"$out" | wc -c)" 0
status "runs --last" 0 flashline runs --last 2
is "the newest is last" "$(tail -n 1 "$out" | awk '{print $1}')" 16
status "runs --json" 0 flashline runs --last 3 --json
is "in the same order" "$(jq -c '[.[].run]' "$out")" "[14,15,16]"
is "with the serial as it was" "$(jq -r '.[2].serial' "$out")" $'evil\e[31m\x07PASS'
status "runs --last 0 is wrong usage" 2 flashline runs --last 0
status "runs takes no arguments" 2 flashline runs 4711

status "show" 0 flashline show OMV000001
has "the chip" "$out" "000000000000000000000001 since"
has "every attempt" "$out" "2 attempts"
has "a failed run" "$out" "Run 1  ✗ FAIL  flash-verify"
has "what to do" "$out" "Put the board in the red bin."
status "show --json" 0 flashline show --json --journal "$FLASHLINE_JOURNAL" OMV000001
is "the runs' verdicts" "$(jq -c '[.runs[].verdict]' "$out")" '["FAIL","PASS"]'
is "the steps and values" "$(jq -c '[.runs[1] | (.steps, .values) | length]' "$out")" "[20,20]"
status "show of an open run" 0 flashline show OPEN-1
has "is RUNNING" "$out" "▶ RUNNING"
status "show of what is not there" 1 flashline show OMV00000
has "names its like" "$err" "'OMV000001'"
is "and prints nothing else" "$(wc -c <"$out")" 0
status "show of nothing" 2 flashline show
status "show of bytes that are no text" 1 flashline show $'\xff\xfe\e[31m'
ok "are shown as escapes" grep -qF '\xff\xfe\x1b[31m' "$err"

cp "$FLASHLINE_JOURNAL" "$work/cut.db"
truncate -s 20000 "$work/cut.db"
status "a truncated journal is a station error" 3 flashline show --journal "$work/cut.db" OMV000001
has "... with a sentence" "$err" "damaged"
is "and is left as it is" "$(stat -c %s "$work/cut.db")" 20000
done_testing

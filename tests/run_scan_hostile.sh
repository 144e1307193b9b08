#!/bin/bash
# Codes from hell, scanned at a line that has a terminal, with a keyboard and with a serial port: each is answered, none is
# obeyed, by the terminal, the line or the journal.
. tests/tap.sh
. tests/world.sh
. tests/hostile.sh
. tests/scanned.sh

# A pattern that lets through whatever is a serial at all.
cat >"$work/any.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
revision: B
serial: {pattern: ".*"}
END
# octal TEXT: as a world's script wants it
octal() { printf %s "$1" | perl -0777 -ne 'binmode STDOUT; s/([^A-Za-z0-9 ])/sprintf "\\%03o", ord $1/ge; print'; }

# The texts, bytes that are no UTF-8, all control characters, a number in front and codes that are none.
corpus+=($'\xff\xfe\e[2J\xc0\xaf' "$(printf "\\$(printf '%03o' 7)\\b\\t\\v\\f\\016\\017\\177")" 'SLOT-2;START' 'START ' 'slot-2' 'SLOT-02' 'SLOT--2'
	'../../etc/passwd' '$(reboot)')

mkfifo "$work/keys"
exec 8<>"$work/keys"
scanners "desk: {}" "left: {type: serial}"
RECIPE=$work/any.yaml
TERMINAL=$work/keys begin slot-first scan --boards 1
ok "the line has its scanners" await 30 grep -q "scanner [a-z]* is ready" "$work/out"
ok "the keyboard, too" await 30 grep -q " grab 1" "$work/wires"
markers=0
# answered_by SCANNER NAME: the line has answered all that was scanned before, since it answers this, which is no slot's
answered_by() {
	markers=$((markers + 1))
	hand "{scan: MARK.$markers., scanner: $1}"
	ok "$1: $2 is answered" await 30 grep -qF "MARK.$markers. has no slot" "$work/out"
}
for scanner in desk left; do
	for text in "${corpus[@]}"; do
		name=${text@Q}
		hand "{scan: '$(octal "$text")', scanner: $scanner}"
		answered_by $scanner "${name:0:30}"
	done
	for manner in endless noise slow; do
		hand "{scan: '$(octal "${corpus[8]}")', scanner: $scanner, manner: $manner}"
		answered_by $scanner "one that is $manner"
	done
done
# What is left when the line's own colours and movements are taken away.
perl -pe 's/\e\[(K|[0-9]+A|0m|3[1-5]m)//g; s/\r$//' "$work/out" >"$work/bare"
ok "the terminal got nothing to obey" quiet "$work/bare"
is "no colour of theirs, no title" "$(grep -cP '\e\]0;|\e\[31mOWNED|\e\[2J' "$work/out")" 0
is "nothing began" "$(runs)" ""
is "no board got power" "$(awk '$3 == "power" && $4 == 1' "$work/wires" | wc -l)" 0

hand "{scan: SLOT-2, scanner: desk}"
ok "a slot" await 30 grep -q "slot 2: now scan its serial" "$work/out"
hand "{scan: OMV007002, scanner: left}"
ok "it ends" await 60 bash -c "! kill -0 $line"; wait $line
is "the line goes on as if nothing had been, and ends well" $? 0
is "with the board that was scanned" "$(runs)" "2 OMV007002 PASS"
ok "the record of it is quiet" bash -c "$(declare -f quiet); flashline show OMV007002 >$work/shown && quiet $work/shown"
done_testing

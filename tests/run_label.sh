#!/bin/bash
# Labels: one for each PASS and none for anything else; a printer without paper; printing again; hostile names.
. tests/tap.sh
. tests/world.sh

printed() { find "$work" -name 'label-*' | wc -l; }

mkfifo "$work/life"
tests/zpl_printer.pl "$work" <"$work/life" 2>"$work/printer.err" &
printer=$!
exec 7>"$work/life"
await 10 test -f "$work/port"
printf '^XA^CI28^FO30,30^BXN,6,200^FH^FD{{serial}}^FS^FO9,9^A0N,30^FH^FD{{product}} {{revision}} {{operator}}^FS^XZ\n' \
	>"$work/label.zpl"
cat >"$work/labelled.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
revision: B
images:
  label: {file: label.zpl, sha256: $(sha256sum <"$work/label.zpl" | cut -d' ' -f1)}
label: label
END
{
	cat $eight
	echo "printer: {address: 127.0.0.1, port: $(cat "$work/port")}"
} >"$work/eight.yaml"
ok "recipe and fixture are sound" flashline check "$work/labelled.yaml" "$work/eight.yaml"

# flash SERIALS SLOTS: its exit status
flash() {
	in_world eight-up -- flashline run --recipe "$work/labelled.yaml" --fixture "$work/eight.yaml" --serials "$1" \
		--slots "$2" --station bench --operator "^XZ~JR Zoë" >"$work/out" 2>"$work/err"
}

serials 3 >/dev/null
flash "$work/serials.txt" 1,3,4
is "slot 3 of this world is bad" $? 1
is "labels equal passes" "$(printed)" 2
has "a label has its board's serial" "$(grep -l 'FDOMV001001\^FS' "$work"/label-*)" "^FDOMV001001^FS"
is "and nothing of the operator's name is a command" "$(grep -cE 'FDopenmv-h7 B _5EXZ_7EJR_20Zo_C3_AB\^FS|FD[a-z0-9-]+ B _5EXZ' \
	"$work"/label-1)" 1
has "it is told" "$work/out" "OMV001001: label printed"
has "and on record" <(flashline show OMV001001) "label printed"
is "the bad one has no word of a label" "$(flashline show --json OMV001002 | jq '.runs[0].corrections | length')" 0

touch "$work/no-paper"
serials 1 2000 >/dev/null
flash "$work/serials.txt" 5
is "no paper changes no verdict" $? 0
is "and prints nothing" "$(printed)" 2
has "is told with what to do" "$work/out" "label not printed: label printer 127.0.0.1: the label printer has no labels left: put a roll in"
has "and on record" <(flashline show OMV002001) "label not printed"
ok "the journal proves it" flashline verify

# again SERIAL ARGS...: its exit status
again() {
	flashline label "$@" --recipe "$work/labelled.yaml" --fixture "$work/eight.yaml" --who Ada --why "no paper" \
		>"$work/out" 2>"$work/err"
	echo $?
}
is "still no paper" "$(again OMV002001)" 3
has "says so" "$work/err" "put a roll in"
rm "$work/no-paper"
is "printed later" "$(again OMV002001)" 0
is "labels equal passes again" "$(printed)" 3
is "not twice by mistake" "$(again OMV002001)" 2
has "but how" "$work/err" "--reprint"
is "twice on purpose" "$(again OMV002001 --reprint)" 0
is "is one more" "$(printed)" 4
is "with who and why" "$(flashline show --json OMV002001 | jq -r '.runs[0].corrections[-1] | "\(.who): \(.why)"')" \
	"Ada: label printed again (no paper)"
is "a board that failed has no label" "$(again OMV001002)" 1
has "and why" "$work/err" "has not passed: its last run is FAIL"
is "nor one that nobody knows" "$(again NOBODY)" 1

exec 7>&-
wait $printer
serials 1 3000 >/dev/null
flash "$work/serials.txt" 7
has "a printer that is gone is told" "$work/out" "label not printed"
done_testing

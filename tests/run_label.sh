#!/bin/bash
# Labels: one for each PASS and none for anything else; a printer without paper; printing again; hostile names.
. tests/tap.sh
. tests/world.sh

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

# with_printer NAME KEYS: the world $work/NAME.yaml is eight-up with such a printer
with_printer() {
	{
		grep -vE '^(recipe|fixture):' $worlds/eight-up.yaml
		echo "printer: {$2}"
	} >"$work/$1.yaml"
}
with_printer ready ""
with_printer empty "labels: 0"
with_printer last "labels: 1"
with_printer silent "manner: silent"
virtual-fixture describe "$work/ready.yaml" >"$work/fixture.yaml"
ok "recipe and fixture are sound" flashline check "$work/labelled.yaml" "$work/fixture.yaml"

records=0
# beside NAME COMMAND...: with that world's printer; its exit status, and one more record
beside() {
	local name=$1
	shift
	records=$((records + 1))
	in_world "$work/$name.yaml" --wires "$work/record-$records" -- "$@" >"$work/out" 2>"$work/err"
}

serials 1 >/dev/null
for verb in run line; do
	flashline $verb --recipe "$work/labelled.yaml" --fixture $eight --serials "$work/serials.txt" --slots 1 </dev/null \
		>"$work/out" 2>"$work/err"
	is "$verb: a fixture without a printer is refused" $? 2
	has "and why" "$work/err" "labelled.yaml:6:8: error: 'label' is printed for each PASS, but fixture 'eight-up' has no 'printer'"
done

# flash WORLD SERIALS SLOTS: its exit status
flash() {
	beside "$1" flashline run --recipe "$work/labelled.yaml" --fixture "$work/fixture.yaml" --serials "$2" \
		--slots "$3" --station bench --operator "^XZ~JR Zoë"
}
labels() { grep -hP '^\S+ 0 label \d+\t' "$work"/record-* | cut -f 2-; }
printed() { labels | wc -l; }

serials 3 >/dev/null
flash ready "$work/serials.txt" 1,3,4
is "slot 3 of this world is bad" $? 1
is "labels equal passes, each with its board's serial, and nothing of the operator's name is a command" \
	"$(labels | sort)" "$(printf 'OMV00100%d\topenmv-h7 B ^XZ~JR Zoë\n' 1 3)"
has "it is told" "$work/out" "OMV001001: label printed"
has "and on record" <(flashline show OMV001001) "label printed"
is "the bad one has no word of a label" "$(flashline show --json OMV001002 | jq '.runs[0].corrections | length')" 0

serials 1 2000 >/dev/null
flash empty "$work/serials.txt" 5
is "no paper changes no verdict" $? 0
is "and prints nothing" "$(printed)" 2
has "is told with what to do" "$work/out" "label not printed: label printer 127.0.0.1: the label printer has no labels left: put a roll in"
has "and on record" <(flashline show OMV002001) "label not printed"
ok "the journal proves it" flashline verify

# again STATUS WORLD SERIAL ARGS...: ends with that exit status
again() {
	local wanted=$1 world=$2
	shift 2
	beside "$world" flashline label "$@" --recipe "$work/labelled.yaml" --fixture "$work/fixture.yaml" \
		--who Ada --why "no paper"
	is "label $* by a printer that is $world: exit status" $? "$wanted"
}
again 3 empty OMV002001
has "still no paper, and says so" "$work/err" "put a roll in"
again 0 ready OMV002001
is "printed later: labels equal passes again" "$(printed)" 3
again 2 ready OMV002001
has "not twice by mistake, but how" "$work/err" "--reprint"
again 0 ready OMV002001 --reprint
is "twice on purpose is one more" "$(printed)" 4
is "with who and why" "$(flashline show --json OMV002001 | jq -r '.runs[0].corrections[-1] | "\(.who): \(.why)"')" \
	"Ada: label printed again (no paper)"
again 1 ready OMV001002
has "a board that failed has no label, and why" "$work/err" "has not passed: its last run is FAIL"
again 1 ready NOBODY

again 3 last OMV002001 --reprint
has "a roll's end is no proof that it came out" "$work/err" "may or may not have come out"
is "it did" "$(printed)" 5
again 3 silent OMV002001 --reprint
has "a printer that says nothing" "$work/err" "it does not tell its status"
is "gets no label" "$(printed)" 5

serials 1 3000 >/dev/null
sed -i 's/port: 9100/port: 1/' "$work/fixture.yaml"
flash ready "$work/serials.txt" 7
has "a printer that is gone is told" "$work/out" "label not printed"
done_testing

#!/bin/bash
# A shift: an operator puts boards through eight slots as the lamps say, and takes the bad ones for what they are.
# COUNT boards, PERCENT of them bad, SEED: which ones.
. tests/tap.sh
. tests/world.sh
. tests/off_time.sh
export RECIPE=recipes/demo-label.yaml
boards=${COUNT:-40} percent=${PERCENT:-50} seed=${SEED:-7}
echo "# $boards boards, $percent % of them bad, seed $seed"
sed -e "s/^  count: .*/  count: $boards/; s/^    percent: .*/    percent: $percent/; s/^seed: .*/seed: $seed/" \
	-e '/^recipe:/d; /^fixture:/d' $worlds/shift.yaml >"$work/shift.yaml"
# With so many bad ones some follow one another, which is no fault of their slot.
virtual-fixture describe "$work/shift.yaml" | sed 's/^swd_khz.*/&\nquarantine_after: 0/' >"$work/fixture.yaml"
serials "$boards" >/dev/null

timeout -k 5 $((60 + 3 * boards)) \
	virtual-fixture run --time "$time" --wires "$work/wires" --account "$work/account" "$work/shift.yaml" -- \
	flashline line --recipe $RECIPE --fixture "$work/fixture.yaml" \
	--serials "$work/serials.txt" --operator tester --station bench >"$work/out" 2>&1
ok "the line ends when the operator goes home, with nobody typing" [ $? -lt 124 ]
has "and has counted" "$work/out" "$boards boards done"
grep -q "$boards boards done" "$work/out" || tail -n 60 "$work/out" | sed 's/^/# /' >&2
flashline runs --last 1000 --json >"$work/runs.json"
judge() {
	virtual-fixture judge --wires "$work/wires" --account "$work/account" --time "$time" \
		--off "$(off_time $RECIPE)" "$work/shift.yaml" <"${1:-$work/runs.json}"
}
judge >"$work/judged"
is "the judge agrees: verdicts, lamps, labels, flash" $? 0
while read -r line; do
	ok "$line" [ "${line/; wanted/}" = "$line" ]
done < <(grep '^board ' "$work/judged")
sed 's/^/# /' <(grep -v '^board ' "$work/judged")

is "a run a board" "$(jq length "$work/runs.json")" "$boards"
is "no chip twice" "$(jq -r '.[].uid // empty' "$work/runs.json" | sort | uniq -d)" ""
# A serial of a board of which nothing is known may go to the next.
is "no serial number on two chips" "$(jq -r '.[] | select(.uid).serial' "$work/runs.json" | sort | uniq -d)" ""
is "every slot worked" "$(jq -r '.[].slot' "$work/runs.json" | sort -u | wc -l)" 8
# Power last, per slot: the record's word at the end.
is "no slot is left under power" \
	"$(awk '$3 == "power" {on[$2] = $4} END {for (s in on) n += on[s]; print n + 0}' "$work/wires")" 0

. tests/shift_counts.sh

# It can disagree: with a verdict, with a label, with a lamp.
jq '(.[] | select(.slot == 1) | .verdict) |= if . == "PASS" then "FAIL" else "PASS" end' "$work/runs.json" >"$work/other.json"
ok "another verdict is found out" bash -c "! (. tests/off_time.sh; $(declare -f judge); work=$work time=$time judge $work/other.json) >/dev/null"
sed -i '0,/ 0 label /{/ 0 label /d}' "$work/wires"
judge >"$work/judged"
ok "a label that is missing is found out" grep -q "passed and has 0 labels" "$work/judged"
sed -i 's/ lamp-green / lamp-red /' "$work/wires"
judge >"$work/judged"
ok "another lamp is found out" grep -q "the lamps said something else" "$work/judged"
done_testing

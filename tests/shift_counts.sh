# Sourced by run_shift.sh, behind the shift: what reports yield, pareto and shift count is what the world did, to the last
# unit. The world's side is its truth (boards, faults) and its record (which board lay where, in which order); the journal
# is asked for nothing but the serial on a board's label.

# The attempts of the shift, by the time at which the operator put the board in.
awk '$3 == "insert" {print $2, $4}' "$work/wires" | jq -R 'split(" ") | map(tonumber)' |
	jq -s --slurpfile truth <(virtual-fixture truth "$work/shift.yaml") \
		'map({slot: .[0]} + $truth[0][.[1] - 1])' >"$work/attempts.json"

# A board that never says which chip it is leaves its serial to the next one. How many were left at the end:
silent=$(awk 'NR == FNR {silent[$1] = 1; next}
	$3 == "insert" && left {left--}
	$3 == "remove" && $4 in silent {left++}
	END {print left + 0}' <(virtual-fixture truth "$work/shift.yaml" | jq '.[] | select(.speaks | not).board') "$work/wires")

# Up to eight bad ones come a second time, each into another slot; every other one was mended. A wrong or locked chip goes
# to the red bin before the station knows which one it is.
jq -r '[.[] | select(.speaks and .verdict != "PASS" and (.code | startswith("chip-") | not))][:8] | to_entries[] |
	"\(8 - .key) \(.value.board) \(.key % 2) \(.value.uid)"' "$work/attempts.json" >"$work/again"
{
	sed '/^operator:/,/^boards:/{/^boards:/!d}' "$work/shift.yaml" |
		sed "s/^boards:/&\n  one:\n$(awk '$3 {printf "    \"%s\": {flashed: false}\\n", $2}' "$work/again")/"
	printf 'operator:\n  script:\n'
	awk '{printf "    - {at: 0ms, insert: %s, slot: %s}\n", $2, $1}' "$work/again"
} >"$work/retest.yaml"
while read -r slot board mended uid; do
	echo "$slot $(jq -r --arg uid "$uid" '.[] | select(.uid == $uid).serial' "$work/runs.json")"
done <"$work/again" >"$work/retest.txt"
in_world "$work/retest.yaml" -- bash -c \
	"run_line $work/fixture.yaml --slots $(cut -d' ' -f1 "$work/again" | paste -sd,) --serials $work/retest.txt" >"$work/out" 2>&1
jq -R 'split(" ") | map(tonumber? // .)' "$work/again" |
	jq -s --slurpfile before "$work/attempts.json" --slurpfile truth <(virtual-fixture truth "$work/retest.yaml") \
		'$before[0] + map({slot: .[0]} + $truth[0][.[1] - 1])' >"$work/all.json"

for name in yield pareto shift; do
	flashline report $name --format json || echo "# report $name failed" >&2
done | jq -s -f tests/data/shift/counted.jq >"$work/counted.json"
jq --argjson silent "$silent" -f tests/data/shift/wanted.jq "$work/all.json" >"$work/wanted.json"
echo "# $(jq -c .yield "$work/wanted.json")"
for figure in $(jq -r 'keys[]' "$work/wanted.json"); do
	is "the reports' $figure: as the world counts" "$(jq -Sc ".$figure" "$work/counted.json")" "$(jq -Sc ".$figure" "$work/wanted.json")"
done
ok "boards came again, and some of them passed then" jq -e '.yield | .retested > 0 and .final > .first' "$work/wanted.json"

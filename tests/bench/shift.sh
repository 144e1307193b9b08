# A line at work: boards through eight slots at real speed, by an operator who needs no time; beside slots x 3600 / floor.
boards=40
shift_recipe=recipes/demo-label.yaml
sed -e "s/^  count: .*/  count: $boards/; s/^    percent: .*/    percent: 0/; /^recipe:/d" fixtures/virtual/worlds/shift.yaml \
	>"$work/shift.yaml"
virtual-fixture describe "$work/shift.yaml" >"$work/line.yaml"
for n in $(seq $boards); do printf 'OMV%06d\n' "$n"; done >"$work/shift.txt"
. tests/off_time.sh
tool_measure "$work/m.shift" virtual-fixture run --time 1 --wires "$work/wires" --account "$work/account" "$work/shift.yaml" -- \
	flashline line --recipe $shift_recipe --fixture "$work/line.yaml" --journal "$work/shift.db" \
	--serials "$work/shift.txt" >"$work/shift.out" 2>&1
flashline runs --last 1000 --journal "$work/shift.db" --json |
	virtual-fixture judge --wires "$work/wires" --account "$work/account" --off "$(off_time $shift_recipe)" --time 1 \
		"$work/shift.yaml" >"$work/judged" || echo "bench: the judge of the shift does not agree" >&2
# percent PATTERN: the figure before '%' in that line of the judge's, as a ratio
percent() { awk -v line="$1" '$0 ~ line {for (i = 2; i <= NF; i++) if ($i == "%") printf "%.3f", $(i - 1) / 100}' "$work/judged"; }
row "a shift, $boards boards through 8 slots: an hour, over the ideal" "$(percent "boards an hour")" ">= 0.95" \
	"$(sed -n 's/ boards an hour, the ideal is \([0-9]*\):.*/ over \1/p' "$work/judged")"
row "  floor in the time from one board to the next" "$(percent "from a good board")" "" \
	"$(sed -n 's/^  The rest: //p' "$work/judged" | cut -d, -f1-3)"
row "  CPU seconds a board, the simulation's with it" "$(awk -v n=$boards '{printf "%.2f", $2 / n}' "$work/m.shift")" "" ""

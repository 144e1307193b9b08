# Eight bootloaders that start at once behind one hub of a slow host. They wait three times as long as real ones, which is too short for the
# last three of eight where nobody gives them turns.
patience=3 begin window-eight
serials 8 3000 >/dev/null
for round in 1 2 3; do
	as_operator flashline run --recipe tests/kernel/window.yaml --fixture "$work/fixture.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench >"$work/out" 2>&1
	is "eight bootloaders at once are held, round $round" $? 0
	grep -E '✓|✗|⚠|seen|passed' "$work/out" | sed 's/^/# /'
done
echo "# started again: $(while read -r serial; do flashline show --json "$serial"; done <"$work/serials.txt" |
	jq -r '.. | strings | select(test("boot window was missed"))' | wc -l)"
end

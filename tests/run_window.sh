#!/bin/bash
# Boot windows before a kernel that enumerates a hub's ports one after the other: eight bootloaders that start together
# are all held, and one whose window was missed is started again, never failed for it. At the speed of real boards.
. tests/tap.sh
. tests/world.sh
time=1

printf 'virtual: 1\nboards:\n  count: 8\n  each: {flashed: true}\n' >"$work/world.yaml"
serials 8 >/dev/null
# hold RECIPE FIXTURE ARGS...: leaves out and runs
hold() {
	local recipe=$1 fixture=$2
	shift 2
	rm -f "$FLASHLINE_JOURNAL"*
	in_world "$work/world.yaml" -- flashline run --recipe "$recipe" --fixture "$fixture" \
		--serials "$work/serials.txt" --operator tester --station bench "$@" >"$work/out" 2>&1
	flashline runs --json >"$work/runs"
}
verdicts() { jq -r 'sort_by(.slot)[] | "\(.slot) \(.verdict) \(.code // "-")"' "$work/runs"; }
notes() { flashline show --json "$(sed -n "$1p" "$work/serials.txt")" | jq -r '.. | strings | select(test("boot window was missed"))'; }

# A machine that has no time for a second misses one: it is started again, and the next round is looked at.
first=0
for round in 1 2 3; do
	hold tests/kernel/window.yaml $eight
	is "eight at once are held, round $round" "$(jq '[.[] | select(.verdict == "PASS")] | length' "$work/runs")" 8
	[ "$(for n in 1 2 3 4 5 6 7 8; do notes $n; done)" = "" ] && first=$((first + 1))
	[ $first -lt 2 ] || break
done
ok "none has to start again ($first of $round rounds)" [ "$first" -ge 1 ]

# ---- a window that is missed for certain: the firmware runs already
serials 1 >/dev/null
time=0.05
grep -v nrst: $eight >"$work/probe.yaml"
grep -v probe: "$work/probe.yaml" >"$work/power.yaml"
for way in nrst probe power; do
	fixture=$work/$way.yaml
	[ -f "$fixture" ] || fixture=$eight
	hold tests/kernel/late.yaml "$fixture" --slots 1
	is "it starts again and is held ($way)" "$(verdicts)" "1 PASS -"
	notes 1 >"$work/notes"
	case $way in nrst) word="NRST wire" ;; *) word=$way ;; esac
	has "the journal says why, and how" "$work/notes" "started again by its $word, try 2 of 3"
done

# ---- one that nobody can hold: an error of the station's, after three tries
printf 'virtual: 1\nboards:\n  count: 1\n  each: {flashed: true, window: 0ms}\n' >"$work/world.yaml"
hold tests/kernel/late.yaml $eight --slots 1
is "a window too short is no board's fault" "$(verdicts)" "1 ERROR dfu-window-missed"
has "after three tries" <(notes 1) "try 3 of 3"
done_testing

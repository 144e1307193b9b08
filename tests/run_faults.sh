#!/bin/bash
# Every fault that a world can give a board ends in its own verdict and code, and its neighbours pass.
. tests/tap.sh
. tests/world.sh

serials 8 >/dev/null
in_world faults --dump "$work/flash" -- bash -c "run_line $eight --serials $work/serials.txt >$work/out"
is "a board failed: exit status 1" $? 1
flashline runs --json >"$work/runs.json"
while read -r line; do
	ok "$line" [ "${line/; wanted/}" = "$line" ]
done < <(virtual-fixture judge --dump "$work/flash" $worlds/faults.yaml <"$work/runs.json")
ok "the judge agrees as a whole" \
	bash -c "virtual-fixture judge --dump $work/flash $worlds/faults.yaml <$work/runs.json"
ok "and it can disagree" \
	bash -c "! virtual-fixture judge $worlds/good.yaml <$work/runs.json >/dev/null"

# Each failure tells where, whom it blames, what was seen and what to do.
for serial in $(jq -r '.[] | select(.verdict!="PASS").serial' "$work/runs.json"); do
	flashline show --json "$serial" >"$work/unit.json"
	ok "$serial: step, code, blame, what was seen and what to do are on record" jq -e \
		'.runs[-1] | (.step and .code and .blame and (.seen | length > 10) and (.advice | length > 10))' \
		"$work/unit.json"
done
# A look at the end finds such a bit too: it must be found where it was written.
is "a bit that does not take is found by the step that wrote it" \
	"$(jq -r '.[] | select(.code == "flash-verify").step' "$work/runs.json")" bootloader
is "each fault has a code of its own" \
	"$(jq -r '.[].code // empty' "$work/runs.json" | sort | uniq -d)" ""
done_testing

#!/bin/bash
# udev's messages get lost, some or all: a station that believes libusb alone would wait for boards that are there, and take those
# that have left for still there.
. tests/tap.sh
. tests/world.sh

# lost PERCENT RECIPE KEYS: eight boards run; "slots that passed, other verdicts"
lost() {
	rm -f "$FLASHLINE_JOURNAL"*
	printf 'virtual: 1\nseed: 5\nhubs: {lost_events: %s}\nboards: {count: 8, each: {%s}}\n' "$1" "$3" >"$work/w.yaml"
	virtual-fixture describe "$work/w.yaml" >"$work/f.yaml"
	serials 8 >/dev/null
	RECIPE=$2 in_world "$work/w.yaml" -- bash -c "run_line $work/f.yaml --serials $work/serials.txt" >"$work/out" 2>&1
	flashline runs --json | jq -r '.[] | "\(.verdict) \(.code // "-")"' | sort | uniq -c | sed 's/^ *//'
}

for percent in 30 100; do
	is "$percent % of them: DFU" "$(lost $percent recipes/demo.yaml "")" "8 PASS -"
	is "$percent % of them: CDC" "$(lost $percent recipes/demo-cdc.yaml "bootloader: cdc")" "8 PASS -"
done
done_testing

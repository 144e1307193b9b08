#!/bin/bash
# What looks at cameras that were there before and stay gives back all that it had of libusb. tests/lsan.txt hides every leak in
# there, because LeakSanitizer has no names for what libusb calls; here no device leaves, and nothing is hidden.
. tests/tap.sh
. tests/world.sh
unset LSAN_OPTIONS
cat >"$work/stay.yaml" <<'W'
virtual: 1
boards:
  count: 2
  each: {flashed: true, always_powered: true}
W
virtual-fixture describe "$work/stay.yaml" >"$work/fixture.yaml"
bare "$work/fixture.yaml"
serials 2 >/dev/null
ok "drives and consoles of two cameras" eval 'RECIPE=tests/kernel/look.yaml in_world "$work/stay.yaml" -- bash -c \
	"run_line $work/bare.yaml --serials $work/serials.txt --json" 2>&1'
is "both pass" "$(flashline runs --json | jq -r '.[].verdict' | xargs)" "PASS PASS"
# Both cameras are there when it is content.
export -f await
ok "the list of what is on the bus" in_world "$work/stay.yaml" -- bash -c \
	"await 20 flashline devices --fixture $work/bare.yaml || flashline devices --fixture $work/bare.yaml"
done_testing

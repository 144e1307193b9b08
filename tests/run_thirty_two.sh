#!/bin/bash
# 32 boards at once, the whole way.
. tests/tap.sh
. tests/world.sh

serials 32 >/dev/null
ok "32 boards pass" in_world thirty-two-up --dump "$work/flash" -- \
	bash -c "run_line $thirty_two --serials $work/serials.txt >$work/out"
flashline runs --last 32 --json >"$work/runs.json"
ok "and the flash of each is byte-equal to the images" bash -c \
	"virtual-fixture judge --dump $work/flash $worlds/thirty-two-up.yaml <$work/runs.json"
done_testing

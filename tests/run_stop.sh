#!/bin/bash
# Ctrl-C: jobs end, boards are powered off, runs are journalled as ABORTED, all within five seconds.
. tests/tap.sh
. tests/world.sh

serials 8 >/dev/null
for moment in '"kind":"swd.program"' '"phase":"write"' '"kind":"usb.await"'; do
	ok "stopped at $moment: no board keeps its power" virtual-fixture run --time 1 $worlds/good.yaml -- \
		bash tests/stop_at.sh "$moment" "$work/out" flashline run --recipe recipes/demo.yaml \
		--fixture $eight --serials "$work/serials.txt"
	read -r status ms <"$work/out"
	is "stopped at $moment: exit status 3" "$status" 3
	ok "stopped at $moment: over within 5 s ($ms ms)" [ "$ms" -lt 5000 ]
	is "stopped at $moment: all eight ABORTED in the journal" \
		"$(flashline runs --json --last 8 | jq -r '.[].verdict' | sort | uniq -c | xargs)" "8 ABORTED"
done
done_testing

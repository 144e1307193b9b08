#!/bin/bash
# Runs the line in the virtual fixture and kills the controller with SIGKILL right after its N-th event.
# Then waits, bounded, until no process of this world is left but us. To be run inside the fixture:
#   kill_at.sh N EVENTS_FILE COMMAND...
n=$1 events=$2
shift 2
. tests/processes.sh
exec 3< <("$@" --json 2>/dev/null & echo "$!"; wait)
read -r pid <&3
seen=0
while [ $seen -lt "$n" ] && IFS= read -r -t 60 line <&3; do
	printf '%s\n' "$line"
	seen=$((seen + 1))
done >"$events"
kill -KILL "$pid" || exit 3

end=$((SECONDS + 15))
while [ -n "$(world_processes)" ]; do
	[ $SECONDS -lt $end ] || exit 4
	read -rt 0.05 <> <(:)
done
# What the keeper left: no board has power, so none is on the bus.
if lsusb | grep -qi 37c5:; then exit 5; fi
exit 0

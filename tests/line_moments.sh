#!/bin/bash
# Runs `flashline line` in a world whose operator has a script, until the last board of each slot has its verdict, and then
# says STOP. To be run inside the fixture:  line_moments.sh OUT UID... -- COMMAND...   (UID of each slot's last board, by slot)
out=$1
shift
last=()
while [ "$1" != -- ]; do
	last+=("$1")
	shift
done
shift
mkfifo "$out.keys"
exec 4<>"$out.keys"
"$@" --json <"$out.keys" >"$out" 2>"$out.stderr" &
line=$!

# Every slot's last board has passed, now or before; or a hand has left its drive half made, which no run mends.
finished() {
	local slot
	for slot in "${!last[@]}"; do
		jq -es --argjson slot $((slot + 1)) --arg uid "${last[slot]}" 'any(.[]; .event == "verdict" and .slot == $slot
			and .uid == $uid and (.verdict == "PASS" or .code == "already-passed" or .code == "drive-unfinished"))' "$out" >"$out.jq" || return 1
	done
}
end=$((SECONDS + 300))
until finished; do
	[ $SECONDS -lt $end ] || break
	kill -0 $line 2>/dev/null || break
	read -rt 0.3 <> <(:)
done
echo STOP >&4
wait $line
status=$?
finished || exit 9
exit $status

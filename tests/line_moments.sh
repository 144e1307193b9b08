#!/bin/bash
# Runs `flashline line` in a world whose operator has a script, until the last board of each slot has its verdict, and then
# says STOP. To be run inside the fixture:
#   line_moments.sh OUT BOARD:UID... -- COMMAND...     each slot's last board and its chip, by slot
# The script puts a slot's last board in later than BEHIND seconds, as WIRES tells. Where that does not end in a verdict for
# it, a hand takes it out of the slot that shows another, and puts it in again when the line has seen that; by HANDS.
out=$1
shift
board=() uid=()
while [ "$1" != -- ]; do
	board+=("${1%:*}")
	uid+=("${1#*:}")
	shift
done
shift
mkfifo "$out.keys"
exec 4<>"$out.keys"
"$@" --json <"$out.keys" >"$out" 2>"$out.stderr" &
line=$!

# Slot I's last board has passed, now or before; or a hand has left its drive half made, which no run mends.
finished() {
	jq -es --argjson slot $(($1 + 1)) --arg uid "${uid[$1]}" 'any(.[]; .event == "verdict" and .slot == $slot
		and .uid == $uid and (.verdict == "PASS" or .code == "already-passed" or .code == "drive-unfinished"))' "$out" >"$out.jq"
}
stage() { jq -rs --argjson slot $(($1 + 1)) 'map(select(.event == "slot" and .slot == $slot).state) | last' "$out"; }
# The script has done with this slot.
left_alone() { awk -v s=$(($1 + 1)) -v t="$BEHIND" '$2 == s && $3 == "insert" && $1 >= t {n++} END {exit !n}' "$WIRES"; }
# Slot by slot; the board that is in his hand lies in `held`.
declare -A held
replug() {
	if [ -n "${held[$1]:-}" ] && [ "$(stage "$1")" != shown ]; then
		echo "{insert: ${board[$1]}, slot: $(($1 + 1))}" >"$HANDS"
		unset "held[$1]"
	elif [ -z "${held[$1]:-}" ] && left_alone "$1" && [ "$(stage "$1")" = shown ]; then
		echo "{remove: ${board[$1]}}" >"$HANDS"
		held[$1]=1
	fi
}
all_finished() {
	local slot open=0
	for slot in "${!board[@]}"; do
		finished "$slot" && continue
		open=1
		replug "$slot"
	done
	return $open
}
end=$((SECONDS + 300))
until all_finished; do
	[ $SECONDS -lt $end ] || break
	kill -0 $line 2>/dev/null || break
	read -rt 0.3 <> <(:)
done
all_finished
done=$?
echo STOP >&4
wait $line
status=$?
[ $done = 0 ] || exit 9
exit $status

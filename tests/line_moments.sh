#!/bin/bash
# Runs `flashline line` in a world whose boards are taken out, swapped and put in again in the middle of its work, until the last
# board of each slot has its verdict, and then says STOP. To be run inside the fixture, with all first boards in their slots:
#   line_moments.sh OUT STEP:MS:GAP:BOARD:NEXT:UID... -- COMMAND...    slot by slot
# So many milliseconds after this step has first begun in the slot, BOARD is taken out; NEXT, whose chip is UID, comes GAP ms
# behind it. Where that does not end in a verdict for NEXT, a hand takes it out of the slot that shows another, and puts it in
# again when the line has seen that; by HANDS. WIRES tells what was done.
#
#     waiting --the step--> moving --NEXT is in--> resting <---------------.
#                                                     | shown, no verdict  | the line has seen it, or 5 s
#                                                     v                    |
#                                                   taken out -------------'
out=$1
shift
step=() ms=() gap=() board=() next=() uid=() # by slot
while [ "$1" != -- ]; do
	IFS=: read -r step[${#step[@]}] ms[${#ms[@]}] gap[${#gap[@]}] board[${#board[@]}] next[${#next[@]}] uid[${#uid[@]}] <<<"$1"
	shift
done
shift
mkfifo "$out.keys"
exec 4<>"$out.keys"
exec 3< <(exec "$@" --json <"$out.keys" 2>"$out.stderr")
line=$!
: >"$out"

declare -A stage state done taken # by slot: as above; as the line says; its verdict is there; since when
for slot in "${!step[@]}"; do stage[$slot]=waiting; done
insert() { printf '{insert: %u, slot: %u}\n' "${next[$1]}" $(($1 + 1)); }
# A pause of so many milliseconds: the moment that is meant, and no wait for anything.
pause() { [ "$1" = 0 ] || read -rt "$(printf '%u.%03u' $(($1 / 1000)) $(($1 % 1000)))" <> <(:); }
move() {
	pause "${ms[$1]}"
	if [ "${gap[$1]}" = 0 ]; then # at once: no input can tell
		printf '{remove: %u}\n%s\n' "${board[$1]}" "$(insert "$1")" >"$HANDS"
	else
		printf '{remove: %u}\n' "${board[$1]}" >"$HANDS"
		pause "${gap[$1]}"
		insert "$1" >"$HANDS"
	fi
}

# What a line of the output says of slot $1.
on_step() {
	[ "${stage[$1]}" = waiting ] && [ "$2" = "${step[$1]}" ] || return
	stage[$1]=moving
	move "$1" &
}
# It has passed, now or before; or a hand has left its drive half made, which no run mends.
on_verdict() {
	[[ "$2" == *"\"uid\":\"${uid[$1]}\""* ]] &&
		[[ "$2" =~ \"(verdict\":\"PASS|code\":\"(already-passed|drive-unfinished|boot-loop))\" ]] && done[$1]=1
}
on_state() {
	state[$1]=$2
	[ "${stage[$1]}" = taken ] && put_in "$1"
}
put_in() {
	insert "$1" >"$HANDS"
	stage[$1]=resting
}
take_out() {
	printf '{remove: %u}\n' "${next[$1]}" >"$HANDS"
	stage[$1]=taken
	taken[$1]=$SECONDS
}
hear() {
	printf '%s\n' "$1" >>"$out"
	[[ $1 =~ ^\{\"event\":\"(step|verdict|slot)\",\"slot\":([0-9]+), ]] || return
	local event=${BASH_REMATCH[1]} slot=$((BASH_REMATCH[2] - 1))
	case $event in
	step) [[ $1 =~ \"step\":\"([^\"]*)\" ]] && on_step $slot "${BASH_REMATCH[1]}" ;;
	verdict) on_verdict $slot "$1" ;;
	slot) [[ $1 =~ \"state\":\"([^\"]*)\" ]] && on_state $slot "${BASH_REMATCH[1]}" ;;
	esac
}
# What comes of itself: a board is in, a verdict is shown that is not the one.
look_at() {
	case ${stage[$1]} in
	moving) [ "$(grep -c " $(($1 + 1)) insert " "$WIRES")" -ge 2 ] && stage[$1]=resting ;;
	resting) [ "${state[$1]}" = shown ] && take_out "$1" ;;
	taken) [ $SECONDS -ge $((taken[$1] + 5)) ] && put_in "$1" ;;
	esac
}
all_done() {
	local slot open=0
	for slot in "${!step[@]}"; do
		[ -n "${done[$slot]:-}" ] && [ "${stage[$slot]}" = resting ] && continue
		open=1
		look_at "$slot"
	done
	return $open
}

end=$((SECONDS + 300)) looked=-1 rest=
while [ $SECONDS -lt $end ]; do
	if read -rt 0.3 -u 3 text; then
		hear "$rest$text"
		rest=
		[ $SECONDS = $looked ] && continue # not behind each of hundreds of lines
	else
		[ $? -gt 128 ] || break
		rest+=$text # a line that has not come whole
	fi
	looked=$SECONDS
	all_done && break
done
all_done
left=$?
echo STOP >&4
{ printf %s "$rest"; cat <&3; } >>"$out"
wait $line
status=$?
[ $left = 0 ] || exit 9
exit $status

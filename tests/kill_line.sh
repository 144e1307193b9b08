#!/bin/bash
# Kills `flashline line` with SIGKILL right after the first event that matches, in the virtual fixture: the controller alone, or the keeper
# of the pins with it, none of them with a moment to act. Then starts it again in the same world, until the boards in all
# slots have their verdicts. To be run inside the fixture:
#   kill_line.sh PATTERN alone|both OUT WIRES SLOTS -- COMMAND...
# Leaves OUT.killed and OUT.again (events), OUT.at (how many lines the record of the wires had when all had ended).
pattern=$1 whom=$2 out=$3 wires=$4 slots=$5
shift 6
mkfifo "$out.keys" && exec 4<>"$out.keys"

# "pid command line" of this world's processes: whose it is stands in its environment.
world() {
	local p
	for p in /proc/[0-9]*; do
		case $(readlink "$p/exe" 2>/dev/null) in */openocd | */flashline) ;; *) continue ;; esac
		tr '\0' '\n' <"$p/environ" 2>/dev/null | grep -qxF "VUSB_DIR=$VUSB_DIR" || continue
		echo "${p#/proc/} $(tr '\0' ' ' <"$p/cmdline")"
	done
}

exec 3< <("$@" --json <"$out.keys" 2>/dev/null & echo "$!"; wait)
read -r pid <&3
while IFS= read -r -t 60 line <&3; do
	printf '%s\n' "$line"
	[[ ! $line =~ $pattern ]] || break
done >"$out.killed"
[[ $line =~ $pattern ]] || exit 3
victims=$pid
[ "$whom" = alone ] || victims+=" $(world | awk '/ keeper / {print $1}')"
# Stopped first: the one must not see the other's end.
# shellcheck disable=SC2086
kill -STOP $victims && kill -KILL $victims || exit 4

end=$((SECONDS + 20))
while [ -n "$(world)" ]; do
	[ $SECONDS -lt $end ] || exit 5
	read -rt 0.05 <> <(:)
done
wc -l <"$wires" >"$out.at"

"$@" --json <"$out.keys" >"$out.again" 2>"$out.stderr" &
pid=$!
# A verdict in each slot, and nothing at work.
settled() {
	jq -es --argjson slots "$slots" '[.[] | select(.event == "verdict").slot] | unique | length == $slots' \
		"$out.again" >/dev/null 2>&1
}
end=$((SECONDS + 120))
until settled; do
	[ $SECONDS -lt $end ] || exit 6
	kill -0 $pid 2>/dev/null || exit 7
	read -rt 0.2 <> <(:)
done
echo STOP >&4
wait $pid

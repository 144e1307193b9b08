#!/bin/bash
# flashline teach finds inputs: its operator puts boards in, takes them out, closes the lid, presses the button.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

mkfifo "$work/hands" "$work/answers"
exec 7<>"$work/hands" 8<>"$work/answers"
# world KEYS: six pins a channel at most, lid and start button among them
world() {
	printf 'virtual: 1\nwiring: direct\n%s\n' "$1" >"$work/world.yaml"
	rm -f "$work/taught.yaml" "$work/out" "$work/pid" "$work/wires" "$work/status"
	(
		in_world "$work/world.yaml" --hands "$work/hands" --wires "$work/wires" -- \
			sh -c 'echo $$ >"$1"; exec flashline teach --fixture "$2"' sh "$work/pid" "$work/taught.yaml" \
			<"$work/answers" >"$work/out" 2>"$work/err"
		echo $? >"$work/status"
	) 7>&- 8>&- &
}
# come SECONDS FILE TEXT: it is in the file by then. Without it nothing that follows is of any use.
come() {
	await "$1" grep -qF -- "$3" "$2" && return
	fail "awaited: $3" "$(tail -n 40 "$work/out" "$work/err" "$2")"
	exit 1
}
# asked TEXT: it is on the screen; answer TEXT; hand ACT WIRES: it is done when the record has the line
asked() { come 120 "$work/out" "$1"; }
answer() { echo "${1:-}" >&8; }
hand() {
	echo "$1" >&7
	come 30 "$work/wires" "$2"
}
ended() {
	await 60 test -s "$work/status" # in a subshell there is nobody to wait for
	cat "$work/status"
}

world 'wires: {lid: high}
slots: 3
operator: {script: []}
boards: {count: 3}'
asked 'Go on?'
answer
asked 'into slot 1'
hand '{insert: 1, slot: 1}' ' 1 present 1'
answer
asked 'into slot 2'
hand '{insert: 2, slot: 2}' ' 2 present 1'
hand '{insert: 3, slot: 3}' ' 3 present 1'
answer
asked 'Right?'
answer yes
asked 'out of slot 2'
hand '{remove: 2}' ' 2 present 0'
answer
asked 'out of slot 3'
hand '{remove: 3}' ' 3 present 0'
answer
asked 'into slot 4'
answer done
asked 'as a whole a lid'
answer
asked 'Close it now'
hand '{close: lid}' ' 0 lid 1'
asked 'as a whole a start button'
answer
asked 'Press it now'
# A finger is there for 100 ms, which a busy machine may miss.
for _ in $(seq 100); do
	echo '{press: start}' >&7
	await 1 grep -q 'start button: ' "$work/out" && break
done
is "one board, then two at once, a lid, a button" "$(ended)" 0
is "all inputs are as they are wired" "$(tool_fixture "$work/taught.yaml")" "$(says "$work/world.yaml")"
ok "flashline check accepts the file" flashline check "$work/taught.yaml"

# The board lies in its slot already; then somebody has enough.
world 'wires: {present: high}
boards: {count: 1}'
asked 'Go on?'
answer
asked 'into slot 1'
answer
asked 'out of slot 1'
hand '{remove: 1}' ' 1 present 0'
answer
asked 'into slot 2'
kill -INT "$(cat "$work/pid")"
is "Ctrl-C at a question" "$(ended)" 3
is "what was taught before is in the file, with the input that taking the board out has shown" \
	"$(tool_fixture "$work/taught.yaml")" "$(says "$work/world.yaml" | grep -v 'slot 0')"
is "and no slot has power" "$(grep ' power ' "$work/wires" | tail -n 1 | cut -d ' ' -f 4)" 0
done_testing

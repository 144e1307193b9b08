#!/bin/bash
# flashline teach finds inputs: its operator puts boards in, takes them out, closes the lid, presses the button.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

by_hand
# world KEYS: six pins a channel at most, lid and start button among them
world() {
	printf 'virtual: 1\nwiring: direct\n%s\n' "$1" >"$work/world.yaml"
	begin
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
press '{press: start}' 'start button: '
asked 'lamps or a buzzer'
answer no
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

# Somebody edits the file while a second board is put in.
world 'operator: {script: []}
boards: {count: 2}'
asked 'Go on?'
answer
asked 'into slot 1'
hand '{insert: 1, slot: 1}' ' 1 present 1'
answer
asked 'into slot 2'
echo '# edited' >>"$work/taught.yaml"
hand '{insert: 2, slot: 2}' ' 2 present 1'
answer
is "a file that was edited meanwhile ends it" "$(ended)" 3
has "is told" "$work/err" "somebody has changed it meanwhile"
has "and only what is in the file is counted as written" "$work/out" "1 slots written to $work/taught.yaml"
ok "it is left as it is" bash -c "tail -n 1 $work/taught.yaml | grep -qx '# edited'"

# Nobody tells which of two boards lies where, while one of them alone has power.
world 'boards: {count: 2}'
asked 'Go on?'
answer
asked 'into slot 1'
answer
asked 'Right?'
answer no
asked "Its slot's number"
kill -INT "$(cat "$work/pid")"
is "Ctrl-C in the middle of a round" "$(ended)" 3
is "leaves no board with power, nor in reset" \
	"$(awk '$2 <= 2 && ($3 == "power" || $3 == "nrst") { last[$3 " " $2] = $4 } END { for (key in last) print key, last[key] }' "$work/wires" |
		sort | xargs)" "nrst 1 0 nrst 2 0 power 1 0 power 2 0"
done_testing

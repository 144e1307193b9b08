#!/bin/bash
# flashline teach where all pins are on I2C expanders: what moves boards, what their operator's hands move, and what he sees lighting.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

# lit: lamps of slot 1, and the buzzer, that are on in the record
lit() {
	awk '$3 ~ /^(lamp-|buzzer)/ && $2 < 2 { on[$3] = $4 }
		END { for (word in on) if (on[word]) print word }' "$work/wires" | sort | xargs
}
# more COUNT: so many questions about pins have come, or it is over
more() { [ -s "$work/status" ] || [ "$(grep -o 'are on[.] Does\|is on[.] Which' "$work/out" | wc -l)" -ge "$1" ]; }
# see: answers the question that has come
see() {
	local what
	what=$(lit)
	case "$(tail -n 1 "$work/out"):$what" in
	*Does*:?*) answer yes ;;
	*Which*:lamp-yellow) # a slot that is not there; then by its button
		answer 'yellow 9'
		asked 'Say a colour'
		press '{press: start, slot: 1}' 'nothing)? 1'
		asked=$((asked + 1))
		;;
	*Which*:lamp-green) # the wrong way round, behind another colour
		answer '1 green'
		asked=$((asked + 1))
		await 60 more $asked
		answer 'green 1'
		;;
	*Which*:lamp-*) answer "${what#lamp-} 1" ;;
	*Which*:buzzer) answer buzzer ;;
	*) answer ;;
	esac
}

# Meanwhile slot 2 of two, whose file has slot 1 and all expanders.
printf '%s\n' 'virtual: 1' 'wiring: expander' 'boards: {count: 2}' >"$work/two.yaml"
virtual-fixture describe "$work/two.yaml" >"$work/whole.yaml"
sed '/slot: 2/,$d' "$work/whole.yaml" >"$work/part.yaml"
printf '\n\nno\ndone\n' | in_world "$work/two.yaml" -- flashline teach --fixture "$work/part.yaml" >"$work/two.out" 2>&1 &

by_hand
printf '%s\n' 'virtual: 1' 'wiring: expander' 'slots: 1' 'operator: {script: []}' 'boards: {count: 1}' >"$work/world.yaml"
begin
asked 'Go on?'
answer
asked 'into slot 1'
hand '{insert: 1, slot: 1}' ' 1 present 1'
answer
asked 'into slot 2'
answer done
asked 'as a whole a lid'
answer no
asked 'slot 1 a lid'
answer
asked 'Close it now'
hand '{close: lid, slot: 1}' ' 1 lid 1'
asked 'as a whole a start button'
answer no
asked 'slot 1 a start button'
answer
asked 'Press it now'
press '{press: start, slot: 1}' 'start button: '
asked 'lamps or a buzzer'
answer
asked 'Is all dark'
is "lamps are dark as they are asked about" "$(lit)" ""
answer
asked=1
while await 60 more $asked && [ ! -s "$work/status" ]; do
	see
	asked=$((asked + 1))
done
is "all pins are tried" "$(ended)" 0
is "everything is as it is wired" "$(tool_fixture "$work/taught.yaml")" \
	"$(says "$work/world.yaml" | grep -v 'slot 0 start\|slot 0 lid')"
is "a colour behind its slot is not taken for the one said last" "$(grep -c 'was found before' "$work/out")" 0
is "and dark at the end" "$(lit)" ""
is "without power" "$(grep ' power ' "$work/wires" | tail -n 1 | cut -d ' ' -f 4)" 0
ok "flashline check accepts the file" flashline check "$work/taught.yaml"
await 60 grep -q 'slots written' "$work/two.out"
has "pins of expanders that the file knows: asked first" "$work/two.out" "and of expanders behind them"
is "a slot is added, by the names that they have" "$(grep '^    [pbn].*P[01]1' "$work/part.yaml")" \
	"$(grep '^    \(power\|boot0\|nrst\).*P[01]1' "$work/whole.yaml")"
done_testing

#!/bin/bash
# wait.operator: a question, answered by key, answered NO, not answered, answered with nonsense.
. tests/tap.sh
. tests/world.sh

cat >"$work/asks.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
revision: B
steps:
  - {id: led, do: wait.operator, after: identify, text: "Is the LED green?", answers: yes-no, deadline: \${DEADLINE}}
END
sed "s/\${DEADLINE}/30s/" "$work/asks.yaml" >"$work/patient.yaml"
sed "s/\${DEADLINE}/1s/" "$work/asks.yaml" >"$work/hasty.yaml"

# flash SLOTS RECIPE ANSWER...: its exit status; each answer is typed when a question is open
flash() {
	local slots=$1 recipe=$2
	shift 2
	: >"$work/out"
	{
		for answer in "$@"; do
			await 30 grep -q asks "$work/out"
			echo "$answer"
		done
	} | in_world good -- flashline run --recipe "$work/$recipe.yaml" --fixture $eight --serials "$work/serials.txt" \
		--slots "$slots" --station bench >"$work/out" 2>"$work/err"
}

serials 1 >/dev/null
flash 1 patient "MAYBE" "yes"
is "YES goes on" $? 0
has "the question is shown, with its answers" "$work/out" "slot 1 asks: Is the LED green? (YES NO)"
has "an answer that was not offered is none" "$work/out" "no such question is open"
is "the answer is on record" \
	"$(flashline show --json OMV001001 | jq -r '.runs[0].values[] | select(.name == "operator.answer").text')" YES

serials 1 2000 >/dev/null
flash 2 patient "NO 2"
is "NO fails the board" $? 1
is "with a code of its own" "$(flashline show --json OMV002001 | jq -r '.runs[0] | "\(.verdict) \(.code) \(.blame) \(.step)"')" \
	"FAIL operator-no board led"

serials 1 3000 >/dev/null
flash 3 hasty
is "nobody answers" $? 3
is "is the operator's to mend" "$(flashline show --json OMV003001 | jq -r '.runs[0] | "\(.verdict) \(.code) \(.blame)"')" \
	"ERROR operator-silent operator"
done_testing

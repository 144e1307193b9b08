# For tests whose boards are scanned. Source after world.sh. A world of eight good boards with the scanners that SCANNERS
# says, and a line in it; whoever tests is the operator's voice.
mkfifo "$work/hands"
exec 7<>"$work/hands"

# scanners KEYS...: the world $work/scanned.yaml has them ("desk: {}"), and $work/fixture.yaml describes it
scanners() {
	{
		grep -vE '^(recipe|fixture|description):' $worlds/good.yaml
		echo "scanners:"
		printf '  %s\n' "$@"
	} >"$work/scanned.yaml"
	virtual-fixture describe "$work/scanned.yaml" >"$work/described.yaml"
}

# begin ORDER TRIGGER OPTIONS...: a line in that world; its process in $line. Its recipe is $RECIPE. With TERMINAL set it has one.
begin() {
	sed -e "s/^scan_order: .*/scan_order: $1/" -e "s/^slots:/trigger: $2\n&/" "$work/described.yaml" >"$work/fixture.yaml"
	local command=(flashline line --recipe "${RECIPE:-recipes/demo.yaml}" --fixture "$work/fixture.yaml" --station bench
		"${@:3}")
	[ -z "${TERMINAL:-}" ] || command=(script -qefc "stty cols 200 rows 50; ${command[*]}" /dev/null)
	: >"$work/out"
	virtual-fixture run --time "$time" --wires "$work/wires" --hands "$work/hands" "$work/scanned.yaml" -- \
		"${command[@]}" <"${TERMINAL:-/dev/null}" >"$work/out" 2>"$work/err" &
	line=$!
	[ -z "${TERMINAL:-}" ] || return # it shows the last answer only
	local name
	for name in $(sed -n 's/^  \([a-z]*\): {device: .*/\1/p' "$work/fixture.yaml"); do
		ok "$1: scanner $name is there" await 30 grep -q "scanner $name is ready" "$work/out"
	done
}

# hand ACT: the operator does it
hand() { echo "$1" >&7; }
# answered TEXT COUNT: the line has said it so often by now
answered() { [ "$(grep -cF -- "$1" "$work/out")" -ge "$2" ]; }
# scan CODE ANSWER [KEYS]: what is scanned is answered so, once more than before; with scanner desk, or as KEYS say
scan() {
	local before keys=${3:-}
	[[ $keys == *scanner:* ]] || keys="scanner: desk${keys:+, $keys}"
	before=$(grep -cF -- "$2" "$work/out")
	hand "{scan: '${1//\'/\'\'}', $keys}"
	ok "${1:0:24}${3:+ ($3)}: $2" await 30 answered "$2" $((before + 1))
}

# runs: "slot serial verdict", all
runs() { flashline runs --json | jq -r '.[] | "\(.slot) \(.serial) \(.verdict)"' | sort | xargs; }

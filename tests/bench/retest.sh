# A board that is right already, flashed again.

# The same board twice with the recipe that skips what is right already; leaves t.1 and t.2 (events).
retest() {
	echo OMV000001 >"$work/serials.t"
	for i in 1 2; do
		flashline run --recipe recipes/demo-retest.yaml --fixture $fixture --slots 1 --json \
			--journal "$work/journal.t" --serials "$work/serials.t" >"$work/t.$i" ||
			echo "bench: the board did not pass, time $i" >&2
	done
}
export -f retest
export fixture
# took N [STEP...]: seconds that these steps of the Nth time took; without any, the whole run
took() {
	local n=$1
	shift
	jq -s '[.[] | select(if $ARGS.positional == [] then .event=="verdict"
		else .event=="step-end" and (.step | IN($ARGS.positional[])) end).ms] | add / 1000' "$work/t.$n" --args "$@"
}


virtual-fixture run --time 1 $world -- bash -c retest
flashing="bootloader compare firmware"
for what in "" "$flashing"; do
	# shellcheck disable=SC2086
	first=$(took 1 $what) second=$(took 2 $what)
	row "${what:+  of which }${what:-retest with skip-identical over first flash}" \
		"$(ratio "$second" "$first")" "<= 0.15" "$second s over $first s"
done

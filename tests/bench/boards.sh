# Boards from their journal entry to their verdict: one, and many at once.

# N: flashes N boards; leaves m.N (wall cpu peak), e.N (events), f.N (the fixture's own account)
flash() {
	local n=$1
	for i in $(seq "$n"); do printf 'OMV%06d\n' "$i"; done >"$work/serials.$n"
	virtual-fixture run --time 1 --account "$work/f.$n" $world -- tool_measure "$work/m.$n" \
		flashline run --recipe recipes/demo.yaml --fixture $fixture --slots "1-$n" --json \
		--journal "$work/journal.$n" --serials "$work/serials.$n" >"$work/e.$n" ||
		echo "bench: not all of $n boards passed" >&2
}

# The longest run of a board, from its journal entry to its verdict, in seconds.
longest() { jq -s '[.[] | select(.event=="verdict").ms] | max / 1000' "$work/e.$1"; }

# What physics needs for one board, in seconds: the sums that the fixture kept, and the recipe's time without power.
floor() {
	local off
	off=$(flashline recipe show --effective recipes/demo.yaml | awk '
		/^ *- id:/ {cycle = 0} /state: *cycle/ {cycle = 1}
		/off_time:/ && cycle {gsub(/[^0-9]/, "", $2); ms += $2} END {print ms / 1000}')
	awk -v off="$off" -v sum="$(account "$work/f.1" 2 3 4 5 6)" 'BEGIN {print sum + off}'
}


for n in 1 8 16 32; do flash $n; done
one=$(longest 1)
physics=$(floor)
row "one board, from its journal entry to its verdict" "$(printf %.2f "$one") s" "" ""
row "  its physical floor (erase program wire swd boot, power off)" "$(printf %.2f "$physics") s" "" \
	"$(awk '$1 == 1 {printf "%.2f %.2f %.2f %.2f %.2f", $2, $3, $4, $5, $6}' "$work/f.1")"
row "  one board over its floor" "$(ratio "$one" "$physics")" "<= 1.05" ""
wall=$(cut -d' ' -f1 "$work/m.1")
for n in 8 16 32; do
	goal=
	[ $n = 32 ] && goal="<= 1.10"
	row "  $n boards over one board (wall time of the whole program)" \
		"$(ratio "$(cut -d' ' -f1 "$work/m.$n")" "$wall")" "$goal" "$(cut -d' ' -f1 "$work/m.$n") s over $wall s"
done
for n in 1 32; do
	row "CPU seconds a board outside OpenOCD, $n board(s)" "$(jq -rs --argjson n $n \
		--argjson all "$(cut -d' ' -f2 "$work/m.$n")" \
		'($all - ([.[] | select(.event=="verdict").tools_cpu_ms] | add / 1000)) / $n * 1000 | round / 1000' \
		"$work/e.$n")" "<= 0.3" "job $(jq -rs '[.[] | select(.event=="verdict").cpu_ms] | add / length | round' "$work/e.$n") ms, OpenOCD $(jq -rs '[.[] | select(.event=="verdict").tools_cpu_ms] | add / length | round' "$work/e.$n") ms"
done
row "peak memory of a job, 32 boards" "$(jq -rs '[.[] | select(.event=="verdict").peak_kib] | max' "$work/e.32") KiB" "" \
	"largest process of all: $(cut -d' ' -f3 "$work/m.32") KiB"

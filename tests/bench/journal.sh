# The journal when it has grown old: COUNT runs of 20 steps and 10 values, made from a seed: 50000 unless told otherwise, which
# takes a minute with all the rest; COUNT=1000000 takes ten, and 2 GB. Goals are those of a million.
journal=$work/history.db
runs=${COUNT:-50000}
milliseconds() { # COMMAND...: the median of five
	local i from
	for i in 1 2 3 4 5; do
		from=$(date +%s%N)
		"$@" >/dev/null 2>&1
		echo $((($(date +%s%N) - from) / 1000))
	done | sort -n | awk 'NR == 3 {printf "%.1f", $1 / 1000}'
}
from=$(date +%s)
tool_history "$journal" "$runs"
row "a journal of $runs runs, made in" "$(($(date +%s) - from)) s" "" "valid chain"
row "bytes a run" "$(($(stat -c %s "$journal") / runs))" "" ""
row "show SERIAL" "$(milliseconds flashline show --journal "$journal" OMV0001000) ms" "20 ms" ""
row "report unit" "$(milliseconds flashline report unit --journal "$journal" --serial OMV0001000) ms" "100 ms" ""
last=$(sqlite3 -readonly "$journal" "SELECT date(max(began)) FROM run")
row "report yield, a month" "$(milliseconds flashline report yield --journal "$journal" \
	--since "$(date -d "$last -30 days" +%F)") ms" "500 ms" ""
row "report yield, everything" "$(milliseconds flashline report yield --journal "$journal") ms" "3000 ms" ""
for name in pareto durations measurements slots silicon shift; do
	row "report $name, a month" "$(milliseconds flashline report $name --journal "$journal" \
		--since "$(date -d "$last -30 days" +%F)") ms" "" ""
done
from=$(date +%s%N)
flashline verify --journal "$journal" >/dev/null
row "verify, a run" "$((($(date +%s%N) - from) / 1000 / runs)) us" "" "reads and hashes all of it"
(while flashline report yield --journal "$journal" >/dev/null 2>&1; do :; done) &
reader=$!
row "a commit while a reader scans everything" "$(tool_journal "$journal" 20 | sed 's/.*median \([0-9.]* ms\).*/\1/')" "5 ms" ""
kill $reader
wait $reader 2>/dev/null || true # it was told to end

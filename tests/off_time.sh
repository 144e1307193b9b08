# Source it. off_time RECIPE: for how many seconds a run of it leaves a board without power, because it says so.
off_time() {
	flashline recipe show --effective "$1" | awk '
		/^ *- id:/ {cycle = 0} /state: *cycle/ {cycle = 1}
		/off_time:/ && cycle {gsub(/[^0-9]/, "", $2); ms += $2} END {print ms / 1000}'
}

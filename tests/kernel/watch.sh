#!/bin/bash
# Passes on what the tests in the guest say. Where they have said nothing for a minute it tells where everybody stands;
# where the guest has done nothing either for three, it gives up and ends with 1: what waits in the kernel for a transfer
# that never comes back is ended by no signal.
#
#   watch.sh <TAP
WAIT=60 MINUTES=3 IDLE=90 # percent

# times: idle and all ticks so far
times() {
	awk '/^cpu / {for (i = 2; i <= NF; i++) all += $i; print $5 + $6, all}' /proc/stat
}

# stands TASK: what a thread of ours, or one that cannot be ended, waits for
stands() {
	local state name
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "$1/status" 2>/dev/null)
	name=$(cat "$1/comm" 2>/dev/null) || return
	case "$state $name" in
	D* | *' flashline' | *' openocd' | *' dfu-util' | *' virtual-'*)
		echo "# ${1##*/} $name is $state in $(cat "$1/wchan"): $(sed 's/^[^ ]* //;s/+.*//' "$1/stack" | xargs)"
		;;
	esac
}

said= idle=0
read -r idle_before all_before < <(times)
while true; do
	IFS= read -r -t $WAIT line
	status=$?
	said=$said$line # of a line that is not yet whole the beginning
	if [ $status -le 128 ]; then
		[ $status = 0 ] || [ -n "$said" ] && echo "$said"
		# Not the end of the pipe: what they have started may outlive them, and hold it.
		case $status$said in 0'# the tests end with '* | 1*) exit 0 ;; esac
		said= idle=0
		read -r idle_before all_before < <(times)
		continue
	fi
	read -r idle_now all_now < <(times)
	percent=$((100 * (idle_now - idle_before) / (all_now - all_before + 1)))
	idle_before=$idle_now all_before=$all_now
	idle=$((percent >= IDLE ? idle + 1 : 0))
	echo "# nothing was said for a minute; the processors were idle for $percent % of it"
	for task in /proc/[0-9]*/task/*; do stands "$task"; done
	if [ $idle -ge $MINUTES ]; then
		echo "not ok - the guest stands still"
		exit 1
	fi
done

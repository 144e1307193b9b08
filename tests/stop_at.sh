#!/bin/bash
# Runs the line in the virtual fixture, sends it SIGINT when an event matches, and times its end.
#   stop_at.sh PATTERN OUT COMMAND...: prints "status seconds" into OUT
pattern=$1 out=$2
shift 2
exec 3< <("$@" --json 2>"$out.stderr" & echo "$!"; wait $!; echo "status $?")
read -r pid <&3
while IFS= read -r -t 60 line <&3; do [[ $line =~ $pattern ]] && break; done
begin=$(date +%s%N)
kill -INT "$pid"
while IFS= read -r -t 30 line <&3; do
	[[ $line == "status "* ]] && echo "${line#status } $((($(date +%s%N) - begin) / 1000000))" >"$out"
	printf '%s\n' "$line"
done >"$out.events"
lsusb | grep -qi 37c5: && exit 5
exit 0

#!/bin/bash
# Runs the line in the virtual fixture; when an event matches, sends a signal to this world's processes whose
# command line matches. Then waits for the line's end, and looks who is left.
#   hang_at.sh PATTERN SIGNAL VICTIMS OUT COMMAND...
pattern=$1 signal=$2 victims=$3 out=$4
shift 4

. tests/processes.sh

exec 3< <("$@" --json 2>"$out.stderr"; echo "status $?")
while IFS= read -r -t 60 line <&3; do [[ $line =~ $pattern ]] && break; done
world_processes | grep -E -- "$victims" | tee "$out.victims" | while read -r pid _; do kill "-$signal" "$pid"; done
while IFS= read -r -t 60 line <&3; do printf '%s\n' "$line"; done >"$out"
world_processes >"$out.left"
lsusb | grep -i 37c5: >>"$out.left"
exit 0

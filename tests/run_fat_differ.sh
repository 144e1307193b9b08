#!/bin/bash
# The FAT walker against fsck.fat and mtools: a part of what `make fat-differ` runs.
. tests/tap.sh
corruptions=1200
seed=1
[ -z "${SEED:-}" ] || seed=$(cksum <<<"$SEED" | cut -d' ' -f1)
! [ -w /dev/shm ] || export TMPDIR=/dev/shm

timeout 300 tool_fat_differ "$seed" $corruptions 1 >"$work/report" 2>"$work/told"
status=$?
sed 's/^/# /' "$work/report"
if [ $status = 77 ]; then
	skip "$corruptions corruptions" "$(cat "$work/told")"
else
	head -c 20000 "$work/told" | sed 's/^/# /'
	is "$corruptions corruptions: what fsck.fat finds is found, what is sound is read as mtools reads it" $status 0
	has "all were judged" "$work/report" "seed $seed: $corruptions corruptions"
fi
done_testing

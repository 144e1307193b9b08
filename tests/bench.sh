#!/bin/bash
# make bench: what things cost, side by side, in one go, at real flash and USB times in the virtual fixture.
# Every figure is a ratio or comes with what it is compared to; nothing here passes or fails.
#   ONLY="rom cdc" make bench     some parts of tests/bench/ alone
#   COUNT=1000000 ONLY=journal make bench  an old journal: a minute with its 50000 runs, ten with a million
set -u
B=${B:-build}
export PATH="$PWD/$B:$PWD/$B/tests:$PATH"
work=$(mktemp -d "${TMPDIR:-/tmp}/fl.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
world=fixtures/virtual/worlds/thirty-two-up.yaml
fixture=fixtures/virtual/thirty-two-up.yaml
firmware=build/images/firmware.bin
export work fixture firmware

row() { printf '%-58s %10s   %-12s %s\n' "$@"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
# What the fixture's account FILE says of board 1: the sum of these of its columns (2 erase, 3 program, 4 wire,
# 5 swd, 6 start, 7 control transfers)
account() {
	local file=$1
	shift
	awk -v columns="$*" '$1 == 1 {n = split(columns, c); for (i = 1; i <= n; i++) sum += $c[i]; print sum}' "$file"
}

echo "Real flash and USB times; firmware $(stat -c %s $firmware) bytes, bootloader $(stat -c %s build/images/bootloader.bin) bytes; $(nproc) cores."
row "" "measured" "goal" ""
for part in ${ONLY:-boards shift dfu retest rom cdc drive journal}; do
	. "tests/bench/$part.sh"
done

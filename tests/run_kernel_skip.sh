#!/bin/bash
# make check-kernel where QEMU, or Debian's kernel, cannot be had: it says so, and passes nothing.
. tests/tap.sh
mkdir -p "$work/tree/.ci" "$work/tree/tests/kernel"
cp tests/kernel/check.sh "$work/tree/tests/kernel/"
# stand_in FILE STATUS: a script that ends so
stand_in() {
	printf '#!/bin/sh\nexit %d\n' "$2" >"$work/tree/$1"
	chmod +x "$work/tree/$1"
}
skips() {
	(cd "$work/tree" && B=build bash tests/kernel/check.sh) >"$work/out" 2>&1
	is "$1: exit status" $? "$2"
	is "$1: what it says" "$(cat "$work/out")" "$3"
}
stand_in .ci/setup 1
skips "no QEMU" 0 "1..0 # SKIP QEMU and Debian's kernel cannot be had here"
stand_in .ci/setup 0
stand_in tests/kernel/make_guest.sh 77
skips "no kernel package" 0 "1..0 # SKIP Debian's kernel package cannot be had here"
stand_in tests/kernel/make_guest.sh 1
skips "a guest that cannot be made" 1 "Bail out! the guest cannot be made"
done_testing

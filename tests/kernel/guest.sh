#!/bin/bash
# What is tested in the guest, as TAP on its console. Its user is root; Flashline's never is.
. tests/tap.sh
. tests/kernel/world.sh
chmod 777 "$work" /out
is "the user of these runs is not root" "$(as_operator id -un)" operator
for case in ${CASES:-line break kill}; do
	case_started=$SECONDS
	. tests/kernel/case_$case.sh
	echo "# case $case: $((SECONDS - case_started)) s"
done
ok "the kernel found nothing wrong with itself" bash -c '! dmesg | grep -E "BUG:|Oops|WARNING:|blocked for more than"'
done_testing

#!/bin/bash
# The kernel's own drivers have the interfaces first (cdc_acm, usb-storage, ftdi_sio): a run takes them over, and gives
# them back. In the virtual fixture; `make check-kernel` shows the same with the drivers themselves.
. tests/tap.sh
. tests/world.sh

export -f await
serials 2 >/dev/null
bare $eight
# Waits for the camera, tells its drivers, runs Flashline on it, tells them again.
ok "cameras on a fixture without wires pass" in_world tests/kernel/powered.yaml -- bash -c "
	camera_there() { [ \"\$(tool_drivers 1-1.1)\" = 111 ]; }
	await 30 camera_there
	tool_drivers 1-1.1 >$work/before
	flashline run --recipe tests/kernel/look.yaml --fixture $work/bare.yaml --serials $work/serials.txt \
		--slots 1,2 --operator tester --station bench >$work/out || exit 1
	tool_drivers 1-1.1 >$work/after"
is "the drive and both interfaces of the port had a driver" "$(cat "$work/before")" 111
is "and have it again" "$(cat "$work/after")" 111

ok "a run with wires passes" in_world good -- bash -c "
	tool_drivers 3-1 >$work/before
	run_line $eight --serials $work/serials.txt --slots 1,2 >$work/out || exit 1
	tool_drivers 3-1 >$work/after"
is "ftdi_sio had the controller's channels" "$(cat "$work/before")" 1111
is "and has them again" "$(cat "$work/after")" 1111
done_testing

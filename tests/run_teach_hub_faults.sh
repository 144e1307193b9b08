#!/bin/bash
# flashline teach where hubs do not what is wanted of them, or the operator does not: what is told, and how ports are left.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

# at_hub NAME POWER BOARDS ANSWERS [BEFORE]: teach in a world without wires, with what comes before it; then how the ports are
at_hub() {
	printf 'virtual: 1\nwiring: none\nhubs: {power: %s}\nboards: {count: %s, each: {flashed: true}}\n' "$2" "$3" >"$work/$1.yaml"
	in_world "$work/$1.yaml" -- bash -c "await 60 cameras $3; ${5:-true}; printf '$4' | flashline teach --fixture $work/$1.taught.yaml
		echo status \$?; cat $hub/1-1-port{1,2}/disable | xargs echo ports" >"$work/$1.out" 2>&1
}
hub=/sys/bus/usb/devices/1-1:1.0
at_hub ganged ganged 2 '\n\nyes\n' &
at_hub deaf deaf 1 '\n\n' &
# As a kernel before 6.0 has it. rm does not see the simulated /sys.
at_hub old honest 1 '\n\n' "rm \$VUSB_DIR/sys/devices/pci*/*/usb1/1-1/1-1:1.0/1-1-port1/disable" &
at_hub aborted honest 2 '\n\nno\n' &
wait

has "a hub that switches all ports at once" "$work/ganged.out" \
	"port 1-1.1: port 1 of hub1 takes 2 boards off the bus, not this one alone: it is no slot's power"
has "one that does not switch" "$work/deaf.out" "port 1-1.1: port 1 of hub1 was off, and the board stays on the bus"
has "one that cannot be switched" "$work/old.out" "port 1-1.1: its hub cannot be switched: $hub/1-1-port1/disable"
has "with what to do" "$work/old.out" "70-flashline.rules lets group plugdev write there"
for name in ganged deaf old; do
	has "$name: the slots are taught" "$work/$name.out" "status 0"
	is "$name: without power" "$(grep -c power "$work/$name.taught.yaml")" 0
done
has "ports that are nobody's power are on again" "$work/ganged.out" "ports 0 0"
has "nobody says which slot it is" "$work/aborted.out" "nobody told the number"
ok "nothing is written" test ! -e "$work/aborted.taught.yaml"
has "and ports that were on are on again" "$work/aborted.out" "ports 0 0"
done_testing

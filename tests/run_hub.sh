#!/bin/bash
# Boards that get their power from their hub: a run through the hub's switches; sockets with two halves.
. tests/tap.sh
. tests/world.sh

printf 'virtual: 1\nhubs: {power: honest, usb3: true}\nboards: {count: 3, each: {flashed: true}}\n' >"$work/w.yaml"
virtual-fixture describe "$work/w.yaml" >"$work/f.yaml"
has "the fixture file says so" "$work/f.yaml" 'power: {controller: hub1, pin: "3"}'
ok "and is sound" flashline check "$work/f.yaml"
serials 3 >/dev/null
in_world "$work/w.yaml" --wires "$work/wires" -- \
	bash -c "run_line $work/f.yaml --serials $work/serials.txt" >"$work/out" 2>&1
is "three boards pass" "$? $(grep -c PASS "$work/out")" "0 3"
is "and are without power at the end" "$(awk '$3 == "power" {on[$2] = $4} END {print on[1] on[2] on[3]}' "$work/wires")" 000

# A socket is without power when both of its halves are off.
# halves RECORD BOUND: so many seconds for what is to happen to its power
halves() {
	local port=/sys/bus/usb/devices/1-1:1.0/1-1-port2
	echo 1 >$port/disable
	await 10 test ! -e /sys/bus/usb/devices/1-1.2 || echo "still on the bus"
	grep -q ' 2 power 0' "$1" && echo "half a switch cut power"
	echo 1 >$port/peer/disable
	await "$2" grep -q ' 2 power 0' "$1" || echo "both halves did not"
	echo 0 >$port/peer/disable
	await "$2" grep -q ' 2 power 1' "$1" || echo "one half does not feed it"
	[ ! -e /sys/bus/usb/devices/1-1.2 ] || echo "on the bus by the wrong half"
	echo 0 >$port/disable
	await 10 test -e /sys/bus/usb/devices/1-1.2 || echo "does not come back"
	echo "by $port/peer/peer: $(cat $port/peer/peer/disable)"
}
export -f halves await
is "half a socket, the other, and back" "$(in_world "$work/w.yaml" --wires "$work/wires" -- bash -c "halves $work/wires 10")" \
	"by /sys/bus/usb/devices/1-1:1.0/1-1-port2/peer/peer: 0"
sed -i 's/honest/fake/' "$work/w.yaml"
is "and where the hub only says so" "$(in_world "$work/w.yaml" --wires "$work/wires" -- bash -c "halves $work/wires 1")" \
	"$(printf 'both halves did not\none half does not feed it\nby /sys/bus/usb/devices/1-1:1.0/1-1-port2/peer/peer: 0')"
done_testing

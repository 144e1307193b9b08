#!/bin/bash
# flashline teach where boards get their power from their hub: with pins for the rest, and without any.
. tests/tap.sh
. tests/world.sh
. tests/teach.sh

# hubs HUBS COUNT KEYS [WIRING]: a world whose hubs feed the boards
hubs() {
	printf 'virtual: 1\nwiring: %s\nhubs: {%s}\nboards: {count: %s, each: {%s}}\n' "${4:-none}" "$1" "$2" "$3" \
		>"$work/world.yaml"
	rm -f "$work/taught.yaml"
	up=$2
}
# taught NAME ANSWERS: as the world's own description has it
taught() {
	teach "$work/world.yaml" "$work/taught.yaml" "$2"
	is "$1: the slots are taught" $status 0
	is "$1: as they are wired" "$(tool_fixture "$work/taught.yaml")" "$(says "$work/world.yaml")"
	[ $status = 0 ] || tail -n 40 "$work/out" "$work/err" | sed 's/^/# /' >&2
}
# lies NAME: the slots are in the file, and nothing switches their power
lies() {
	is "$1: the slots are taught" $status 0
	is "$1: none has power" "$(grep -c power "$work/taught.yaml")" 0
	is "$1: nor a controller" "$(grep -c "chip: hub" "$work/taught.yaml")" 0
}

hubs 'power: honest, usb3: true' 2 'flashed: true'
taught "no pin anywhere" '\n\nyes\n'
has "by the hub's port, in the file's words" "$work/taught.yaml" 'power: {controller: hub1, pin: "2"}'
has "and its place" "$work/taught.yaml" 'hub1: {chip: hub, port: 1-1}'
ok "flashline check accepts the file" flashline check "$work/taught.yaml"

# As a line leaves them: both halves of each socket off. Port 3, where nothing lies, is as it was at the end.
asleep() {
	local port=/sys/bus/usb/devices/1-1:1.0/1-1-port
	for n in 1 2 3; do echo 1 >$port$n/disable; echo 1 >$port$n/peer/disable; done
	printf '\n\nyes\n\n' | flashline teach --fixture "$1" >"$2" 2>&1
	echo "$? $(cat ${port}{1,2,3,4}/disable | xargs)"
}
export -f asleep
rm -f "$work/taught.yaml"
is "ports that are off are woken, and off again at the end; others are left alone" \
	"$(in_world "$work/world.yaml" -- bash -c "asleep $work/taught.yaml $work/out")" "0 1 1 1 0"
is "their boards are found" "$(tool_fixture "$work/taught.yaml")" "$(says "$work/world.yaml")"

hubs 'power: honest' 2 'flashed: true' plain
taught "boot0 and nrst by pins" '\n\nyes\n'

# Slot 1 is in the file.
says "$work/world.yaml" >/dev/null
sed '/slot: 2/,$d' "$work/said.yaml" >"$work/taught.yaml"
taught "a hub that the file knows" '\n\ndone\n'

hubs 'power: fake' 2 'flashed: true'
teach "$work/world.yaml" "$work/taught.yaml" '\n\nyes\n'
lies "a hub that cuts data only"
has "is told, and by what it was seen" "$work/out" \
	"port 1-1.2: with port 2 of hub1 off the board is off the bus, and its chip still answers on probe FLPROBE02"
has "with what to do" "$work/out" "Use a hub that switches port power"
is "its probe is known by what the board says of itself" "$(grep -c 'probe: FLPROBE0' "$work/taught.yaml")" 2

hubs 'power: fake' 1 'flashed: true' plain
teach "$work/world.yaml" "$work/taught.yaml" '\n\n'
lies "the same, with pins beside it"
has "and a pin that takes the board away is its reset" "$work/taught.yaml" 'nrst: {controller: pins1, pin: C0, active: low}'
has "its BOOT0 is not, and why is said" "$work/out" "BOOT0 counts only as power comes"

# Board 1's chip has power always, and board 2 says who it is: that probe is not board 2's.
printf 'virtual: 1\nwiring: none\nhubs: {power: honest}\nboards:\n  count: 2\n  each: {flashed: true}\n%s\n' \
	'  one: {"1": {always_powered: true, never_enumerates: true}}' >"$work/world.yaml"
rm -f "$work/taught.yaml"
up=1
teach "$work/world.yaml" "$work/taught.yaml" '\n\n2\ndone\n'
has "a neighbour's chip that is fed otherwise is no proof against the hub" "$work/out" \
	"port 1-1.2, probe FLPROBE02, power 2 of hub1"
is "nor is anything said of it" "$(grep -c 'still answers' "$work/out")" 0

for answer in yes no; do
	hubs 'power: honest' 1 'flashed: true, probe_unplugged: true'
	teach "$work/world.yaml" "$work/taught.yaml" "\n\n$answer\n"
	has "without a probe the lamps are asked about" "$work/out" "are all its lamps dark?"
	is "lamps dark: $answer" "$status $(grep -c 'power: {controller: hub1, pin: "1"}' "$work/taught.yaml")" \
		"0 $([ $answer = yes ] && echo 1 || echo 0)"
done

hubs 'power: honest' 1 'flashed: true'
sed -i 's/power: honest/usb3: true/' "$work/world.yaml"
is "a world without wires needs hubs that feed its boards" "$(virtual-fixture about "$work/world.yaml" 2>&1 |
	grep -o 'without wiring the boards get their power from')" "without wiring the boards get their power from"
done_testing

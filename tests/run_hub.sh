#!/bin/bash
# Boards that get their power from their hub: a run through the hub's switches; sockets with two halves. Hubs that reset,
# and take their neighbours along.
. tests/tap.sh
. tests/world.sh

# A hub's ports are on from the start: these boards make their drives as a run cuts their power, some after two erases of their
# flash, some after three or four; what they have left is not made again. Most of it is waiting: beside all else.
erased() { [ "$(grep -c ' erase ' "$1/wires")" -ge "$2" ]; }
# early ERASES: a run that begins as each board is at work on this one; its verdicts
early() {
	local own=$work/early.$1
	mkdir "$own"
	export FLASHLINE_JOURNAL=$own/journal.db
	printf 'virtual: 1\nhubs: {power: honest}\nboards: {count: 4, each: {flashed: true}}\n' >"$own/w.yaml"
	virtual-fixture describe "$own/w.yaml" >"$own/f.yaml"
	work=$own serials 4 >/dev/null
	time=1 in_world "$own/w.yaml" --wires "$own/wires" -- bash -c "await 60 erased $own $((4 * $1)) &&
		run_line $own/f.yaml --serials $own/serials.txt" >"$own/out" 2>&1
	flashline runs --json | jq -r '.[] | "\(.verdict) \(.code // "-") \(.blame // "-")"' >"$own/verdicts"
}
export -f erased await
for erases in 2 3 4; do early $erases & done

printf 'virtual: 1\nhubs: {power: honest, usb3: true}\nboards: {count: 3}\n' >"$work/w.yaml"
virtual-fixture describe "$work/w.yaml" >"$work/f.yaml"
has "the fixture file says so" "$work/f.yaml" 'power: {controller: hub1, pin: "3"}'
ok "and is sound" flashline check "$work/f.yaml"
serials 3 >/dev/null
in_world "$work/w.yaml" --wires "$work/wires" -- \
	bash -c "run_line $work/f.yaml --serials $work/serials.txt" >"$work/out" 2>&1
is "three boards pass" "$? $(grep -c PASS "$work/out")" "0 3"
[ "$(grep -c PASS "$work/out")" = 3 ] || tail -n 40 "$work/out" | sed 's/^/# /' >&2
is "and are without power at the end" "$(awk '$3 == "power" {on[$2] = $4} END {print on[1] on[2] on[3]}' "$work/wires")" 000

# A socket is without power when both of its halves are off.
sed -i 's/count: 3/&, each: {flashed: true}/' "$work/w.yaml"
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
# Off and on again without a pause, a hundred times: each is a cut of power when the write returns.
often='for my $i (1 .. 100) { for my $to (1, 0) { for my $half ("", "peer/") {
	open(my $f, "+<", "/sys/bus/usb/devices/1-1:1.0/1-1-port2/${half}disable") or die $!; syswrite($f, "$to\n") == 2 or die $!; } } }'
in_world "$work/w.yaml" --wires "$work/wires" -- perl -e "$often"
is "a switch has switched when it is written" "$(grep -c ' 2 power 0' "$work/wires") $(grep -c ' 2 power 1' "$work/wires")" "100 100"
sed -i 's/honest/fake/' "$work/w.yaml"
is "and where the hub only says so" "$(in_world "$work/w.yaml" --wires "$work/wires" -- bash -c "halves $work/wires 1")" \
	"$(printf 'both halves did not\none half does not feed it\nby /sys/bus/usb/devices/1-1:1.0/1-1-port2/peer/peer: 0')"

# Ten boards: eight on hub 1-1, two on 1-2, as are their probes.
# reset SEED HUBS [BOARDS]: runs them while a hub resets; then "slot verdict code", all, in $work/verdicts
reset() {
	rm -f "$FLASHLINE_JOURNAL"*
	printf 'virtual: 1\nseed: %s\nhubs: {%s}\nboards: {count: 10, each: {%s}}\n' "$1" "$2" "${3:-}" >"$work/w.yaml"
	virtual-fixture describe "$work/w.yaml" >"$work/f.yaml"
	serials 10 >/dev/null
	in_world "$work/w.yaml" --wires "$work/wires" -- \
		bash -c "run_line $work/f.yaml --serials $work/serials.txt" >"$work/out" 2>&1
	flashline runs --json | jq -r '.[] | "\(.slot) \(.verdict) \(.code // "-") \(.blame // "-")"' |
		sort -n >"$work/verdicts"
	grep -c hub-reset "$work/wires"
}
# others: what is neither PASS nor the hub's doing
others() { grep -vE '^[0-9]+ (PASS - -|ERROR hub-lost station)$' "$work/verdicts"; }
run_count() { wc -l <"$work/verdicts"; }
fed='power: honest, usb3: true, resets: [{hub: 1-1, board: 2, comes: firmware}]'
lost() { grep -c hub-lost "$work/verdicts"; }

is "hub 1-1 resets in the middle of a download" "$(reset 1 'resets: [{hub: 1-1, board: 3, downloaded: 20000}]')" 1
is "which is the hub's doing, for those that it hit" "$(sed -n 3p "$work/verdicts")" "3 ERROR hub-lost station"
is "and for nobody else: no FAIL" "$(run_count) $(others)" "10 "
is "boards on the other hub pass" "$(tail -n 2 "$work/verdicts" | xargs)" "9 PASS - - 10 PASS - -"
ok "the hub is named, and what the step saw" grep -qE 'hub 1-1 .*; the step saw usb-lost' "$work/out"
is "a hub that stays away makes no board dead" \
	"$(reset 1 'resets: [{hub: 1-1, board: 3, comes: bootloader, away: 60min}]') $(others) $(lost)" "1  8"
has "and is said to be away" "$work/out" "hub 1-1 is off the bus"
is "boards on the other hub pass, too" "$(tail -n 2 "$work/verdicts" | xargs)" "9 PASS - - 10 PASS - -"
often=$(seq -f '{hub: 2-1, at: %gs, away: 1ms}' -s ', ' 40 40 400)
# A run that begins while the probes are on their way back has none.
reset 1 "resets: [$often]" >/dev/null
is "a hub of probes that resets again and again" "$(others | grep -v 'ERROR probe-missing station') $(run_count)" " 10"
ok "is found by the probes' ports, with both its numbers" grep -qE \
	'hub 2-1 left the bus and came back \(device [0-9]+, now [0-9]+\)' "$work/out"
is "a hub that feeds its boards" "$(reset 1 "$fed") $(others) $(run_count)" "1  10"
for moment in 'board: 7, comes: bootloader' 'board: 1, downloaded: 100000' 'board: 8, comes: firmware'; do
	is "as $moment" "$(reset 1 "resets: [{hub: 1-1, $moment}]") $(others) $(run_count)" "1  10"
done
for seed in 1 2; do # at any moment, the run's end too
	reset $seed 'resets: [{hub: 1-1, at: 20s, spread: 100s}]' >/dev/null
	is "seed $seed" "$(others) $(run_count)" " 10"
done
is "a hub that is not there cannot reset" "$(sed -i 's/1-1/1-7/' "$work/w.yaml"; virtual-fixture about "$work/w.yaml" 2>&1 |
	grep -o 'there is no hub 1-7')" "there is no hub 1-7"
wait
cat "$work"/early.*/verdicts >"$work/verdicts"
cat "$work"/early.*/out >"$work/out"
is "power that was cut before the run fails no board" "$(grep -vE 'ERROR drive-unfinished station|PASS - -' "$work/verdicts")" ""
is "each was run" "$(wc -l <"$work/verdicts")" 12
has "some could not pass" "$work/verdicts" "ERROR drive-unfinished station"
has "and why is said" "$work/out" "the board had power before this run, which cut it"
done_testing

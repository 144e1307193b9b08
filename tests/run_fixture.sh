#!/bin/bash
# A line's fixture with the real program: lamps, buzzer, inputs and current monitors behind an FT232H's I2C bus, turns
# for power, and pins that are safe after the keeper was killed.
. tests/tap.sh
. tests/world.sh
cat >"$work/line.yaml" <<'W'
virtual: 1
wiring: line
boards:
  count: 4
  each: {inrush: 60ms}
  one:
    "3": {draws_ma: 400, expect: {verdict: FAIL, code: current-out-of-limits}}
    "4": {draws_ma: -1000, expect: {verdict: ERROR, code: no-current}}
W
bench_recipe >"$work/measure.yaml" <<'R'
steps:
  - {id: inrush, do: power.measure, phase: boot, time: 300ms, max_peak_ma: 1500, max_ma: 400}
  - {id: idle, do: power.measure, phase: idle, time: 200ms, min_ma: 40, max_ma: 250}
  - {id: identify, do: swd.identify}
  - {id: light, do: fixture.set, signal: lamp-blue}
  - {id: beep, do: fixture.set, signal: buzzer, for: 50ms}
  - {id: there, do: fixture.read, signal: present}
R
serials 4 >/dev/null
run() { # RECIPE FIXTURE ARGS...
	local recipe=$1 fixture=$2
	shift 2
	flashline run --recipe "$work/$recipe.yaml" --fixture "$fixture" --operator tester --station bench \
		--serials "$work/serials.txt" "$@"
}
export -f run
export work

ok "describe gives the fixture of that world" eval \
	'virtual-fixture describe "$work/line.yaml" >"$work/plain.yaml" && flashline check "$work/plain.yaml"'
{
	cat "$work/plain.yaml"
	printf 'max_inrush_ma: 600\ninrush_ma: 500\ninrush_time: 150ms\n'
} >"$work/fixture.yaml"

in_world "$work/line.yaml" --wires "$work/wires" -- bash -c \
	'run measure "$work/fixture.yaml" --json >"$work/events"; flashline runs --json >"$work/runs"'
ok "every board gets what the world says of it" bash -c 'virtual-fixture judge "$work/line.yaml" <"$work/runs"'
has "the inrush is on record" "$work/events" '"power.inrush_ma"'
has "and what was left as power was off" "$work/events" '"power.off_ma"'
ok "a board's inrush is above what it draws then" perl -ne '
	$peak{$1} = $2 if /"slot":(\d+).*"power.inrush_ma".*"value":([\d.]+)/;
	$idle{$1} = $2 if /"slot":(\d+).*"power.idle_ma".*"value":([\d.]+)/;
	END { exit !($idle{1} > 50 && $idle{1} < 200 && $peak{1} > 1.5 * $idle{1}) }' "$work/events"
has "what waited for what is on record" "$work/events" 'power-on waited'
ok "no power came before the supply had borne the one before" perl -ane '
	next unless $F[2] eq "power" && $F[3] == 1;
	$bad = 1 if defined $last && $F[0] - $last < 0.14; $last = $F[0]; $n++;
	END { exit !($n >= 4 && !$bad) }' "$work/wires"
ok "the passing slot's lamp was lit, and dark at the end" perl -ane '
	$lit = 1 if "@F[1..3]" eq "1 lamp-blue 1"; $at{"@F[1,2]"} = $F[3];
	END { exit !($lit && !$at{"1 lamp-blue"}) }' "$work/wires"
ok "the buzzer sounded, and fell silent" perl -ane '
	$n[$F[3]]++ if $F[2] eq "buzzer"; END { exit !($n[1] && $n[1] == $n[0]) }' "$work/wires"

# ---- inputs
bench_recipe >"$work/lid.yaml" <<'R'
steps:
  - {id: power, do: power, state: "on"}
  - {id: identify, do: swd.identify}
  - {id: lid, do: fixture.read, signal: lid, within: 60s}
R
sed 's/within: 60s/within: 100ms/' "$work/lid.yaml" >"$work/shut.yaml"
serials 1 >/dev/null
in_world "$work/line.yaml" -- bash -c 'run shut "$work/plain.yaml" --slots 1 >"$work/open"'
has "an open lid is the operator's" "$work/open" input-not-seen
cat >"$work/hand.yaml" <<'W'
virtual: 1
wiring: line
slots: 1
boards: {count: 1}
operator: {script: [{at: 0s, insert: 1, slot: 1}, {at: 50s, close: lid, slot: 1}]}
W
ok "a lid that is closed in time is seen" in_world "$work/hand.yaml" -- bash -c \
	'run lid "$work/plain.yaml" --slots 1 >"$work/shut"'
cat >"$work/operated.yaml" <<'W'
virtual: 1
wiring: line
boards: {count: 1}
W
virtual-fixture describe "$work/operated.yaml" >"$work/one.yaml"

# ---- kill -9
cat >"$work/killed.sh" <<'K'
# A run that waits for a lid, its keeper and its controller killed; then what the wires are, then a second run.
. tests/processes.sh
keeper() { world_processes | awk '$3 == "keeper" {print $1; found = 1} END {exit !found}'; }
powered() { grep -q ' 1 power 1$' "$work/wires2"; }
wait_for() { local end=$((SECONDS + 20)); until "$@" >/dev/null; do [ $SECONDS -lt $end ] || exit 4; read -rt 0.05 <> <(:); done; }
gone() { ! kill -0 "$1" 2>/dev/null; }
run lid "$work/one.yaml" >"$work/first" 2>&1 &
wait_for powered
pid=$(keeper) || exit 5
kill -KILL "$pid"
wait_for gone "$pid"
wait
grep -c '' "$work/wires2" >"$work/killed_at"
run shut "$work/one.yaml" >"$work/second" 2>&1
exit 0
K
ok "a keeper that is killed" in_world "$work/operated.yaml" --wires "$work/wires2" -- bash "$work/killed.sh"
has "is the station's fault" "$work/first" pins-lost
export killed_at=$(cat "$work/killed_at")
ok "the next start makes the pins safe before it does anything else" perl -ane '
	push @after, "@F[2,3]" if $. > $ENV{killed_at} && "@F[1,2]" eq "1 power";
	END { exit !(@after && $after[0] eq "power 0" && $after[-1] eq "power 0") }' "$work/wires2"
done_testing

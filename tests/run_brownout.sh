#!/bin/bash
# A supply that does not bear eight boards that erase at once: it collapses where nobody cares for it, and holds where the
# fixture says what it bears. What the boards drew is the world's record's to say, not the station's.
. tests/tap.sh
. tests/world.sh
# Erases have to last long enough to meet: 0.44 s a sector.
time=0.4
cat >"$work/weak.yaml" <<'W'
virtual: 1
supply_ma: 1300
boards:
  count: 8
  each: {erase_ma: 200}
W
# Four sectors, of which most is blank.
for i in 1 2 3 4; do
	noise 2048 $i
	head -c 129024 /dev/zero | tr '\0' '\377'
done >"$work/wide.bin"
bench_recipe >"$work/erase.yaml" <<R
images:
  wide: {file: wide.bin, address: 0x08040000, sha256: $(sha256sum "$work/wide.bin" | cut -d' ' -f1)}
steps:
  - {id: power, do: power, state: "on"}
  - {id: identify, do: swd.identify}
  - {id: program, do: swd.program, image: wide, run: false}
  - {id: "off", do: power, state: "off"}
R
serials 8 >/dev/null

# fixture NAME: the shipped one, and what stands on standard input
fixture() {
	cat $eight - >"$work/$1.yaml"
}
# play NAME [COMMAND]: $work/NAME.{out,json,wires}, with the fixture of that name; the command goes along
play() {
	local run="flashline run --recipe $work/erase.yaml --fixture $work/$1.yaml --serials $work/serials.txt \
		--operator tester --journal $work/$1.db >$work/$1.out 2>&1"
	in_world "$work/weak.yaml" --wires "$work/$1.wires" -- bash -c "${2:-$run}"
	flashline runs --json --journal "$work/$1.db" >"$work/$1.json"
}
verdicts() { jq -r '.[].verdict' "$work/$1.json" | sort | uniq -c | awk '{printf "%s%s %s", (NR > 1 ? ", " : ""), $1, $2}'; }
# most NAME: how many boards erased at once, and how many mA inrush (500 each, for 0.3 s) and erases (200) came to
most() {
	perl -ane '
		push @draw, [$F[0], $F[0] + $F[3] / 1e6, 200, 1] if $F[2] eq "erase";
		push @draw, [$F[0], $F[0] + 0.3, 500, 0] if "@F[2,3]" eq "power 1";
		END {
			for $at (map { $_->[0] } @draw) {
				($n, $ma) = (0, 0);
				$_->[0] <= $at && $at < $_->[1] and $ma += $_->[2], $n += $_->[3] for @draw;
				$most = $n if $n > $most; $sum = $ma if $ma > $sum;
			}
			print $most + 0, " ", $sum + 0;
		}' "$work/$1.wires"
}
notes() { sqlite3 -readonly "$work/$1.db" "SELECT text FROM value WHERE name = 'note' AND text LIKE '% erases waited %'"; }

# ---- nobody counts the erases
fixture careless <<'F'
max_inrush_ma: 700
inrush_time: 300ms
F
# As slowly as real ones, so that they meet on a busy machine too.
time=1 play careless
read -r at_once ma <<<"$(most careless)"
ok "boards that are powered in turn erase at once ($at_once, $ma mA)" [ "$ma" -gt 700 ]
has "and their supply collapses" "$work/careless.wires" ' 0 brown-out '
ok "who was cut off is in error, nobody is said to be bad ($(verdicts careless))" eval \
	'[[ $(verdicts careless) == *ERROR* && $(verdicts careless) != *FAIL* ]]'

# ---- the fixture says what an erase takes
fixture careful <<'F'
max_inrush_ma: 700
inrush_time: 300ms
erase_ma: 200
F
play careful
is "with erase_ma all pass" "$(verdicts careful)" "8 PASS"
ok "and the supply holds" eval '! grep brown-out "$work/careful.wires"'
read -r at_once ma <<<"$(most careful)"
is "three boards erase at once, no more" "$at_once" 3
ok "inrush and erases together stay below the limit ($ma mA)" [ "$ma" -le 700 ]
ok "each board erased its four sectors" perl -ane \
	'$n{$F[1]}++ if $F[2] eq "erase"; END { exit !(8 == grep { $_ == 4 } values %n) }' "$work/careful.wires"
ok "who waited, how long and for whom is on record" eval \
	'notes careful | grep -qE "^[1-4] erases waited [0-9]+ ms in all for slots [1-8](, [1-8])*, as the fixture"'

# ---- a hub that bears one
fixture hub <<'F'
inrush_time: 300ms
erase_ma: 200
hubs: {"1-1": {max_inrush_ma: 300}}
F
play hub
is "a hub's limit holds for erases too: all pass" "$(verdicts hub)" "8 PASS"
is "one at a time, of power-ons and erases" "$(most hub)" "1 500"

# ---- kill -9 of a job that has its turn: the others go on
serials 3 >/dev/null
cat >"$work/killed.sh" <<K
. tests/processes.sh
flashline run --recipe $work/erase.yaml --fixture $work/hub.yaml --serials $work/serials.txt --slots 1-3 \
	--operator tester --journal $work/killed.db >$work/killed.out 2>&1 &
end=\$((SECONDS + 30))
until line=\$(grep -m 1 ' erase ' $work/killed.wires); do [ \$SECONDS -lt \$end ] || exit 4; read -rt 0.02 <> <(:); done
set -- \$line
echo \$2 >$work/killed.slot
pid=\$(world_processes | grep -E -- "--slot \$2( |\$)" | awk '\$3 == "job" {print \$1; exit}')
kill -KILL "\$pid" || exit 5
wait
K
ok "a job is killed in its erase" play killed "bash $work/killed.sh"
is "its board is an error, the others pass" "$(verdicts killed)" "1 ERROR, 2 PASS"

# ---- what makes no sense
refused() { # TEXT KEY...: `flashline check` says so
	local text=$1
	shift
	printf '%s\n' "$@" | fixture bad
	flashline check "$work/bad.yaml" >"$work/bad.out" 2>&1 && return 1
	grep -qF -- "$text" "$work/bad.out"
}
ok "erase_ma without a limit is refused" refused "'erase_ma' has no erase wait" 'erase_ma: 200'
ok "so is one of nothing" refused erase_ma 'max_inrush_ma: 700' 'erase_ma: 0'
ok "and one that is no current" refused erase_ma 'max_inrush_ma: 700' 'erase_ma: 200mA'
done_testing

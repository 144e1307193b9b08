#!/bin/bash
# A new revision against the old one, the whole way with the real program: planned, cycled over boards in the virtual
# fixture, cut off and gone on with, reported. One C has boards with a fault of their drive, as many as the plan is to
# find, drawn by the world; the other has none. The report has to find the one and not claim the other.
# DETECT: the share of bad boards; CYCLES of each board; SITTING: boards at once, 64 at most; SEED of the draw.
. tests/tap.sh
. tests/world.sh
detect=${DETECT:-0.5} cycles=${CYCLES:-1} sitting=${SITTING:-32} seed=${SEED:-4}
units=$(flashline qualify plan --reliability 0.9 --detect "$detect" --cycles "$cycles" --json | jq .comparison.units)
echo "# seed $seed: $units units of each, $cycles cycles, to find $detect"
ok "there is a plan" [ "$units" -gt 0 ]

# Only what concerns the drive: the boards come with their firmware.
mkdir "$work/recipes" && cp -r recipes/demo-files "$work/recipes"
pin=$(sed -n 's/^    sha256: //p' recipes/demo-product.yaml | tail -n 1)
for revision in B C; do
	cat >"$work/recipes/$revision.yaml" <<YAML
flashline: 1
product: openmv-h7
revision: $revision
board: openmv-h7
chip: {device: 0x450}
serial: {pattern: "[A-Z]{2}[0-9]{4}"}
folders: {files: {path: demo-files, sha256: $pin}}
steps:
  - {id: power-on, do: power, state: cycle}
  - {id: await-camera, do: usb.await, device: "37C5:1204", deadline: 20s}
  - {id: put, do: drive.put, folder: files}
  - {id: persist, do: drive.persist}
  - {id: power-off, do: power, state: "off"}
YAML
done

# world NAME PERCENT SEED: so many boards on the tray, of which the operator has put those of sitting N into the slots
world() {
	local sittings=$(((units + sitting - 1) / sitting)) n slot
	for n in $(seq "$sittings"); do
		{
			printf 'virtual: 1\ndescription: Boards of a revision\nseed: %s\nslots: %s\n' "$3" "$sitting"
			printf 'operator:\n  script:\n'
			for slot in $(places "$n"); do
				echo "    - {at: 0ms, insert: $(((n - 1) * sitting + slot)), slot: $slot}"
			done
			printf 'boards:\n  count: %s\n  each: {flashed: true}\n  bad:\n    percent: %s\n    kinds:\n' "$units" "$2"
			echo '      - {drive: {mount: no-filesystem}, expect: {verdict: FAIL, code: drive-reformatted}}'
		} >"$work/$1-$n.yaml"
	done
}
# places N: the slots of sitting N
places() {
	seq $(($1 * sitting > units ? units - ($1 - 1) * sitting : sitting))
}
percent=$(awk "BEGIN { print 100 * $detect }")
world good-B 0 1$seed
world bad-C "$percent" 2$seed
world good-C 0 3$seed
virtual-fixture describe "$work/good-B-1.yaml" >"$work/fixture.yaml"

# sit WORLD N JOURNAL PREFIX [COMMAND IN FRONT...]: sitting N of that world, with the recipe of its last letter
sit() {
	local world=$1 n=$2 journal=$3 prefix=$4 slot
	shift 4
	for slot in $(places "$n"); do
		printf '%s %s%04d\n' "$slot" "$prefix" $(((n - 1) * sitting + slot))
	done >"$work/$world-$n.txt"
	in_world "$work/$world-$n.yaml" -- "$@" flashline qualify run --recipe "$work/recipes/${world##*-}.yaml" \
		--fixture "$work/fixture.yaml" --slots "1-$(places "$n" | tail -n 1)" --serials "$work/$world-$n.txt" \
		--units "$units" --cycles "$cycles" --journal "$journal" --operator tester --station bench >>"$work/$world.out" 2>&1
}
# all WORLD JOURNAL PREFIX: every sitting
all() {
	local n
	for n in $(seq $(((units + sitting - 1) / sitting))); do sit "$1" "$n" "$2" "$3"; done
}
all good-B "$work/old.db" BB
flashline journal backup --journal "$work/old.db" "$work/bad.db" >/dev/null
flashline journal backup --journal "$work/old.db" "$work/good.db" >/dev/null
# The two C's at once: most of it is waiting for the boards' caches. One is cut off after some events.
{
	sit bad-C 1 "$work/bad.db" CX bash tests/kill_at.sh 150 "$work/events"
	echo $? >"$work/killed"
	all bad-C "$work/bad.db" CX
} &
all good-C "$work/good.db" CY
wait

is "one was killed at work, and nothing was left on" "$(cat "$work/killed")" 0
ok "what was cut off is on record" [ "$(sqlite3 "$work/bad.db" "SELECT count(*) FROM run WHERE verdict = 'ABORTED'")" -gt 0 ]
has "the last sitting says that the plan is fulfilled" "$work/good-C.out" "have their $cycles cycles"
for name in good bad; do
	flashline report qualify --journal "$work/$name.db" --revision C --against B --set reliability=0.9 --format json >"$work/$name.json"
	flashline report qualify --journal "$work/$name.db" --revision C --against B --set reliability=0.9 >"$work/$name.txt"
	ok "the journal of the $name one is whole" flashline verify --journal "$work/$name.db"
done
# of NAME FILTER
of() { jq -r "$2" "$work/$1.json"; }
faulty=$(virtual-fixture truth "$work/bad-C-1.yaml" | jq '[.[] | select(.verdict == "FAIL")] | length')
is "the world drew what the plan is to find" "$faulty" "$(awk "BEGIN { print int($units * $detect + 0.5) }")"
counted='.sections[1].rows[] | [.revision, .units, .bad, .cycles, .failed, .errors] | join(" ")'
is "C with the fault: units and cycles, as the world has them" "$(of bad "$counted")" \
	"C $units $faulty $((units * cycles)) $((faulty * cycles)) 0
B $units 0 $((units * cycles)) 0 0"
is "C without it" "$(of good "$counted")" "C $units 0 $((units * cycles)) 0 0
B $units 0 $((units * cycles)) 0 0"
words() { of "$1" '.sections[0].rows[0].words'; }
words bad | sed 's/^/# /'
is "the fault is found" "$(of bad '.sections[0].rows[0].finding')" worse
is "in words" "$(words bad | grep -o 'C is WORSE: more of its units fail')" "C is WORSE: more of its units fail"
is "with the cause" "$(of bad '.sections[3].rows[] | "\(.code) \(.new) \(.old)"')" "drive-reformatted $faulty 0"
ok "the share that the world drew is inside its exact bounds" \
	jq -e --argjson share "$detect" '.sections[1].rows[0] | .low < $share and $share < .high' "$work/bad.json"
is "nor is the claim proven" "$(of bad '.sections[0].rows[0].claim')" not-proven
words good | sed 's/^/# /'
is "of the other it is not claimed" "$(words good | grep -c 'WORSE\|Fewer units')" 0
is "nor that they are equal" "$(words good | grep -ic 'equal')" 0
has "but that no difference is shown" "$work/good.txt" "that is no proof that there is none"
ok "and what would have been found is what the plan was for" \
	jq -e --argjson share "$detect" '.sections[2].rows[0] | .p > .half and .detectable <= $share + 0.001' "$work/good.json"
done_testing

#!/bin/bash
# make soak: the real program puts a product's files on a drive, and its power is cut at every STEP ms after the last write,
# up to 10 s, without the flush and without the settle time that the station keeps to: `qualify: true`. Then the drive is
# read out of the board's flash by mtools: no PASS whose files are not all there.
#   soak_cuts.sh [STEP]
. tests/tap.sh
step=${1:-100} time=0.1 at_once=4
mkdir "$work/recipes" && cp -r recipes/* "$work/recipes/" && ln -s "$PWD/build" "$work/build"
printf 'OMV000001\n' >"$work/serials.txt"

# kind NAME WORLD-KEYS: a world of one flashed board, and its fixture
kind() {
	printf 'virtual: 1\ndescription: One board\nseed: 1\nboards: {count: 1, each: {flashed: true%s}}\n' "$2" >"$work/$1.yaml"
	virtual-fixture describe "$work/$1.yaml" >"$work/$1-fixture.yaml"
}
# recipe NAME SETTLE CAMERA: of the demo's product only what concerns the drive; times are the world's
recipe() {
	local camera=$3
	{
		printf 'flashline: 1\nextends: demo-product.yaml\n'
		[ "$1" = h7 ] || printf 'board: openmv-h7plus\nkeep: [qspi-drive]\n'
		cat <<-EOF
			steps:
			  - {id: bootloader, remove: true}
			  - {id: await-bootloader, remove: true}
			  - {id: firmware, remove: true}
			  - {id: leave-bootloader, remove: true}
			  - {id: start, do: power, state: cycle, after: identify}
			  - {id: await-camera, device: "$camera", deadline: 60s}
			  - {id: drive, remove: true}
			  - {id: persist, qualify: true, settle: $(awk "BEGIN {print $2 * $time}")ms, off_time: 200ms, deadline: 60s}
		EOF
	} >"$work/recipes/cut-$1-$2.yaml"
}
# cut NAME SETTLE CAMERA: one run; a line "NAME SETTLE VERDICT CODE here|gone"
cut() {
	local name=$1 settle=$2 id=$1-$2 files=here image offset
	recipe "$1" "$2" "$3"
	virtual-fixture run --time $time --dump "$work/$id" "$work/$name.yaml" -- flashline run --recipe \
		"$work/recipes/cut-$id.yaml" --fixture "$work/$name-fixture.yaml" --journal "$work/$id.db" \
		--serials "$work/serials.txt" >"$work/$id.out" 2>&1
	image=$work/$id/board-1.bin offset=131072
	[ "$name" = h7 ] || { image=$work/$id/board-1-qspi.bin offset=0; }
	for file in main.py lib/blink.py; do
		mcopy -n -i "$image@@$offset" "::$file" - 2>/dev/null | cmp -s - "recipes/demo-files/$file" || files=gone
	done
	echo "$name $settle $(flashline runs --journal "$work/$id.db" --json | jq -r '.[0] | "\(.verdict) \(.code)"') $files"
	rm -rf "${work:?}/$id" "$work/$id.db"*
}

kind h7 ""
kind plus ", board: openmv-h7plus"
for settle in $(seq 0 "$step" 10000); do
	printf 'h7 %s 37C5:1204\nplus %s 37C5:124A\n' "$settle" "$settle"
done >"$work/cases"
export -f cut recipe
export work time
xargs -P $at_once -L 1 bash -c 'cut "$@"' _ <"$work/cases" >"$work/told"
for name in h7 plus; do
	awk -v name=$name '$1 == name {n++; c[$3 " " $4 " " $5]++} END {for (i in c) printf "# %s: %d of %d cuts: %s\n", name, c[i], n, i}' \
		"$work/told" | sort
	is "$name: every cut has a verdict" "$(grep -c "^$name " "$work/told")" "$((10000 / step + 1))"
	is "$name: no PASS without its files" "$(grep -c "^$name .* PASS .* gone" "$work/told")" 0
	is "$name: some were cut too early" "$([ "$(grep "^$name " "$work/told" | grep -vc PASS)" -gt 0 ] && echo yes)" yes
	is "$name: with the settle time that is shipped, always PASS" \
		"$(awk -v name=$name -v need=$([ $name = h7 ] && echo 10000 || echo 3000) \
			'$1 == name && $2 >= need && $3 != "PASS"' "$work/told" | head -n 3)" ""
done
done_testing

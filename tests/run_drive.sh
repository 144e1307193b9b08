#!/bin/bash
# A product's own files on the boards' drives, with the real program: put there, proven to outlive a cut of
# power, and each way in which they do not with a code of its own.
. tests/tap.sh
. tests/world.sh
PATH=$PATH:/usr/sbin:/sbin
mkdir "$work/recipes" && cp -r recipes/*.yaml recipes/demo-files "$work/recipes/" && ln -s "$PWD/build" "$work/build"

# as_recipe NAME BASE: a recipe that extends one of the shipped; the rest of it from stdin
as_recipe() {
	{ printf 'flashline: 1\nextends: %s\n' "$2" && cat; } >"$work/recipes/$1.yaml"
}
pin() { (cd "$1" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1); }

# play WORLD RECIPE: all boards of the world; $work/WORLD.{out,json,flash}
play() {
	local world=$1 recipe=$2 n
	n=$(sed -n 's/^  count: //p' "$worlds/$world.yaml")
	for i in $(seq "$n"); do printf "OMV%06d\n" "$i"; done >"$work/$world.serials"
	virtual-fixture describe "$worlds/$world.yaml" >"$work/$world.fixture.yaml"
	virtual-fixture run --time "$time" --dump "$work/$world.flash" "$worlds/$world.yaml" -- flashline run \
		--recipe "$recipe" --fixture "$work/$world.fixture.yaml" --serials "$work/$world.serials" \
		--journal "$work/$world.db" --operator tester >"$work/$world.out" 2>&1
	flashline runs --json --journal "$work/$world.db" >"$work/$world.json"
}
value() { # WORLD SERIAL NAME: what was recorded under it, each time
	flashline show --json --journal "$work/$1.db" "$2" | jq -r --arg name "$3" \
		'.runs[-1] | [.. | objects | select(.name? == $name) | (.value // .text)] | .[]'
}

# ---- two worlds at once: most of either is waiting for caches
play drive-faults recipes/demo-product.yaml &
# The H7 Plus: the same steps on a drive of 24 MiB.
as_recipe plus openmv-h7plus-product.yaml <<-END
	revision: A
	serial: {pattern: "OMV[0-9]{6}"}
	$(sed -n '/^images:/,$p' recipes/demo-h7plus.yaml)
	folders: {files: {path: demo-files, sha256: $(pin recipes/demo-files)}}
	steps:
	  - {id: put, to: /app, templates: [config.json]}
	  - {id: persist, cycles: 2}
END
play h7plus "$work/recipes/plus.yaml"
wait

# ---- each fault
while read -r line; do
	ok "$line" [ "${line/; wanted/}" = "$line" ]
done < <(virtual-fixture judge --dump "$work/drive-faults.flash" $worlds/drive-faults.yaml <"$work/drive-faults.json")
ok "the judge agrees as a whole" bash -c \
	"virtual-fixture judge --dump $work/drive-faults.flash $worlds/drive-faults.yaml <$work/drive-faults.json"
is "each fault has a code of its own" \
	"$(jq -r '.[].code // empty' "$work/drive-faults.json" | sort | uniq -d)" ""
has "the operator reads why a board's files are gone" "$work/drive-faults.out" \
	"after the power was cut the recipe's files are gone, and the firmware's own are there (main.py, README.txt"
has "and what to do" "$work/drive-faults.out" "made a new, empty flash drive, and the product's files were gone."
flashline show --journal "$work/drive-faults.db" OMV000003 >"$work/reformatted"
for note in "time line:" "flushed" "power off" "before: block 256: SHA-256" "after: block 258: SHA-256"; do
	has "the record of that board holds '$note'" "$work/reformatted" "$note"
done

# ---- a good board, as mtools read it out of its flash
drive() { # BOARD: its volume
	tail -c +131073 "$work/drive-faults.flash/board-$1.bin" | head -c 131072 >"$work/volume.img"
}
drive 1
export MTOOLSRC=/dev/null
is "its files" "$(mdir -/ -a -b -i "$work/volume.img" :: | sort | xargs)" \
	"::/.openmv_disk ::/README.txt ::/config.json ::/lib/ ::/lib/blink.py ::/main.py"
for file in main.py lib/blink.py; do
	ok "$file is byte for byte the recipe's" bash -c "mtype -i $work/volume.img ::/$file | cmp - recipes/demo-files/$file"
done
mtype -i "$work/volume.img" ::/config.json >"$work/config.json"
is "config.json is this board's own" "$(jq -r '.serial, .revision, .product' "$work/config.json" | xargs)" \
	"OMV000001 B openmv-h7"
is "with its chip's UID" "$(jq -r .chip "$work/config.json")" "$(value drive-faults OMV000001 chip.uid)"
ok "and a value that was measured" jq -e '.boot_ms | numbers > 0' "$work/config.json"
drive 12
is "another board has its own" "$(mtype -i "$work/volume.img" ::/config.json | jq -r .serial)" OMV000012
ok "fsck.fat finds nothing but where the label is" bash -c \
	"! fsck.fat -n $work/volume.img | grep -v -e '^fsck.fat' -e label -e '^\$' -e Leaving -e clusters"

# ---- the H7 Plus
is "four H7 Plus pass, two cuts of power each" "$(jq -r '.[].verdict' "$work/h7plus.json" | xargs)" "PASS PASS PASS PASS"
head -c $((49152 * 512)) "$work/h7plus.flash/board-1-qspi.bin" >"$work/plus.img"
ok "their files are in QSPI flash" bash -c "mtype -i $work/plus.img ::/app/main.py | cmp - recipes/demo-files/main.py"
read=$(value h7plus OMV000001 drive.bytes_read | awk '{n += $1} END {print n}')
echo "# $read bytes of 24 MiB read by check, put and persist"
ok "check, put and persist read under 10 % of the drive" [ "$read" -gt 0 -a "$read" -lt $((49152 * 512 / 10)) ]

# ---- tools that lie, or do not work
sed 's/^  count: .*/  count: 1/; /^recipe:/d' $worlds/good.yaml >"$work/one.yaml"
mkdir "$work/lies" "$work/broken"
printf '#!/bin/sh\necho "Cluster 7 is not as it was."\necho "$2: 4 files, 2/222 clusters"\nexit 1\n' >"$work/lies/fsck.fat"
printf '#!/bin/sh\necho "Bad target" >&2\nexit 1\n' >"$work/broken/mcopy"
chmod +x "$work/lies/fsck.fat" "$work/broken/mcopy"
with_tool() { # FOLDER: one board, with what is in there before the system's own
	echo OMV000001 >"$work/one.serials"
	in_world "$work/one.yaml" -- env "PATH=$work/$1:$PATH" flashline run --recipe recipes/demo-product.yaml \
		--fixture $eight --slots 1 --serials "$work/one.serials" --journal "$work/$1.db" --operator tester \
		>"$work/out" 2>&1
	flashline show --journal "$work/$1.db" OMV000001 >"$work/shown"
}
with_tool lies
has "two opinions on a drive are an ERROR" "$work/shown" "drive-doubt"
has "which says what each finds" "$work/shown" \
	"fsck.fat finds fault with the volume (see the notes); our own walk finds nothing"
has "and keeps the other's words" "$work/shown" "fsck.fat: Cluster 7 is not as it was."
with_tool broken
has "mtools that fail are no fault of the board's" "$work/shown" "tool-failed"
has "and are quoted" "$work/shown" "mcopy ended with status 1: Bad target"

# ---- mistakes that are found before there is a board
refused() { # NAME TEXT: the recipe `mistake` is refused, and why
	flashline check "$work/recipes/mistake.yaml" >"$work/out" 2>&1
	is "$1: refused" $? 2
	has "and says why" "$work/out" "$2"
}
as_recipe mistake demo-product.yaml <<-END
	steps: [{id: persist, settle: 3s}]
END
refused "too short a settle time" "'settle' (3s) is shorter than the 10000 ms that openmv-h7 needs: the whole drive is one sector"
as_recipe mistake demo-product.yaml <<-END
	steps: [{id: persist, cycles: 10}]
END
refused "more cycles than there is time for" "the deadline (60000 ms) is too short: 10 cycles"
as_recipe mistake demo-product.yaml <<-END
	steps: [{id: put, templates: [confg.json]}]
END
refused "a template that is no file" "there is no file 'confg.json' in the folder"
as_recipe mistake demo-product.yaml <<-END
	steps: [{id: put, folder: fils}]
END
refused "a folder that is not there" "there is no folder 'fils' in 'folders' (did you mean 'files'?)"
as_recipe mistake demo-product.yaml <<-END
	revision: B
END
echo "# changed" >>"$work/recipes/demo-files/main.py"
refused "a file that was changed" "folder 'files' (demo-files) has SHA-256 $(pin "$work/recipes/demo-files"), the recipe names"
rm "$work/recipes/demo-files/main.py" && ln -s /etc/passwd "$work/recipes/demo-files/main.py"
refused "a link out of the folder" "'main.py' is neither a file nor a folder; links are not followed"
rm "$work/recipes/demo-files/main.py" && echo '{{serail}}' >"$work/recipes/demo-files/main.py"
as_recipe mistake demo-product.yaml <<-END
	folders: {files: {sha256: $(pin "$work/recipes/demo-files")}}
	steps: [{id: put, templates: [main.py]}]
END
refused "a value that there is not" "{{serail}} has no value; there are serial, uid, product, revision and measured.NAME"
done_testing

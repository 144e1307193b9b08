#!/bin/bash
# Every row of the failure table is made by a test; here are those that need a line of their own.
. tests/tap.sh
. tests/world.sh

for word in $(sed -n 's/.*X([A-Z_0-9]*, "\([a-z-]*\)".*/\1/p' station/core/failure.h); do
	name=FAILURE_$(tr a-z- A-Z_ <<<"$word")
	grep -rqwE --include='*.[ch]' --include='*.sh' --include='*.yaml' -- "$word|$name" tests "$worlds" || echo "$word"
done >"$work/untested"
is "each code stands in a test" "$(cat "$work/untested")" ""

mkdir "$work/recipes" && cp recipes/*.yaml "$work/recipes/" && ln -s "$PWD/build" "$work/build"
# as_recipe NAME BASE: a recipe that extends one of the shipped; the rest of it from stdin
as_recipe() {
	{ printf 'flashline: 1\nextends: %s\n' "$2" && cat; } >"$work/recipes/$1.yaml"
}
# world KEYS...: one board each, with these keys
world() {
	local n=0
	{
		printf 'virtual: 1\nboards:\n  count: %d\n  one:\n' $#
		for keys; do printf '    "%d": {%s}\n' $((n += 1)) "$keys"; done
	} >"$work/world.yaml"
	virtual-fixture describe "$work/world.yaml" >"$work/fixture.yaml"
	serials $# >/dev/null
}
# flash RECIPE: its exit status
flash() {
	rm -f "$FLASHLINE_JOURNAL"*
	in_world "$work/world.yaml" -- flashline run --recipe "$work/recipes/$1.yaml" --fixture "$work/fixture.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench >"$work/out" 2>&1
	echo $?
}
ends() { flashline runs --json | jq -r "[.[] | select(.slot==$1)][0] | .verdict + \" \" + (.code // \"-\")"; }

# ---- a partition that the bootloader does not have
world ''
as_recipe no-alt demo.yaml <<-END
	steps:
	  - {id: firmware, alt: ROMFS9}
END
is "a partition that is not there: exit status" "$(flash no-alt)" 1
is "is the board's fault" "$(ends 1)" "FAIL dfu-no-alt"
has "with those that are" "$work/out" "the bootloader has no 'ROMFS9', but BOOTLOADER, FILESYSTEM, FIRMWARE, ROMFS0"

# ---- files that do not fit
mkdir "$work/recipes/demo-files"
noise 113000 1 >"$work/recipes/demo-files/config.json"
echo 'print(1)' >"$work/recipes/demo-files/main.py"
pin=$(cd "$work/recipes/demo-files" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
as_recipe full demo-product.yaml <<-END
	folders: {files: {path: demo-files, sha256: $pin}}
	steps:
	  - {id: put, templates: []}
END
is "files that do not fit: exit status" "$(flash full)" 3
is "are the recipe's fault" "$(ends 1)" "ERROR drive-full"
has "with how much there is" "$work/out" "the recipe's files need"

# ---- a label that is none
printf '^XA^FDno end^FS' >"$work/recipes/label.zpl"
as_recipe label demo.yaml <<-END
	images: {label: {file: label.zpl, sha256: $(sha256sum <"$work/recipes/label.zpl" | cut -d' ' -f1)}}
	label: label
END
echo "printer: {address: 127.0.0.1, port: 9}" >>"$work/fixture.yaml"
is "a label that is none: exit status" "$(flash label)" 3
has "before any board is touched" "$work/out" "flashline: label-template:"

# ---- one chip under two probes
world 'uid: "003900353138510D33383539"' 'uid: "003900353138510D33383539"'
as_recipe demo-as-it-is demo.yaml <<<''
is "one chip in two slots: exit status" "$(flash demo-as-it-is)" 3
is "stops the second" "$(flashline runs --json | jq -r '.[].code // empty')" chip-seen-twice
done_testing

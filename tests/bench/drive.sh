# A product's files on the drive of an H7 Plus: checked, put, and read again after a cut of power.

# Leaves e.plus (events) and f.plus (the fixture's own account).
plus() {
	mkdir -p "$work/product"
	cp recipes/openmv-h7*.yaml "$work/product/"
	sed "s,\.\./build,$PWD/build,; s,openmv-h7plus.yaml,openmv-h7plus-product.yaml," recipes/demo-h7plus.yaml \
		>"$work/product/plus.yaml"
	cat >>"$work/product/plus.yaml" <<-EOF
		folders: {files: {path: "$PWD/recipes/demo-files",
		  sha256: $(sed -n '/path: demo-files/,$s/ *sha256: //p' recipes/demo-product.yaml)}}
		steps: [{id: put, templates: [config.json]}]
	EOF
	printf 'virtual: 1\nboards: {count: 1, each: {board: openmv-h7plus}}\n' >"$work/plus.yaml"
	virtual-fixture describe "$work/plus.yaml" >"$work/plus-fixture.yaml"
	echo OMV000001 >"$work/serials.p"
	virtual-fixture run --time 1 --account "$work/f.plus" "$work/plus.yaml" -- flashline run \
		--recipe "$work/product/plus.yaml" --fixture "$work/plus-fixture.yaml" --json --journal "$work/journal.p" \
		--serials "$work/serials.p" >"$work/e.plus" || echo "bench: the board did not pass, H7 Plus" >&2
}

plus
# What the recipe waits for on purpose, in seconds: power off twice, and the drive's cache.
waits=$(flashline recipe show --effective "$work/product/plus.yaml" | awk '
	/^ *- id:/ {cycle = 0} /state: *cycle/ || /drive.persist/ {cycle = 1}
	/off_time:/ && cycle {ms += ($2 ~ /ms$/ ? $2 : $2 * 1000)} END {print ms / 1000}')
settle=$(jq -s '[.[] | select(.name=="drive.settle_ms").value] | add / 1000' "$work/e.plus")
ours=$(jq -s '[.[] | select(.event=="verdict").ms] | max / 1000' "$work/e.plus")
physics=$(awk -v sum="$(account "$work/f.plus" 2 3 4 5 6)" -v waits="$waits" -v settle="$settle" \
	'BEGIN {print sum + waits + settle}')
row "H7 Plus with files of its own, over its floor" "$(ratio "$ours" "$physics")" "<= 1.05" "$ours s over $physics s"
row "  of its drive's 24 MiB, check, put and persist read" "$(jq -s \
	'[.[] | select(.name=="drive.bytes_read").value] | add / (49152 * 512) * 100000 | round / 1000' "$work/e.plus") %" "<= 10 %" ""

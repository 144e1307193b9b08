#!/bin/bash
# What a recipe for the ROM bootloader contradicts is said before any board is touched: all of it, at its place.
. tests/tap.sh

cp -r tests/data/broken tests/data/check "$work"
cd "$work/check" || exit 1
flashline check dfuse.yaml 2>"$work/said"
is "flashline check refuses it" $? 2
ok "with these sentences" diff dfuse.expect "$work/said"
has "among them the one about what ST's programmer does" "$work/said" \
	"'mass-erase' would take 'filesystem', the flash drive, with the user's files, which this recipe keeps"
done_testing

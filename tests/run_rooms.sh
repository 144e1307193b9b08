#!/bin/bash
# The arrows between the rooms run down only, and the check of it can fail.
. tests/tap.sh

ok "no include against the order of the rooms" bash tests/rooms.sh .

mkdir -p "$work/tree/station/core" "$work/tree/station/link" "$work/tree/fixtures/virtual"
echo '#include "link/usb.h"' >"$work/tree/station/core/bad.c"
echo '#include <sqlite3.h>' >"$work/tree/station/link/bad.c"
echo '#include "line/line.h"' >"$work/tree/fixtures/virtual/bad.c"
out=$(bash tests/rooms.sh "$work/tree")
is "an include upwards, a library out of its room and a simulation that looks into the station are found" \
	"$(wc -l <<<"$out")" 3

ok "no name is defined in two of the libraries that tests link" bash tests/symbols.sh "$B"/lib{station,virtual,tests}.a
cp "$B/libtests.a" "$work/copy.a"
out=$(bash tests/symbols.sh "$B/libtests.a" "$work/copy.a")
is "one that is, is found" "$(grep -c "^corpus_replay: " <<<"$out")" 1
done_testing

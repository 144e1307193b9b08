#!/bin/bash
# Which name is defined in more than one of these libraries? Test programs link them all, and the linker takes the
# first it finds without a word. Prints "name: libraries", says nothing and exits 0 when there is none.
bad=0
while read -r name libraries; do
	echo "$name: $libraries"
	bad=1
done < <(for library; do nm --defined-only --extern-only "$library" 2>/dev/null | awk -v l="$library" 'NF == 3 && $2 ~ /[TDBRC]/ {print $3, l}' |
	sort -u; done | awk '{in_[$1] = in_[$1] " " $2; n[$1]++} END {for (s in n) if (n[s] > 1) print s in_[s]}')
exit $bad

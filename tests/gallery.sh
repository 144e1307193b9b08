#!/bin/bash
# make gallery: a picture of each shipped report, of the journal that tool_gallery makes, into docs/gallery.
#   gallery.sh BUILD SEED
# Headless Chromium takes them, with scripts off; pngquant makes them small. Where Chromium is missing, nothing
# is done and nothing fails. The pictures are of pages on Debian with the font Inter (fonts-inter).
set -eu
B=$1
seed=$2
. tests/browser.sh
browser_is_there || {
	echo "gallery: no pictures made, for Chromium is missing: .ci/setup gallery (or apt-get install chromium)"
	exit 0
}
at=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/gallery.XXXXXX")
trap 'rm -rf "$at"' EXIT
export TZ=UTC FONTCONFIG_FILE=$at/fonts.conf
cat >"$FONTCONFIG_FILE" <<XML
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>system-ui</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
<match target="pattern"><test name="family"><string>sans-serif</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
<match target="pattern"><test name="family"><string>DejaVu Sans</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
</fontconfig>
XML
"$B/tests/tool_gallery" "$at/journal.db" "$seed"
"$B/tests/tool_trial" "$at/trial.db" "$seed" 104 5 0.10 4
mkdir -p docs/gallery
# A board that failed and came back.
serial=$("$B/flashline" report units --reports tests/data/reports --journal "$at/journal.db" --format json |
	jq -r '.sections[0].rows[0].serial')

picture() {
	local name=$1 height=$2
	shift 2
	"$B/flashline" report "$name" --journal "${journal:-$at/journal.db}" --format html --out "$at/$name.html" "$@"
	browser_picture "$at" "$at/$name.html" "$at/$name.png" 1000 "$height"
	if command -v pngquant >/dev/null; then
		pngquant --force --strip --speed 1 --output "docs/gallery/$name.png" 64 "$at/$name.png"
	else
		cp "$at/$name.png" "docs/gallery/$name.png"
	fi
	echo "docs/gallery/$name.png  $(stat -c %s "docs/gallery/$name.png") bytes"
}
picture yield 1180
picture pareto 1180
picture slots 1180
picture silicon 1180
picture durations 1180
picture measurements 1180
picture shift 1400 --since 2026-11-17 --until 2026-11-18
picture unit 1400 --serial "$serial"
journal=$at/trial.db picture qualify 1400 --revision C --against B --set margin=0.05

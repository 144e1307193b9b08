#!/bin/bash
# Which include breaks the order of the rooms (CONTRIBUTING.md)? Prints each as file:line: why; says nothing
# and exits 0 when there is none. Takes the folder to look at, so that a test can show that it finds any.
cd "${1:-.}" || exit 2

# room: what it may include of the station
declare -A may=(
	[core]="core" [stats]="stats" [image]="image core" [link]="link image core" [journal]="journal stats core"
	[steps]="steps link image core" [scan]="scan core" [label]="label core"
	[line]="line steps scan label link journal image core"
	[setup]="setup line steps link journal core" [report]="report journal stats core"
	[console]="console line journal core" [.]="cmd.h cmd_start.h cmd_qualify.h setup line steps scan label link journal report stats image console core"
)
# library header: the one place that may name it
declare -A only=(
	[libusb.h]="station/link/usb" [ftdi.h]="station/link/ftdi" [sqlite3.h]="station/journal/"
	[yaml.h]="station/core/node" [libevdev.h]="station/scan/" [libelf.h]="station/image/" [sodium.h]="station/journal/anchor"
	[microhttpd.h]="station/console/" [Rmath.h]="station/stats/"
)
bad=0
complain() {
	echo "$1: $2"
	bad=1
}

while IFS=: read -r file line include; do
	name=${include#*[\"<]} name=${name%%[\">]*}
	room=${file#station/}
	[[ $room == */* ]] && room=${room%%/*} || room=.
	if [[ $include == *'"'* ]]; then
		target=${name%%/*}
		[[ $name == */* ]] || target=$name
		# a header of the same folder, named alone, is its own room's
		[[ $name != */* && $room != . ]] && target=$room
		[[ " ${may[$room]:-} " == *" $target "* ]] ||
			complain "$file:$line" "room '$room' may not include $name"
	else
		base=${name##*/}
		place=${only[$base]:-}
		[[ -z $place || $file == "$place"* ]] || complain "$file:$line" "only $place* may include <$name>"
	fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' station --include='*.[ch]')

while IFS=: read -r file line include; do
	name=${include#*\"} name=${name%%\"*}
	[[ $name != */* || $name == core/* ]] ||
		complain "$file:$line" "the virtual fixture uses core/ of the station and nothing else ($name)"
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' fixtures/virtual --include='*.[ch]')
exit $bad

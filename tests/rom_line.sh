# For tests that flash through ST's ROM with the real program. Source after world.sh.
mkdir -p "$work/recipes"
cp recipes/*.yaml "$work/recipes"
ln -s "$PWD/build" "$work/build"
# 134,000 bytes for 0x080E0000: the last sector of the first bank, and some of the second.
noise 134000 1 >"$work/small.bin"

# recipe NAME: on standard input what differs from the demo through ROM, which gets an image `small`
recipe() {
	{
		printf 'flashline: 1\nextends: demo-rom.yaml\nimages:\n  small: {file: ../small.bin, address: 0x080E0000, '
		printf 'sha256: %s}\n' "$(sha256sum "$work/small.bin" | cut -d' ' -f1)"
		cat
	} >"$work/recipes/$1.yaml"
}
# world NAME: on standard input its boards
world() {
	{
		printf 'virtual: 1\ndescription: Boards for %s\nseed: 1\nboards:\n  count: 8\n' "$0"
		cat
	} >"$work/$1.yaml"
}
# line WORLD RECIPE SLOTS [COMMAND]: the real program; board N is OMV00100N. Then a command, in the same world
line() {
	local n slots=$3 command
	[ "${slots%-*}" = "$slots" ] || slots=$(seq -s, "${slots%-*}" "${slots#*-}")
	for n in ${slots//,/ }; do echo "$n OMV00100$n"; done >"$work/serials.txt"
	command="flashline run --recipe $work/recipes/$2.yaml --fixture $eight --slots $3 \
		--serials $work/serials.txt --operator tester >$work/out 2>&1; ${4:-}"
	in_world "$work/$1.yaml" --dump "$work/flash" -- bash -c "$command"
}
# run N KEYS...: of the Nth board's last run, as the journal has it
run() {
	local serial=OMV00100$1
	shift
	flashline show --json "$serial" | jq -r ".runs[-1] | [$(printf '.%s,' "$@" | sed 's/,$//')] | join(\" \")"
}
# told N NAME: the texts that the Nth board's last run recorded under a name
told() {
	flashline show --json "OMV00100$1" |
		jq -r "[.runs[-1] | .. | objects | select(.name? == \"$2\").text] | join(\"; \")"
}
# numbers N NAME: the same, of numbers
numbers() {
	flashline show --json "OMV00100$1" |
		jq -r "[.runs[-1] | .. | objects | select(.name? == \"$2\").value | tostring] | join(\" \")"
}
# says NAME TEXT WANTED: the text holds what is wanted
says() {
	ok "$1" grep -qF -- "$3" <<<"$2"
	grep -qF -- "$3" <<<"$2" || echo "# $2"
}
# holds N OFFSET FILE: the flash of board N, after the last line()
holds() {
	cmp -n "$(stat -c %s "$3")" -i "$2:0" "$work/flash/board-$1.bin" "$3"
}

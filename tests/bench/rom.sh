# ST's ROM bootloader, DfuSe: our download beside dfu-util's and MicroPython's way, on the same board. Its ROM is
# V13.2, with which all three work.
cat >"$work/rom.yaml" <<-'EOF'
	virtual: 1
	description: One board with old silicon
	boards: {count: 1, each: {revision: Y, rom: 0xD2}}
EOF
virtual-fixture describe "$work/rom.yaml" >"$work/rom-fixture.yaml"
mkdir -p "$work/rom"
cp recipes/openmv-h7*.yaml "$work/rom/"
sed "s,\.\./build,$PWD/build," recipes/demo-rom.yaml >"$work/rom/demo-rom.yaml"
echo OMV000001 >"$work/serials.m"

# rom_ours VERIFY: the firmware alone; prints the seconds that its step took, leaves f.VERIFY (account)
rom_ours() {
	cat >"$work/rom/$1.yaml" <<-EOF
		flashline: 1
		extends: demo-rom.yaml
		steps:
		  - {id: bootloader, remove: true}
		  - {id: firmware, verify: $1}
		  - {id: await-camera, remove: true}
		  - {id: drive, remove: true}
	EOF
	virtual-fixture run --time 1 --account "$work/f.$1" "$work/rom.yaml" -- flashline run \
		--recipe "$work/rom/$1.yaml" --fixture "$work/rom-fixture.yaml" --json --journal "$work/journal.$1" \
		--serials "$work/serials.m" >"$work/e.$1" || echo "bench: the board did not pass, ROM" >&2
	jq -s '[.[] | select(.event=="step-end" and .step=="firmware").ms] | max / 1000' "$work/e.$1"
}

# rom_theirs NAME COMMAND...: the same by another client, which finds the board waiting; leaves f.NAME
rom_theirs() {
	local name=$1
	shift
	virtual-fixture run --time 1 --account "$work/f.$name" "$work/rom.yaml" -- bash tests/in_rom.sh bash -c '
		until lsusb -d 0483:df11 >/dev/null; do :; done
		tool_measure "$@" >/dev/null 2>&1' _ "$work/m.$name" "$@"
	cut -d' ' -f1 "$work/m.$name"
}

# rom_row WHAT NAME SECONDS: with how many control transfers a KiB took
rom_row() {
	row "$1" "$3 s" "" "$(awk -v n="$(account "$work/f.$2" 7)" -v b="$(stat -c %s "$firmware")" \
		'BEGIN {printf "%.2f control transfers a KiB", n * 1024 / b}')"
}

written=$(rom_ours none)
verified=$(rom_ours readback)
dfu_util=$(rom_theirs dfu-util dfu-util -d ,0483:df11 -a 0 -s 0x08040000 -D $firmware)
mass=$(rom_theirs mass tool_mass_erase_client 1-1.1 $firmware 0x08040000)
rom_row "firmware through ST's ROM, written" none "$written"
rom_row "  written and read back" readback "$verified"
rom_row "  dfu-util, not read back" dfu-util "$dfu_util"
rom_row "  MicroPython's way, not read back" mass "$mass"
row "  dfu-util over ours" "$(ratio "$dfu_util" "$written")" ">= 1.3" "over ours, read back: $(ratio "$dfu_util" "$verified")"
row "  MicroPython's way over ours" "$(ratio "$mass" "$written")" "" "over ours, read back: $(ratio "$mass" "$verified")"
floor=$(account "$work/f.none" 2 3)
row "  ours over the flash's own time" "$(ratio "$written" "$floor")" "" "$written s over $floor s of erasing and programming"

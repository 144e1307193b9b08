#!/bin/bash
# `flashline check` reads images as the steps will, and refuses what would harm a board before there is one.
. tests/tap.sh
. tests/world.sh

# recipe NAME FILE [KEY...]: the demo's recipe with this file as its firmware; what else `firmware:` has
recipe() {
	local name=$1 file=$2
	shift 2
	cp recipes/openmv-h7.yaml "$work/"
	cp build/images/bootloader.bin "$work/"
	{
		printf 'flashline: 1\nextends: openmv-h7.yaml\nrevision: B\n%s\nimages:\n' "${head:-}"
		printf '  bootloader: {file: bootloader.bin, sha256: %s}\n' "$(sha "$work/bootloader.bin")"
		printf '  firmware: {file: %s, sha256: %s%s}\n' "$file" "$(sha "$work/$file")" "$*"
	} >"$work/$name.yaml"
	flashline check "$work/$name.yaml" >"$work/out" 2>&1
}
sha() { sha256sum "$1" | cut -d' ' -f1; }
refused() {
	local name=$1 words=$2
	is "$name: refused" "$(wc -l <"$work/out" | xargs)" 1
	has "and says why" "$work/out" "$words"
}

cp build/images/firmware.bin "$work/"
ok "a raw image where it belongs" recipe good firmware.bin

# As `make` of OpenMV leaves it: bootloader, 0xFF, firmware (boards.md section 1.3).
{ head -c 131072 build/images/bootloader.bin; head -c 262144 /dev/zero | tr '\0' '\377'; } | head -c 262144 >"$work/openmv.bin"
cat build/images/firmware.bin >>"$work/openmv.bin"
recipe whole openmv.bin ", address: 0x08000000, max: 2MiB"
refused "the way of ST's programmer, which blanks the drive" "would erase 'filesystem' at 0x08020000, the flash drive"
head='keep: []' recipe whole openmv.bin ", address: 0x08000000, max: 2MiB"
has "which 'keep: []' allows" "$work/out" "recipe for openmv-h7 B"
head='keep: [filesytem]' recipe typo firmware.bin
refused "a region that is not there" "openmv-h7 has no region 'filesytem' (did you mean 'filesystem'?)"
recipe outside firmware.bin ", address: 0x08140000"
refused "an image that leaves the flash" "0x08200000 on are outside of the flash map"
recipe qspi firmware.bin ", address: 0x90000000"
refused "QSPI flash on a board that has none" "0x90000000 on are outside of the flash map"
recipe nowhere firmware.bin ", address: 0"
refused "a raw image without an address" "address"

flashline image make-dfu "$work/good.dfu" --vid 0483 --pid DF11 "$work/firmware.bin@0x08040000" >"$work/made"
flashline image make-dfu "$work/two.dfu" --vid 0483 --pid DF11 "$work/bootloader.bin@0x08000000" \
	"$work/firmware.bin@0x08040000" >"$work/made"
srec_cat "$work/firmware.bin" -binary -offset 0x08040000 -o "$work/good.hex" -intel 2>"$work/srec"
cp "$work/good.hex" "$work/late.hex"
srec_cat "$work/firmware.bin" -binary -offset 0x08060000 -o "$work/late.hex" -intel 2>"$work/srec"

ok "a HEX file, which says where it belongs" recipe hex good.hex ", max: 8MiB"
ok "a DfuSe file" recipe dfu good.dfu
recipe late late.hex ", max: 8MiB"
refused "a file that begins elsewhere than the recipe says" "begins at 0x08060000, the recipe says 0x08040000"
recipe two two.dfu ", address: 0x08000000, max: 2MiB"
ok "two elements around the drive: nothing of it is touched" grep -q "recipe for openmv-h7 B" "$work/out"

head -c 100000 "$work/good.dfu" >"$work/cut.dfu"
recipe cut cut.dfu
refused "a truncated file" "cut.dfu: offset 0x186A0: "
awk 'NR == 100 { sub(/..\r?$/, substr($0, length($0) - 1) == "00" ? "01" : "00") } 1' "$work/good.hex" >"$work/sum.hex"
recipe sum sum.hex ", max: 8MiB"
refused "a line with a wrong sum" "sum.hex: offset 0x"
{ grep -v ':00000001FF' "$work/good.hex"; sed -n '2,3p' "$work/good.hex"; tail -n 1 "$work/good.hex"; } >"$work/twice.hex"
recipe twice twice.hex ", max: 8MiB"
refused "bytes that are said twice" "twice.hex: offset 0x"
done_testing

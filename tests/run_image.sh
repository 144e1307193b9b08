#!/bin/bash
# flashline image: dfu-suffix, srec_cat, objcopy and the linker are the judges of what it reads and writes.
. tests/tap.sh

# ends NAME STATUS COMMAND...: with this exit status; what it printed is in $work/out and $work/err
ends() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$name" $? "$wanted"
}
# json NAME WANTED FILTER: of what it printed
json() {
	is "$1" "$(jq -c "$3" "$work/out")" "$2"
}
# segments FILE...: address, length and SHA-256 of every segment
segments() {
	flashline image show --json "$@" | jq -r '.targets[].segments[] | "\(.address) \(.length) \(.sha256)"'
}
sha() {
	sha256sum <"$1" | cut -d ' ' -f 1
}

noise 100000 1 >"$work/boot.bin"
noise 300001 2 >"$work/firm.bin"
wanted="$((0x08000000)) 100000 $(sha "$work/boot.bin")
$((0x08040000)) 300001 $(sha "$work/firm.bin")"

# ---- show
ends "a raw image with its address" 0 \
	flashline image show --address 0x08040000 --board openmv-h7 "$work/firm.bin"
has "its SHA-256" "$work/out" "sha256  $(sha "$work/firm.bin")"
has "its range" "$work/out" "0x08040000 - 0x080893E0      300001  bytes"
has "what it touches" "$work/out" "  firmware     0x08040000      300001 of 1703936 bytes"
ends "as JSON" 0 flashline image show --json --address 0x08040000 --board openmv-h7 "$work/firm.bin"
json "the region" '["firmware",300001]' '.board.touches[0] | [.region, .bytes]'
ends "without its address" 2 flashline image show "$work/firm.bin"
has "is told what is missing" "$work/err" "offset 0x0: a raw image does not say where it belongs"
head -c 300000 /dev/zero >"$work/openmv.bin"
ends "an image that goes through the drive" 0 \
	flashline image show -a 0x08000000 -b openmv-h7 "$work/openmv.bin"
has "says so" "$work/out" "131072 of 131072 bytes: the flash drive, with the user's files"
ends "one that ends behind the flash" 2 \
	flashline image show -a 0x081F0000 -b openmv-h7 "$work/openmv.bin"
has "from where on" "$work/err" "from 0x08200000 on are outside of the flash map"
ends "QSPI flash of the H7 Plus" 0 \
	flashline image show -a 0x91800000 -b openmv-h7plus "$work/openmv.bin"
has "is its romfs" "$work/out" "  romfs        0x91800000"
ends "an unknown board" 2 flashline image show -a 0 -b openmv-h7plu "$work/firm.bin"
has "with what may be meant" "$work/err" "did you mean 'openmv-h7plus'?"
ends "no such file" 2 flashline image show "$work/none.bin"
ends "a device without an end" 2 timeout 5 flashline image show -a 0 /dev/zero
mkfifo "$work/pipe.bin"
ends "a pipe that nobody writes to" 2 timeout 5 flashline image show -a 0 "$work/pipe.bin"
ends "no address at all" 2 flashline image show -a here "$work/firm.bin"
ends "no file named" 2 flashline image show

# ---- DfuSe: dfu-suffix judges ours, we read its
ends "make-dfu of two raw images" 0 flashline image make-dfu "$work/two.dfu" --vid 0483 --pid DF11 \
	"$work/firm.bin@0x08040000" "$work/boot.bin@0x08000000"
ends "dfu-suffix takes it" 0 dfu-suffix -c "$work/two.dfu"
has "as DfuSe" "$work/out" "BCD DFU:	0x011A"
has "of its vendor" "$work/out" "Vendor ID:	0x0483"
has "and product" "$work/out" "Product ID:	0xDF11"
is "read again it is the same" "$(segments "$work/two.dfu")" "$wanted"
ends "and told" 0 flashline image show "$work/two.dfu"
has "with the gap between" "$work/out" "0x080186A0 - 0x0803FFFF      162144  (gap)"
has "its target" "$work/out" "target 0: alt 0, ST..."
has "and its suffix" "$work/out" "suffix  vendor 0x0483, product 0xDF11, device 0x0000, DFU 0x011A, CRC right"
cp "$work/two.dfu" "$work/theirs.dfu"
ends "dfu-suffix takes our suffix off" 0 dfu-suffix -D "$work/theirs.dfu"
ends "a DfuSe file without its suffix" 2 flashline image show "$work/theirs.dfu"
has "is said to be cut" "$work/err" "without a DFU suffix"
ends "dfu-suffix puts its own on" 0 \
	dfu-suffix -v 0x0483 -p 0xdf11 -d 0 -S 0x011a -a "$work/theirs.dfu"
is "and that is ours, byte for byte" "$(sha "$work/theirs.dfu")" "$(sha "$work/two.dfu")"
cp "$work/firm.bin" "$work/plain.dfu"
ends "dfu-suffix makes a plain DFU file" 0 dfu-suffix -v 37c5 -p 9204 -a "$work/plain.dfu"
is "its image is what it was" "$(segments -a 0x08040000 "$work/plain.dfu")" \
	"$((0x08040000)) 300001 $(sha "$work/firm.bin")"
head -c 200000 "$work/two.dfu" >"$work/cut.dfu"
ends "a cut file" 2 flashline image show "$work/cut.dfu"
has "with the offset" "$work/err" "cut.dfu: offset 0x30D40: the file ends without a DFU suffix"
{ head -c 5000 "$work/two.dfu" && printf x && tail -c +5002 "$work/two.dfu"; } >"$work/bad.dfu"
cmp -s "$work/bad.dfu" "$work/two.dfu" && printf y | dd of="$work/bad.dfu" bs=1 seek=5000 conv=notrunc status=none
ends "a byte that is not as it was" 2 flashline image show "$work/bad.dfu"
has "does not pass the CRC" "$work/err" "it is damaged"
ends "two images for one address" 2 flashline image make-dfu "$work/no.dfu" --vid 0483 --pid DF11 \
	"$work/firm.bin@0x08000000" "$work/boot.bin@0x08000000"
has "are refused" "$work/err" "0x08000000 is given by piece 1 and by piece 2"
ok "and no file is made" test ! -e "$work/no.dfu"
ends "no vendor" 2 flashline image make-dfu "$work/no.dfu" --pid DF11 "$work/boot.bin@0x08000000"
ends "no hexadecimal vendor" 2 flashline image make-dfu "$work/no.dfu" --vid 04g3 --pid DF11 "$work/boot.bin@0"
ends "an alternate setting too large" 2 \
	flashline image make-dfu "$work/no.dfu" --vid 1 --pid 2 --alt 256 "$work/boot.bin@0"
ends "a raw image without an address" 2 \
	flashline image make-dfu "$work/no.dfu" --vid 1 --pid 2 "$work/boot.bin"
ends "a folder that is not there" 3 \
	flashline image make-dfu "$work/none/no.dfu" --vid 1 --pid 2 "$work/boot.bin@0"

# ---- Intel HEX: srec_cat writes it
for form in "-Line_Length=44" "-Line_Length=76 -address-length=4" "-crlf" "-Address_Length=3"; do
	# shellcheck disable=SC2086 # words
	srec_cat "$work/boot.bin" -binary -offset 0x08000000 "$work/firm.bin" -binary -offset 0x08040000 \
		-o "$work/two.hex" -intel $form 2>/dev/null || continue
	is "srec_cat's HEX ($form)" "$(segments "$work/two.hex")" "$wanted"
done
head -c 70000 "$work/boot.bin" >"$work/low.bin"
srec_cat "$work/low.bin" -binary -o "$work/low.hex" -intel -address-length=3
has "20-bit addresses" "$work/low.hex" ":020000021000EC"
is "are read" "$(segments "$work/low.hex")" "0 70000 $(sha "$work/low.bin")"
tac "$work/two.hex" >"$work/upside.hex"
ends "a HEX upside down" 2 flashline image show "$work/upside.hex"
has "has records behind its end" "$work/err" "a record behind the end record"
objcopy -I binary -O ihex --change-addresses 0x08040000 "$work/firm.bin" "$work/copy.hex"
is "objcopy's HEX" "$(segments "$work/copy.hex")" "$((0x08040000)) 300001 $(sha "$work/firm.bin")"
ends "HEX into DfuSe" 0 flashline image make-dfu "$work/hex.dfu" --vid 0483 --pid DF11 "$work/two.hex"
is "is the same" "$(segments "$work/hex.dfu")" "$wanted"

# ---- ELF: the linker here knows no Arm; what it makes for a 32-bit PC differs in the machine's number
if printf '.section .a,"a"\n.incbin "%s"\n.section .b,"a"\n.incbin "%s"\n.bss\n.space 999\n' \
	"$work/boot.bin" "$work/firm.bin" | as --32 -o "$work/two.o" - &&
	printf 'SECTIONS { .a 0x20000000 : AT(0x08000000) { *(.a) } .b 0x24000000 : AT(0x08040000) { *(.b) }
		.bss 0x30000000 : { *(.bss) } }' >"$work/two.ld" &&
	ld -m elf_i386 -n -T "$work/two.ld" -o "$work/two.elf" "$work/two.o" 2>"$work/ld"; then
	ends "an ELF for another machine" 2 flashline image show "$work/two.elf"
	has "says which" "$work/err" "it is for machine 3, not for Arm (40)"
	printf '\50' | dd of="$work/two.elf" bs=1 seek=18 conv=notrunc status=none
	is "the linker's segments, at their physical addresses" "$(segments "$work/two.elf")" "$wanted"
	head -c 150 "$work/two.elf" >"$work/cut.elf"
	ends "cut to 150 bytes" 2 flashline image show "$work/cut.elf"
	has "which libelf takes, it is refused" "$work/err" "passes the end of the file, 0x96: it is cut"
	ends "an object that is not linked" 2 flashline image show "$work/two.o"
else
	skip "ELF" "no assembler and linker for 32-bit PCs"
fi
ends "our own program is no image" 2 flashline image show "$(type -p flashline)"
done_testing

#!/bin/bash
# Through ST's ROM with the real program: every version of it, every way of erasing, every fault of a board.
. tests/tap.sh
. tests/world.sh
. tests/rom_line.sh

# Without firmware nothing boots: the steps behind the download are left out. Over the border of the banks.
only_small='
  - {id: firmware, do: dfuse.download, image: small, sector-erase: 1s}
  - {id: await-camera, remove: true}
  - {id: drive, remove: true}'

# ---- each version of the ROM, as the shipped recipe has it
world roms <<'E'
  one:
    "1": {revision: Y, rom: 0xD2}
    "2": {revision: Y, rom: 0xD3}
    "3": {rom: 0x90}
    "4": {rom: 0x91}
    "5": {rom: 0x92}
    "6": {rom: 0x93}
E
recipe small <<E
steps:$only_small
E
line roms small 1-6
for n in 1 2 3 4 5; do
	is "board $n, $(told $n chip.rom), passes" "$(run $n verdict code)" "PASS "
	ok "board $n: its bootloader, byte for byte" holds $n 0 build/images/bootloader.bin
	ok "board $n: and what crosses the border of the banks" holds $n 917504 "$work/small.bin"
	is "board $n: nothing else" "$(head -c 917504 "$work/flash/board-$n.bin" | tail -c +131073 | tr -d '\377' | wc -c)" 0
done
is "V9.2 needs no help" "$(told 5 dfu.erase_by)" "page-erase; page-erase"
is "V9.1 does, in bank 2" "$(told 4 dfu.erase_by)" "page-erase; page-erase, clear-status"
says "which is on record" "$(told 4 note)" "erase of 0x08100000 (sector 8): still in dfuDNBUSY after 1."
says "V9.0 got one more reset" "$(told 3 note)" "one more reset after power-on"
is "a version that is not listed is refused" "$(run 6 verdict code step)" "FAIL chip-not-allowed identify"

# ---- the same, as if all were alike
recipe naive <<E
chip: {roms: [0xD2, 0xD3, 0x90, 0x91, 0x92], roms-workaround: []}
steps:$only_small
E
line roms naive 1,4,5
is "the old one passes" "$(run 1 verdict)" PASS
is "the new one does not" "$(run 4 verdict code step)" "FAIL dfu-erase-stall firmware"
seen=$(run 4 seen)
says "where" "$seen" "0x08100000 (sector 8)"
ok "within its worst case and two seconds" grep -qE 'after [12]\.[0-9] s' <<<"$seen"
says "which ROM" "$seen" "ROM bootloader V9.1 (0x91), USB serial 200364500000"
says "what helps" "$seen" "Erase of bank 2 needs clear-status."
says "and it does not hang there with its power on" "$(told 4 note)" "the board's power is off"
is "the newest passes" "$(run 5 verdict)" PASS
recipe refused <<E
chip: {roms-workaround: [0xD3, 0x90], roms-refused: [0x91]}
steps:$only_small
E
line roms refused 4
is "refused by name" "$(run 4 verdict code step)" "FAIL chip-not-allowed identify"
says "with the reason" "$(run 4 seen)" "V9.1 (0x91), which the recipe refuses. Erase of bank 2 needs clear-status."

# ---- without a probe the USB serial tells the silicon's revision, and no more
recipe blind <<E
steps:$only_small
  - {id: identify, do: power, state: "on"}
E
line roms blind 1,3,4
is "V9.0 passes" "$(run 3 verdict)" PASS
is "V9.1 passes" "$(run 4 verdict)" PASS
says "taken for the worst that it may be" "$(told 4 note)" \
	"by its USB serial 200364500000 it is V9.0 (0x90), V9.1 (0x91) or V9.2 (0x92)"
recipe doubt <<E
chip: {roms: [0x92, 0xD2, 0xD3], roms-workaround: []}
steps:$only_small
  - {id: identify, do: power, state: "on"}
E
line roms doubt 1,5
is "where all that it may be is allowed, it passes" "$(run 1 verdict)" PASS
is "where not, that is no verdict on the board" "$(run 5 verdict code step)" "ERROR rom-unknown bootloader"

# ---- an unmodified dfu-util finds what was written
line roms small 4 "exec tests/in_rom.sh timeout 60 dfu-util -w -d ,0483:df11 -p 1-1.4 -a 0 \
	-s 0x080E0000:0x20C00 -U $work/up.bin >>$work/out 2>&1"
# Whole blocks: dfu-util reads a short last one from elsewhere (boards.md section 3.2).
ok "dfu-util -U gives the image" cmp -n 134000 "$work/up.bin" "$work/small.bin"

# ---- what is there already is not written again
recipe again <<'E'
steps:
  - {id: compare-bootloader, do: swd.compare, image: bootloader, run: false, after: identify}
  - {id: compare-firmware, do: swd.compare, image: firmware, after: compare-bootloader}
  - {id: bootloader, skip-identical: true}
  - {id: firmware, skip-identical: true}
E
world flashed <<'E'
  each: {flashed: true}
E
line flashed again 4
is "a board that was flashed before passes" "$(run 4 verdict)" PASS
is "nothing was written, all was there" "$(numbers 4 dfu.bytes) $(numbers 4 dfu.skipped)" "0 0 49408 1360416"

# ---- ways of erasing
ways() {
	cat <<E
keep: []
chip: {roms: [0xD2, 0xD3, 0x90, 0x91, 0x92], roms-workaround: []}
steps:
  - {id: bootloader, remove: true}
  - {id: firmware, do: dfuse.download, image: small, sector-erase: 1s, $1}
  - {id: await-camera, remove: true}
  - {id: drive, remove: true}
E
}
ways "erase: [page-erase, clear-status]" | recipe clear
ways "erase: [page-erase, mass-erase, swd]" | recipe ways
ways "erase: [page-erase, swd]" | recipe probe
ways "erase: [mass-erase, swd], verify: both" | recipe mass
line roms clear 4
is "clear-status where the recipe names it" "$(run 4 verdict) $(told 4 dfu.erase_by)" "PASS page-erase, clear-status"
line roms ways 2,4
is "page by page on V13.3" "$(run 2 verdict) $(told 2 dfu.erase_by)" "PASS page-erase"
is "all at once where a page stalls" "$(run 4 verdict) $(told 4 dfu.erase_by)" "PASS page-erase, mass-erase"
ok "and the image is there" holds 4 917504 "$work/small.bin"
line roms probe 4
is "by the probe where a page stalls" "$(run 4 verdict) $(told 4 dfu.erase_by)" "PASS page-erase; swd"
ok "and the image is there" holds 4 917504 "$work/small.bin"
world marked <<'E'
  each: {flashed: true}
  one:
    "2": {revision: Y, rom: 0xD3}
    "5": {rom: 0x92}
E
line marked mass 2,5
is "V9.2 erases all" "$(run 5 verdict) $(told 5 dfu.erase_by)" "PASS mass-erase"
is "V13.3 only says so: the probe has to" "$(run 2 verdict) $(told 2 dfu.erase_by)" "PASS mass-erase; swd"
says "for it was read" "$(told 2 note)" "not blank: 0x080E0000"
ok "and the image is there" holds 2 917504 "$work/small.bin"

# ---- faults of a board
world faults <<'E'
  each: {rom: 0x92}
  one:
    "1": {busy_sector: 0x080E0000}
    "2": {bad_status: garbage}
    "3": {bad_status: short}
    "4": {poll_time: 0xFFFFFF}
    "5": {stall_request: 100}
    "6": {vanish_at: 100}
    "7": {lies: true}
    "8": {stuck: {address: 0x08100123, bit: 4}}
E
head -c 134000 /dev/zero >"$work/small.bin"
recipe small <<E
steps:$only_small
E
line faults small 1-8
is "a sector that is busy for ever" "$(run 1 verdict code step)" "FAIL dfu-erase-stall firmware"
says "which" "$(run 1 seen)" "0x080E0000 (sector 7)"
is "nonsense for a status" "$(run 2 verdict code)" "ERROR dfu-protocol"
is "half a status" "$(run 3 verdict code)" "ERROR dfu-protocol"
says "how much of it" "$(run 3 seen)" "GETSTATUS answered 3 bytes of 6"
is "hours to wait that nobody waits" "$(run 4 verdict code)" "PASS "
ok "a request that stalls" grep -qE '^(ERROR dfu-protocol|FAIL dfu-refused)$' <<<"$(run 5 verdict code)"
is "a device that is gone" "$(run 6 verdict code)" "ERROR usb-lost"
is "a bootloader that lies" "$(run 7 verdict code step)" "FAIL flash-verify bootloader"
is "a bit that does not take" "$(run 8 verdict code step)" "FAIL flash-verify firmware"
says "its address" "$(run 8 seen)" "0x08100123 (offset 0x20123) holds 0x10, should be 0x00"

# ---- erase and leave as steps of their own
recipe erase <<'E'
steps:
  - {id: bootloader, remove: true}
  - {id: firmware, do: dfuse.erase, region: firmware}
  - {id: start, do: dfuse.leave}
  - {id: await-camera, do: usb.await, device: "37C5:9204"}
  - {id: drive, remove: true}
E
line marked erase 5
is "dfuse.erase and dfuse.leave" "$(run 5 verdict code)" "PASS "
is "the region is blank" "$(tail -c +262145 "$work/flash/board-5.bin" | head -c 1703936 | tr -d '\377' | wc -c)" 0
ok "its neighbour is not" holds 5 0 build/images/bootloader.bin
done_testing

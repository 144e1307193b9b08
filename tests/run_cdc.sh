#!/bin/bash
# The real program through OpenMV's older bootloader, which acknowledges nothing: what is flashed is right to the
# last byte, and whatever goes wrong has a code of its own.
. tests/tap.sh
. tests/world.sh
sha() { sha256sum "$1" | cut -d' ' -f1; }

# recipe NAME [TEXT]: a recipe of the H7 (or, by `base`, of another) with the older images, then this text
recipe() {
	cp recipes/openmv-h7*.yaml "$work/"
	{
		printf 'flashline: 1\nextends: %s\nrevision: A\nimages:\n' "${base:-openmv-h7-cdc.yaml}"
		printf '  bootloader: {file: %s, sha256: %s}\n' "$PWD/build/images/${boot:-bootloader-cdc.bin}" \
			"$(sha "build/images/${boot:-bootloader-cdc.bin}")"
		printf '  firmware: {file: %s, sha256: %s}\n' "$PWD/build/images/${firmware:-firmware-cdc.bin}" \
			"$(sha "build/images/${firmware:-firmware-cdc.bin}")"
		printf '%s\n' "${2:-}"
	} >"$work/$1.yaml"
}
# world NAME KEYS...: one board each, with these keys
world() {
	local name=$1 n=0
	shift
	{
		printf 'virtual: 1\nboards:\n  count: %d\n  one:\n' $#
		for keys; do printf '    "%d": {%s}\n' $((n += 1)) "$keys"; done
	} >"$work/$name-world.yaml"
	virtual-fixture describe "$work/$name-world.yaml" >"$work/$name-fixture.yaml"
}
# flash WORLD RECIPE: leaves runs.json, out, and the boards' memories in flash/
flash() {
	rm -rf "$work/flash" "$FLASHLINE_JOURNAL"*
	in_world "$work/$1-world.yaml" --dump "$work/flash" -- flashline run --recipe "$work/$2.yaml" \
		--fixture "$work/$1-fixture.yaml" --serials "$work/serials.txt" --operator tester --station bench \
		>"$work/out" 2>&1
	flashline runs --last "$(virtual-fixture about "$work/$1-world.yaml" | sed -n 's/^boards=//p')" --json >"$work/runs.json"
}
code() { jq -r "map(select(.slot==$1))[0] | .code // .verdict" "$work/runs.json"; }
equal() { # BOARD FILE OFFSET IMAGE
	cmp -n "$(stat -c %s "$4")" -i "$3:0" "$work/flash/$2" "$4"
}
# blank FILE FROM TO
blank() { [ "$(head -c "$3" "$work/flash/$1" | tail -c +$(($2 + 1)) | tr -d '\377' | wc -c)" = 0 ]; }

# ---- each fault beside boards that pass
serials 8 >/dev/null
in_world cdc --dump "$work/flash" -- flashline run --recipe recipes/demo-cdc.yaml --fixture $eight \
	--serials "$work/serials.txt" --operator tester --station bench >"$work/out" 2>&1
is "a board failed: exit status 1" $? 1
flashline runs --last 8 --json >"$work/runs.json"
while read -r line; do
	ok "$line" [ "${line/; wanted/}" = "$line" ]
done < <(virtual-fixture judge --dump "$work/flash" $worlds/cdc.yaml <"$work/runs.json")
has "the place of death is told" "$work/out" "erasing sector 4 (0x08080000)"
has "the lost packet's too" "$work/out" "0x0804E484 holds 0x3A instead of 0x18"
size=$(stat -c %s build/images/firmware-cdc.bin)
for board in 1 8; do
	ok "board $board: its firmware is byte-equal" equal $board board-$board.bin 262144 build/images/firmware-cdc.bin
	ok "board $board: its bootloader too" equal $board board-$board.bin 0 build/images/bootloader-cdc.bin
	ok "board $board: the rest of its last sector is blank" blank board-$board.bin $((262144 + size)) \
		$((262144 + (size + 131071) / 131072 * 131072))
done

# ---- dying in other places, and doubt
serials 3 >/dev/null
world more 'busy_sector: 0x08040000' 'drop_packet: 1' 'bad_sector: 0x08140000'
recipe good
flash more good
is "an erase that never ends" "$(code 1)" cdc-stall
is "a START that is lost is sent again" "$(code 2)" PASS
is "death in the last sector but one" "$(code 3)" cdc-stall
for serial in OMV001001 OMV001003; do
	flashline show --json $serial >"$work/unit.json"
	ok "$serial: noticed within the sector's worst case and a few seconds" jq -e \
		'[.runs[-1].steps[] | select(.id=="firmware").ms] | max | . > 6000 and . < 12000' "$work/unit.json"
done

# ---- the slow mode writes the same
serials 1 >/dev/null
world one 'uid: "003900353138510D33383539"'
printf 'x%.0s' {1..200} >"$work/small.bin"
recipe slow "$(printf '  small: {file: small.bin, sha256: %s, address: 0x08040000}\nsteps:\n%s' "$(sha "$work/small.bin")" '
  - {id: small, do: openmv.cdc-download, image: small, mode: slow, after: await-bootloader}
  - {id: await-again, do: usb.await, device: "1209:ABD1", hold: true, after: small}')"
flash one slow
is "slowly, and then fast" "$(code 1)" PASS
ok "flash is byte-equal" equal 1 board-1.bin 262144 build/images/firmware-cdc.bin
flashline show --json OMV001001 >"$work/unit.json"
ok "2 s for the erase" jq -e '.runs[-1].steps[] | select(.id=="small").ms >= 2000' "$work/unit.json"

# ---- a question that is lost looks like a bootloader that hangs: all is done again, slowly
recipe again "$(printf '  small: {file: small.bin, sha256: %s, address: 0x08040000}\nsteps:\n%s' "$(sha "$work/small.bin")" '
  - {id: firmware, image: small}
  - {id: await-camera, remove: true}
  - {id: drive-files, remove: true}')"
# The third packet is the first question, or one more START where the first was answered late.
world lost 'drop_packet: 3'
for _ in 1 2 3 4 5; do
	flash lost again
	flashline show --json OMV001001 >"$work/unit.json"
	jq -e '.runs[-1].values[] | select(.name=="cdc.mode").text == "slow"' "$work/unit.json" >/dev/null && break
done
is "the slow mode after the fast one" "$(code 1)" PASS
ok "flash is byte-equal" equal 1 board-1.bin 262144 "$work/small.bin"
flashline show OMV001001 >"$work/shown"
has "it is on record" "$work/shown" "cdc.mode = slow"
sqlite3 -readonly "$FLASHLINE_JOURNAL" .dump >"$work/dumped"
has "with what was wrong with the fast one" "$work/dumped" "the fast mode failed (command ABCD0010 was answered by 0 bytes of 12"

# ---- proven by the firmware that boots
recipe boot 'steps:
  - {id: firmware, verify: boot}
  - {id: await-camera, deadline: 5s}
  - {id: version, do: console.run, version: "4[.]5[.]9", after: await-camera}'
flash one boot
is "the firmware's boot as proof" "$(code 1)" PASS
ok "flash is byte-equal" equal 1 board-1.bin 262144 build/images/firmware-cdc.bin
world liar 'lies: true'
flash liar boot
is "a liar's blank board boots nothing" "$(code 1)" usb-not-seen
world older 'flashed: true, bootloader: cdc, lies: true'
recipe newer 'steps:
  - {id: firmware, verify: boot}
  - {id: version, do: console.run, version: "4[.]6[.]0", after: await-camera}'
flash older newer
is "the firmware that a liar's board had boots, and is not the one" "$(code 1)" firmware-wrong-version

# ---- the window
world flashed 'flashed: true, bootloader: cdc'
recipe late 'steps:
  - {id: bootloader, remove: true}
  - {id: first, do: usb.await, device: "1209:ABD1", after: identify}
  - {id: await-bootloader, deadline: 3s}'
flash flashed late
is "the firmware is there already: the window is missed" "$(code 1)" cdc-window-missed
has "and told from the bootloader by its serial" "$work/out" "is the firmware (serial 3"

# ---- H7 Plus: QSPI flash
# The beginning of a drive; the firmware would make a new one where there is none.
mkfs.fat -C -F 16 -s 8 "$work/drive.img" 32768 >/dev/null
truncate -s 200000 "$work/drive.img"
noise 100000 1 >>"$work/drive.img"
plus='board: openmv-h7plus
keep: []
steps:
  - {id: drive-files, remove: true}
  - {id: version, do: console.run, version: "4[.]5[.]9", after: await-camera}
  - {id: firmware, do: openmv.cdc-download, image: firmware, qspi: drive, verify: boot}'
boot=bootloader-cdc-h7plus.bin firmware=firmware-cdc-h7plus.bin recipe plus \
	"$(printf '  drive: {file: drive.img, sha256: %s, address: 0x90000000}\n%s' "$(sha "$work/drive.img")" "$plus")"
world plus 'board: openmv-h7plus'
flash plus plus
is "H7 Plus: firmware and drive in one download" "$(code 1)" PASS
ok "its flash is byte-equal" equal 1 board-1.bin 262144 build/images/firmware-cdc-h7plus.bin
ls "$work/flash" >"$work/dumped"
has "its QSPI flash is there to look at" "$work/dumped" qspi
qspi=$work/flash/$(grep qspi "$work/dumped")
ok "and byte-equal up to the root directory" cmp -n 36864 "$qspi" "$work/drive.img"
ok "behind it too, in which the firmware leaves its mark" cmp -n $((300000 - 53248)) -i 53248 "$qspi" "$work/drive.img"

# ---- refused before a board is touched
# refused NAME WORDS: the recipe of this name
refused() {
	ok "$1: refused" bash -c "! flashline check '$work/$1.yaml' >'$work/said' 2>&1"
	has "and says why" "$work/said" "$2"
}
drive="$(printf '  drive: {file: drive.img, sha256: %s, address: 0x90000000}' "$(sha "$work/drive.img")")"
recipe keeps "$drive
board: openmv-h7plus
keep: [qspi-drive]
steps:
  - {id: firmware, qspi: drive, verify: boot}"
refused keeps "would erase 'qspi-drive' at 0x90000000"
recipe unproven "$drive
board: openmv-h7plus
keep: []
steps:
  - {id: firmware, qspi: drive}"
refused unproven "QSPI flash, which SWD does not reach: it needs 'verify: boot'"
recipe elsewhere '
steps:
  - {id: firmware, image: bootloader}'
refused elsewhere "image 'bootloader' begins at 0x08000000, but OpenMV's CDC bootloader takes no address"
recipe unawaited '
steps:
  - {id: firmware, verify: boot}
  - {id: await-camera, remove: true}
  - {id: drive-files, remove: true}'
refused unawaited "it needs a usb.await of that firmware behind it, or 'verify: swd'"
recipe untold '
steps:
  - {id: firmware, verify: boot}'
refused untold "which an older one on the board does too: it needs a console.run with 'version' or a swd.verify of 'firmware'"
recipe unheld '
steps:
  - {id: await-bootloader, hold: false}'
refused unheld "with 'hold: true' before it: the bootloader boots the firmware after 1 s"
recipe twice '
steps:
  - {id: again, do: openmv.cdc-download, image: firmware, after: firmware}'
refused twice "needs the device that a usb.await before it leaves open"
recipe tested '
steps:
  - {id: firmware, memtest: true}'
refused tested "it needs 'stall: 0ms' and a 'deadline' of some minutes"
recipe nothing '
steps:
  - {id: empty, do: openmv.cdc-download, after: await-bootloader}
  - {id: firmware, remove: true}'
refused nothing "'empty' has neither 'image' nor 'qspi'"
recipe nobody '
steps:
  - {id: firmware, qspi: drvie, verify: boot}'
refused nobody "there is no image 'drvie'"
done_testing

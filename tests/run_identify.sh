#!/bin/bash
# BOOT0 leads into ST's ROM bootloader, and what that says of itself is on record.
. tests/tap.sh
. tests/world.sh

serials 8 >/dev/null
cat >"$work/rom.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
steps:
  - {id: power-on, boot0: true}
  - {id: await-bootloader, device: "0483:DF11", hold: false}
  - {id: firmware, do: usb.identify}
  - {id: leave-bootloader, remove: true}
  - {id: await-camera, remove: true}
  - {id: drive, remove: true}
END
in_world good -- flashline run --recipe "$work/rom.yaml" --fixture $eight --operator tester \
	--station bench --serials "$work/serials.txt" >"$work/out"
is "all eight come up in their ROM" $? 0
serial=$(head -1 "$work/serials.txt")
flashline show --json "$serial" >"$work/unit.json"
# recorded NAME TEXT
recorded() {
	ok "$1 is $2" jq -es --arg name "$1" --arg text "$2" \
		'any(.. | objects; .name? == $name and .text? == $text)' "$work/unit.json"
}
# boards.md sections 1.1, 4.3 and 4.4
recorded usb.device 0483:DF11
recorded usb.bcd_device 0x0200
recorded usb.serial 200364500000
recorded usb.manufacturer STMicroelectronics
recorded usb.product "DFU in FS Mode"
recorded dfu.version 0x011A
recorded dfu.transfer_size 1024
recorded dfu.alt.0 "@Internal Flash   /0x08000000/16*128Kg"

sed 's/boot0: true/boot0: true, state: "off"/' "$work/rom.yaml" >"$work/off.yaml"
ok "BOOT0 for a board that stays off is refused" bash -c "! flashline check $work/off.yaml 2>$work/why"
ok "with the sentence that says why" grep -q "'boot0: true' says how the board starts" "$work/why"
done_testing

# A whole run, as on a station: from blank flash to a product, by a user who is not root.
begin line
serials 8 >/dev/null
started=$SECONDS
as_operator flashline run --recipe recipes/demo-product.yaml --fixture "$work/fixture.yaml" \
	--serials "$work/serials.txt" --operator tester --station bench >"$work/out"
is "the run ends with 1: a board failed" $? 1
sed 's/^/# /' "$work/out"
echo "# the run of eight took $((SECONDS - started)) s"
verdicts >/out/line.verdicts
cp "$FLASHLINE_JOURNAL" /out/line.db
flashline runs --json >/out/line.runs
ok "every board got what it deserves" virtual-fixture judge tests/kernel/line.yaml </out/line.runs

dmesg >"$work/dmesg"
for slot in 1 2 4 7 8; do # those that got as far as a camera
	at=$(place $slot)
	ok "slot $slot: cdc_acm had the camera's port before" grep -q "cdc_acm $at:1.1: ttyACM" "$work/dmesg"
	ok "slot $slot: usb-storage had its drive before" grep -q "usb-storage $at:1.0: USB Mass Storage" "$work/dmesg"
done
# usb-storage that gets a drive back just before its power goes holds up the hub for ten seconds.
is "no drive is given back to the kernel whose power goes" "$(grep -c 'USB Mass Storage device detected' "$work/dmesg")" \
	"$(grep -c 'New USB device found, idVendor=37c5, idProduct=1204' "$work/dmesg")"
ok "the pin controller was ftdi_sio's before" grep -q 'FTDI USB Serial Device converter now attached' "$work/dmesg"
ok "and is again" await 5 controller_bound
ok "nobody claims an interface" nobody_claims

# ---- what is on the drive, by the kernel's own drivers
hold_pins A=01
ok "slot 1 gets power: its camera comes" await 60 bound "$(place 1)"
ok "and the kernel's disk" await 30 disk 1
drive=/dev/$(disk 1)
fsck.fat -n "$drive" >"$work/fsck" 2>&1
sed 's/^/# /' "$work/fsck"
ok "fsck.fat counts its files" grep -q 'files, .* clusters' "$work/fsck"
ok "and finds nothing" [ -z "$(grep -vE '^fsck|conver|^There is no label|Auto-copying|^Leaving|files, ' "$work/fsck")" ]
ok "the kernel mounts it" mount -t vfat -o ro "$drive" /mnt
serial=$(sed -n 1p "$work/serials.txt")
flashline show --json "$serial" >"$work/show"
jq -r '.runs[0] | .. | objects | select(.name? // "" | startswith("drive.put.")) | select(.text) | "\(.text)  \(.name[10:])"' \
	"$work/show" >"$work/sums"
is "the journal names three files" "$(wc -l <"$work/sums")" 3
ok "and each is there as it says" bash -c "cd /mnt && sha256sum -c '$work/sums'"
is "config.json is this board's own" "$(jq -r .serial /mnt/config.json)" "$serial"
umount /mnt
let_go

# ---- another program, unmodified
ok "the camera goes with its power" await 20 bash -c "! [ -e $usb/$(place 1) ]"
hold_pins A=02
as_operator timeout 120 dfu-util -w -d 37c5:9204 -p "$(place 2)" -a FIRMWARE -D build/images/firmware-2.bin >"$work/dfu" 2>&1
is "dfu-util writes through the real usbfs" $? 0
tail -n 5 "$work/dfu" | tr '\r' '\n' | tail -n 5 | sed 's/^/# /'
let_go
end
ok "and what it wrote is in flash" cmp -n "$(stat -c %s build/images/firmware-2.bin)" -i 262144:0 \
	/out/line/board-2.bin build/images/firmware-2.bin
ok "as is what Flashline wrote" cmp -n "$(stat -c %s build/images/firmware.bin)" -i 262144:0 \
	/out/line/board-1.bin build/images/firmware.bin

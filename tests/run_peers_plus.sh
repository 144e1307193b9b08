#!/bin/bash
# The simulated H7 Plus, judged by unmodified dfu-util, mtools and fsck.fat, and by the station itself.
. tests/tap.sh
. tests/world.sh
PATH=$PATH:/usr/sbin:/sbin
romfs=build/images/romfs-h7plus.img
firmware=build/images/firmware-h7plus.bin
sed 's/^  each: {/  each: {flashed: true, /; s/^  count: .*/  count: 1/' $worlds/h7plus.yaml >"$work/flashed.yaml"
sed -i '/^recipe:/d' "$work/flashed.yaml"
export romfs firmware work

plus() { # COMMAND...: with board 1 switched on
	in_world "$work/flashed.yaml" --dump "$work/flash" -- bash tests/powered.sh "$@"
}
dfu() { # ARGUMENTS...
	dfu-util -w -d ,37c5:924a -p 1-1.1 "$@"
}
export -f dfu

ok "dfu-util writes the ROM file system into QSPI flash" plus bash -c 'dfu -a ROMFS0 -D "$romfs"'
ok "at its place" cmp -n "$(stat -c %s $romfs)" -i 25165824:0 "$work/flash/board-1-qspi.bin" $romfs
ok "and no byte before it" \
	bash -c '! head -c 25165824 "$work/flash/board-1-qspi.bin" | tr -d "\377" | head -c 1 | grep -q .'
ok "dfu-util writes the firmware" plus bash -c 'dfu -a FIRMWARE -D "$firmware"'
ok "at its place" cmp -n "$(stat -c %s $firmware)" -i 262144:0 "$work/flash/board-1.bin" $firmware
ok "dfu-util reads the whole QSPI flash, and 4 bytes too many as from the real one" \
	plus bash -c 'dfu -a SPI_FLASH -U "$work/up.bin"'
is "that is 32 MiB and 4 bytes" "$(stat -c %s "$work/up.bin")" $((32 * 1024 * 1024 + 4))

# ---- the drive that the firmware makes at its first boot
camera='until lsusb -d 37c5:124a >/dev/null; do :; done'
ok "the firmware starts, and has formatted its drive before USB is there" plus timeout 60 bash -c "$camera"
head -c $((49152 * 512)) "$work/flash/board-1-qspi.bin" >"$work/volume.img"
is "mdir lists the default files" "$(mdir -a -b -i "$work/volume.img" :: | xargs)" \
	"::/main.py ::/README.txt ::/.openmv_disk"
fsck.fat -n "$work/volume.img" >"$work/fsck"
has "fsck.fat counts clusters of 2 KiB" "$work/fsck" "4 files, 2/12267 clusters"
is "and has nothing to say but that the label is in one place only" \
	"$(grep -vc -e '^fsck.fat' -e 'label' -e '^$' -e 'Leaving' -e clusters "$work/fsck")" 0

# ---- the real program finds these boards good
serials 4 >/dev/null
virtual-fixture describe $worlds/h7plus.yaml >"$work/fixture.yaml"
ok "flashline passes four of them" in_world h7plus --dump "$work/flash" -- flashline run \
	--recipe recipes/demo-h7plus.yaml --fixture "$work/fixture.yaml" --serials "$work/serials.txt" --operator tester
ok "and what is in their flash is right" bash -c \
	"flashline runs --json | virtual-fixture judge --dump $work/flash $worlds/h7plus.yaml"
done_testing

#!/bin/bash
# Unmodified dfu-util against ST's ROM bootloader: old silicon (board 1, V13.2) beside new (board 2, V9.1).
. tests/tap.sh
. tests/world.sh
bootloader=build/images/bootloader.bin
export bootloader work

# rom COMMAND...: while both boards have been switched on with BOOT0 high
rom() {
	in_world thread --dump "$work/flash" -- bash tests/in_rom.sh "$@"
}
# dfu BOARD ARGUMENTS...: dfu-util at the port of a board; the serial numbers tell nobody apart
dfu() {
	local board=$1
	shift
	timeout 60 dfu-util -w -d ,0483:df11 -p "1-1.$board" "$@"
}
# Over the border of the banks
noise 1310720 1 >"$work/image.bin"
same() { # BOARD OFFSET FILE
	cmp -n "$(stat -c %s "$3")" -i "$2:0" "$work/flash/board-$1.bin" "$3"
}
# -l waits for nobody, not even with -w.
both() {
	dfu-util -l >"$work/list" && grep -q 'path="1-1.1"' "$work/list" && grep -q 'path="1-1.2"' "$work/list"
}
export -f dfu same await both

ok "dfu-util -l sees both boards" rom bash -c 'await 20 both'
has "the flash by its memory map" "$work/list" 'alt=0, name="@Internal Flash   /0x08000000/16*128Kg"'
has "the option bytes by theirs" "$work/list" 'alt=1, name="@Option Bytes   /0x5200201C/01*128 e"'
has "the serial is revision Y's" "$work/list" 'serial="100364500000"'
has "and revision V's" "$work/list" 'serial="200364500000"'

for board in 1 2; do
	export board
	ok "board $board: dfu-util -D writes the bootloader" rom bash -c \
		'dfu $board -a 0 -s 0x08000000 -D $bootloader >"$work/out"'
	ok "board $board: flash is byte-equal" same $board 0 $bootloader
	ok "board $board: mass erase, then a megabyte and more" rom bash -c \
		'dfu $board -a 0 -s 0x08000000:mass-erase:force -D "$work/image.bin" >"$work/out"'
	ok "board $board: flash is byte-equal" same $board 0 "$work/image.bin"
	is "board $board: the rest is blank" \
		"$(tail -c +1310721 "$work/flash/board-$board.bin" | tr -d '\377' | wc -c)" 0
	ok "board $board: dfu-util -U reads what -D wrote" rom bash -c \
		'dfu $board -a 0 -s 0x08000000 -D $bootloader && dfu $board -a 0 -s 0x08000000:0x20000 -U "$work/up.$board.bin"'
	ok "board $board: what it read is what is there" cmp "$work/up.$board.bin" \
		<(head -c 131072 "$work/flash/board-$board.bin")
	ok "board $board: and that is the image" cmp -n "$(stat -c %s $bootloader)" "$work/up.$board.bin" \
		$bootloader
	ok "board $board: leave starts what was written" rom bash -c \
		'dfu $board -a 0 -s 0x08000000:leave -D $bootloader >"$work/leave" 2>&1; [ $? = 74 ] &&
		timeout 60 dfu-util -w -d ,37c5:9204 -p 1-1.$board -a BOOTLOADER -U "$work/self.$board.bin"'
	has "board $board: with the complaint that is normal on an H743" "$work/leave" \
		"Error during download get_status"
	ok "board $board: OpenMV's bootloader reads itself" cmp -n "$(stat -c %s $bootloader)" \
		"$work/self.$board.bin" $bootloader
done

# ---- what the thread is about
export second=0x08100000
head -c 4096 "$work/image.bin" >"$work/small.bin"
ok "board 1: dfu-util writes to bank 2" rom bash -c 'dfu 1 -a 0 -s $second -D "$work/small.bin"'
ok "flash is byte-equal" same 1 1048576 "$work/small.bin"
rom bash -c 'timeout 10 dfu-util -w -d ,0483:df11 -p 1-1.2 -a 0 -s $second -v -v -D "$work/small.bin" >"$work/stall" 2>&1'
is "board 2: the same never ends" $? 124
is "it polls again and again" "$([ "$(grep -c 'Poll timeout' "$work/stall")" -gt 20 ] && echo yes)" yes
is "nothing was written" "$(head -c 1052672 "$work/flash/board-2.bin" | tail -c 4096 | tr -d '\377' | wc -c)" 0
done_testing

#!/bin/bash
# Boards that come with bootloader and firmware, and have never been started: power lets the firmware make the drive, and the run
# stops it half-way to flash it. The drive stays as it is then: no run says that the board is bad.
. tests/tap.sh
. tests/world.sh
time=1 # the drive takes 9 s to make

# A station on which OpenOCD needs 1.5 s and more to start, from slot to slot: the firmware is at work by then. The flash of
# board 7 cannot be read where firmware begins, as when power was cut while that was written.
mkdir "$work/bin"
cat >"$work/bin/openocd" <<-END
	#!/bin/bash
	[ "\$1" = --version ] || read -rt \${FLASHLINE_PROBE: -1}.5 <> <(:)
	[ "\$FLASHLINE_PROBE" != FLPROBE07 ] || set -- "\$@" -c '
		proc tear {} {
			if {[info commands read_any] ne {}} return
			rename read_memory read_any
			proc read_memory {address args} {
				if {\$address == 0x08040000} {close [open $work/unread w]; error "Failed to read memory"}
				read_any \$address {*}\$args
			}
		}
		stm32h7x.cpu0 configure -event halted tear'
	exec $(command -v openocd) "\$@"
END
chmod +x "$work/bin/openocd"

# preflashed NAME RECIPE KEYS: five such boards, and blank ones beside them
preflashed() {
	printf 'virtual: 1\nseed: 4\nboards:\n  count: 8\n  one:\n' >"$work/w.yaml"
	for i in 2 3 4 5 6; do printf '    "%u": {flashed: true%s}\n' $i "$3"; done >>"$work/w.yaml"
	virtual-fixture describe "$work/w.yaml" >"$work/f.yaml"
	rm -f "$FLASHLINE_JOURNAL"* "$work/unread"
	serials 8 >/dev/null
	PATH=$work/bin:$PATH RECIPE=$2 in_world "$work/w.yaml" -- bash -c "run_line $work/f.yaml --serials $work/serials.txt" \
		>"$work/out" 2>&1
	flashline runs --json | jq -r '.[] | "\(.slot) \(.verdict) \(.code // "-") \(.blame // "-")"' | sort >"$work/was"
	sed 's/^/# /' "$work/was"
	is "$1: it fails nobody" "$(grep -vE '^. (ERROR drive-unfinished station|PASS - -)$' "$work/was")" ""
	has "$1: some drives are half made" "$work/was" "ERROR drive-unfinished"
	is "$1: blank boards pass" "$(grep -cE '^[178] PASS - -$' "$work/was")" 3
	ok "$1: where no firmware can be read there was none" [ -e "$work/unread" ]
	has "$1: why is told" "$work/out" "the board came with firmware, which this run stopped "
}
preflashed "DFU" recipes/demo.yaml ""
preflashed "the older bootloader" recipes/demo-cdc.yaml ", bootloader: cdc"
done_testing

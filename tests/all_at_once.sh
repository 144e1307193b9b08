#!/bin/bash
# To be run inside the world of 32 boards: OpenOCD programs all of them at the same time and asks their
# bootloaders to stay (boards.md section 1.6: the word 0xB00710AD at 0x2001FFFC), then dfu-util downloads to all of
# them at the same time. Prints how many of each went well.
#   all_at_once.sh WORK PROBE_CFG
work=$1 cfg=$2
program() {
	PROBE=$(printf FLPROBE%02d "$1") timeout 120 openocd -f "$cfg" -f target/stm32h7x.cfg -c "
		program build/images/bootloader.bin 0x08000000 verify
		mww 0x2001FFFC 0xB00710AD
		reset run
		shutdown" >"$work/openocd.$1" 2>&1
}
download() {
	local port=1-$((($1 - 1) / 8 + 1)).$((($1 - 1) % 8 + 1))
	timeout 120 dfu-util -d ,37c5:9204 -p $port -a FIRMWARE -D build/images/firmware.bin >"$work/dfu.$1" 2>&1
}
all() { # WHAT: for all boards at once; prints how many succeeded
	local pids=() good=0 n
	for n in $(seq 32); do
		"$1" "$n" &
		pids+=($!)
	done
	for n in "${pids[@]}"; do wait "$n" && good=$((good + 1)); done
	echo "$1 $good"
}
all program
until [ "$(lsusb -d 37c5:9204 | wc -l)" = 32 ]; do
	[ $SECONDS -lt 60 ] || break
done
all download

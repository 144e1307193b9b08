# OpenMV's DFU bootloader: our download, verified, beside dfu-util's, which reads nothing back.

# The firmware alone, on a board that has the bootloader already; leaves e.dfu (events).
cat >"$work/dfu.yaml" <<-'EOF'
	virtual: 1
	description: One board that was flashed before
	boards: {count: 1, each: {flashed: true}}
EOF
virtual-fixture describe "$work/dfu.yaml" >"$work/dfu-fixture.yaml"
echo OMV000001 >"$work/serials.d"
virtual-fixture run --time 1 "$work/dfu.yaml" -- flashline run --recipe recipes/demo.yaml \
	--fixture "$work/dfu-fixture.yaml" --json --journal "$work/journal.d" --serials "$work/serials.d" >"$work/e.dfu" ||
	echo "bench: the board did not pass, DFU" >&2
ours=$(jq -s '[.[] | select(.event=="step-end" and .step=="firmware").ms] | max / 1000' "$work/e.dfu")
virtual-fixture run --time 1 "$work/dfu.yaml" -- tool_pins FLPINS01 A=01 B=00 C=ff -- bash -c '
	until lsusb -d 37c5:9204 >/dev/null; do :; done
	tool_measure "$work/dfu" dfu-util -d ,37c5:9204 -a FIRMWARE -D "$firmware" >/dev/null 2>&1'
theirs=$(cut -d' ' -f1 "$work/dfu")
row "firmware over DFU, written and read back" "$ours s" "" ""
row "  dfu-util, the same firmware, not read back" "$theirs s" "" ""
row "  ours, verified, over dfu-util's, unverified" "$(ratio "$ours" "$theirs")" "<= 1.05" ""

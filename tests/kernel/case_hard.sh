# What a station's machine may do to it: more than sixty devices at once, devices that leave while they are enumerated, two stations,
# and usbfs without memory.
begin crowd
bare "$work/fixture.yaml"
thirty_bound() {
	local slot
	for slot in $(seq 30); do bound "$(place "$slot")" || return 1; done
}
ok "thirty cameras come, and their probes" await 120 thirty_bound
echo "# devices: $(cat $usb/*/idVendor | grep -cv 1d6b)"
look_at() { # FIRST-SERIAL SLOTS ...
	serials "$(tr , '\n' <<<"$2" | wc -l)" "$1" >/dev/null
	cp "$work/serials.txt" "$work/serials-$1.txt"
	as_operator flashline run --recipe tests/kernel/look.yaml --fixture "$work/bare.yaml" --slots "$2" \
		--serials "$work/serials-$1.txt" --operator tester --station bench "${@:3}"
}
look_at 2000 1,2,9,10,25,26,29,30 >"$work/out"
is "a run among so many passes" $? 0
sed -n '/^$/,$s/^/# /p' "$work/out"

# ---- they leave while the kernel asks them who they are
for round in $(seq 12); do
	for port in 0 1 2; do echo $port >/sys/devices/platform/vhci_hcd.0/detach; done 2>/dev/null
	sleep "0.$((round * 7 % 10))"
done
ok "left a dozen times while they came, they are there" await 60 thirty_bound
look_at 2100 1,2,3 >"$work/out"
is "and pass" $? 0

# ---- usbfs without memory
usbfs_of 1 look_at 2200 1,2,3,4,5,6,7,8 >"$work/out"
echo "# usbfs has 1 MiB: ends with $?"
sed -n '/^$/,$s/^/# /p' "$work/out"
ok "no board is blamed for the machine" bash -c "! grep -q FAIL '$work/out'"

# ---- two stations
rm "$work/out"
look_at 2300 1,2,3,4 >"$work/out" &
first=$!
await 30 grep -q ' step 1/' "$work/out"
FLASHLINE_JOURNAL=$work/other.db look_at 2400 11,12 >"$work/other" 2>&1
echo "# the second ends with $?"
sed -n '/^$/,$s/^/# /p;/annot\|in use\|already/s/^/# /p' "$work/other"
wait $first
is "the first of two stations passes" $? 0
ok "nobody blames a board" bash -c "! grep -q FAIL '$work/other'"
ok "and nobody claims an interface" nobody_claims
end

# Interfaces that the kernel's drivers have, boards that vanish, a controller that dies, a kernel that has no memory left.
begin powered
bare "$work/fixture.yaml"
ok "all eight cameras are cdc_acm's and usb-storage's" await 120 all_bound
serials 8 2000 >/dev/null
look() {
	as_operator flashline run --recipe tests/kernel/look.yaml --fixture "$work/bare.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench "$@"
}
look >"$work/out"
is "the run takes them over, and passes" $? 0
sed 's/^/# /' "$work/out"
ok "after it the kernel's drivers have all of them again" await 20 all_bound
for slot in 1 2 3 4 5 6 7 8; do echo "# slot $slot: $(drivers "$(place $slot)")"; done
ok "and nobody claims an interface" nobody_claims

# ---- killed in the middle: right after the first drive is being read
killed_at read look
for slot in 1 2 3 4 5 6 7 8; do echo "# slot $slot: $(drivers "$(place $slot)")"; done
look >"$work/out"
is "the next run passes" $? 0
ok "and after it the kernel's drivers have all of them" await 20 all_bound

# ---- the cable falls out while a file is written
put() {
	as_operator flashline run --recipe tests/kernel/write.yaml --fixture "$work/bare.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench "$@"
}
serials 2 3000 >/dev/null
unplugged_at write 1 put --slots 1,2
verdicts | grep -E '^[12] ' >"$work/two"
is "a board that was unplugged in the middle of a write is lost" "$(sed -n 1p "$work/two")" "1 ERROR usb-lost"
is "its neighbour passes" "$(sed -n 2p "$work/two")" "2 PASS -"
ok "plugged in again the kernel's drivers have it" await 60 bound "$(place 1)"
ok "and its neighbour" await 20 bound "$(place 2)"

# ---- the controller is killed while files are written
serials 2 4000 >/dev/null
killed_at write put --slots 3,4
put --slots 3,4 >"$work/out" 2>&1
ok "what is half written then blames no board" bash -c "! grep -q 'FAIL' '$work/out'"
sed -n '/^$/,$s/^/# /p' "$work/out"
ok "after the next run the kernel's drivers have both" await 20 bound "$(place 3)"
ok "the other, too" await 20 bound "$(place 4)"

# ---- transfers that are cancelled as soon as they are there: none is lost on the way between two queues. With APPEND=preempt=full
# some hundred of them overtake their submits, because the threads that send are the last to get a processor.
senders() {
	ps -o pid,comm | awk '/vhci_tx/ {print $1}' | xargs renice "$1" -p >/dev/null 2>&1
}
ok "the kernel's drivers have the sixth" await 60 bound "$(place 6)"
senders 19
tool_cancels "$(node 6)" 1000 2:83 1:82 >"$work/cancels" 2>&1 & # where one is lost no signal ends it
ok "2000 transfers that are cancelled at once come back" await 60 grep -qx "all came back" "$work/cancels"
senders 0
ok "and the kernel's drivers have theirs again" await 20 bound "$(place 6)"

# ---- other programs have all the memory of usbfs: 12 KiB are left, enough to ask a device, too little to read its drive
serials 1 7000 >/dev/null
usbfs_of 1 tool_usbfs_memory "$(node 5)" 12 -- su operator -s /usr/bin/bash -c "exec flashline run --recipe tests/kernel/look.yaml \
	--fixture $work/bare.yaml --serials $work/serials.txt --operator tester --station bench --slots 1" >"$work/out" 2>&1
is "a kernel without memory for transfers is the station's fault" "$(verdicts | grep '^1 ')" "1 ERROR usb-memory"
has "and the message names the knob" "$work/out" usbfs_memory_mb
sed -n '/^$/,$s/^/# /p' "$work/out"
end

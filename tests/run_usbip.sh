#!/bin/bash
# The virtual fixture's second front end without a kernel that would use it: what the stock usbip client sees, and
# what virtual-attach would write into vhci_hcd's files.
. tests/tap.sh
. tests/world.sh

# begin ADDRESS: serves eight boards; its first word says when the ports are there
begin() {
	rm -f "$work/said"
	virtual-fixture serve --usbip "$1" $worlds/good.yaml >"$work/said" 2>"$work/error" &
	server=$!
	await 20 test -s "$work/said"
}
end() {
	kill $server
	wait $server
}

# ---- the stock client
if command -v usbip >/dev/null || [ -x /usr/sbin/usbip ]; then
	for port in 32401 32411 32421 32431; do # the first that is free
		begin "tcp:127.0.0.1:$port" && break
	done
	PATH=$PATH:/usr/sbin usbip --tcp-port "$port" list -r 127.0.0.1 >"$work/list" 2>&1
	end
	is "usbip lists eight probes" "$(grep -c '^ *2-1\.[1-8]: ' "$work/list")" 8
	ok "and the pin controller" grep -q '^ *3-1: .*(0403:6011)' "$work/list"
	ok "no hub, and no board: they have no power" bash -c "! grep -E '^ *1-1|1d6b' '$work/list'"
else
	skip "usbip lists what is there" "usbip is not installed"
fi

# ---- only for this machine
for address in tcp:0.0.0.0:3240 tcp:192.168.0.1:3240 3240; do
	virtual-fixture serve --usbip "$address" $worlds/good.yaml >"$work/said" 2>"$work/error"
	is "$address is refused" $? 125
	has "and it says why" "$work/error" "this machine only"
done

# ---- virtual-attach, with files in vhci's place: two controllers of fifteen ports
vhci=$work/sys
for controller in 0 1; do
	for hub in $((2 * controller + 5)) $((2 * controller + 6)); do
		mkdir -p "$vhci/vhci_hcd.$controller/usb$hub"
		echo 15 >"$vhci/vhci_hcd.$controller/usb$hub/maxchild"
		[ $((hub % 2)) = 1 ] && echo 480 >"$vhci/vhci_hcd.$controller/usb$hub/speed"
		[ $((hub % 2)) = 0 ] && echo 5000 >"$vhci/vhci_hcd.$controller/usb$hub/speed"
	done
done
: >"$vhci/vhci_hcd.0/detach"
mkfifo "$vhci/vhci_hcd.0/attach"
exec 5<>"$vhci/vhci_hcd.0/attach"

begin "unix:$work/socket"
is "its socket is for its owner only" "$(stat -c %a "$work/socket")" 600
virtual-attach --sysfs "$vhci" "unix:$work/socket" >"$work/attach" 2>"$work/error" &
agent=$!
for i in 1 2 3 4 5 6 7 8 9; do
	IFS=' ' read -r -t 20 port _ devid speed <&5 && echo "$port $speed"
done | sort -n >"$work/ports"
is "what is there is attached, each at the port of its place: the probes, the controller" \
	"$(xargs <"$work/ports")" "8 3 9 3 10 3 11 3 12 3 13 3 14 3 30 3 31 3"
has "it says where the first board will be" "$work/attach" "1-1.1 is 5-1"
has "ports go on at the next controller" "$work/attach" "is 7-1"
end
wait $agent
is "when the fixture ends, so does it" $? 0
ok "the socket is gone" test ! -e "$work/socket"
# The kernel still has what was at the first of these places before.
mkdir "$vhci/vhci_hcd.0/usb5/5-9"
begin "unix:$work/socket"
virtual-attach --sysfs "$vhci" "unix:$work/socket" >"$work/attach" 2>"$work/error" &
agent=$!
for i in 2 3 4 5 6 7 8 9; do
	IFS=' ' read -r -t 20 port _ <&5 && echo "$port"
done | sort -n >"$work/ports"
is "a place that the kernel has not cleared gets no other device" "$(xargs <"$work/ports")" "9 10 11 12 13 14 30 31"
rmdir "$vhci/vhci_hcd.0/usb5/5-9"
IFS=' ' read -r -t 20 port _ <&5
is "when it has, the device comes" "$port" 8
kill $agent
wait $agent
is "told to end it ends with 0" $? 0
ok "and unplugs what it has plugged in" test -s "$vhci/vhci_hcd.0/detach"

rm -r "$vhci/vhci_hcd.1"
virtual-attach --sysfs "$vhci" "unix:$work/socket" >"$work/attach" 2>"$work/error"
is "a kernel with too few ports is an error" $? 1
has "it says how many are wanted" "$work/error" "this world needs 17 ports, vhci_hcd has 15"
end
virtual-attach --sysfs "$vhci" "unix:$work/socket" >"$work/attach" 2>"$work/error"
is "no fixture is an error" $? 1
virtual-attach --sysfs "$work/none" "unix:$work/socket" >"$work/attach" 2>"$work/error"
is "no vhci_hcd is an error" $? 1
has "and it says what to do" "$work/error" "modprobe vhci_hcd"
done_testing

# For the cases in the guest: worlds that are plugged into its kernel, and what the kernel makes of them.
usb=/sys/bus/usb/devices

# as_operator COMMAND...: as a user who is in group plugdev, and nothing else
as_operator() {
	su operator -s /usr/bin/bash -c "$(printf '%q ' "$@")"
}

# begin NAME: tests/kernel/NAME.yaml, or the shipped world of that name; its fixture is $work/fixture.yaml then, its flash goes to /out/NAME at the end
begin() {
	local dump="--dump /out/$1"
	world=tests/kernel/$1.yaml
	# Of a shipped world nobody looks at the flash: 34 MiB for each H7 Plus, and /out is memory.
	[ -f "$world" ] || { world=fixtures/virtual/worlds/$1.yaml && dump=; }
	rm -f "$work/serve" "$work/attach"
	# As README says it: the boards are a user's, what plugs them in is root's. Devices have a processor of their own.
	nice -n -15 su operator -s /usr/bin/bash -c "exec virtual-fixture serve --usbip unix:/tmp/boards \
		--patience ${patience:-6} ${speed:+--time $speed} --cancel-ms ${cancel_ms:-0} $dump $world" >"$work/serve" &
	serve=$!
	await 20 test -s "$work/serve"
	virtual-attach unix:/tmp/boards >"$work/attach" &
	attach=$!
	virtual-fixture describe --vhci "$world" >"$work/fixture.yaml"
	ok "$1: probes and pin controllers are there" await 60 probes_there
	probes_there || done_testing # nothing else would say anything
}

# All pin controllers, and all probes but those that the world says are missing.
probes_there() {
	local serial missing=0
	for serial in $(grep -oE 'FL(PROBE|PINS)[0-9]+' "$work/fixture.yaml" | sort -u); do
		grep -qx "$serial" $usb/*/serial || missing=$((missing + 1))
	done
	[ "$missing" = "$(grep -c '^ *probe_unplugged: true' "$world")" ]
}

# end: lets go of the world
end() {
	kill $attach
	wait $attach
	is "virtual-attach ends with 0" $? 0
	ok "and leaves nothing plugged in" await 10 nothing_there
	kill $serve
	wait $serve
	is "virtual-fixture serve ends with 0" $? 0
}

nothing_there() {
	! cat $usb/*/idVendor | grep -qv 1d6b # the root hubs' own
}

# place SLOT: where the kernel has a slot's board
place() {
	sed -n "s/^ *usb: //p" "$work/fixture.yaml" | sed -n "$1p"
}

# node SLOT: the device node of a slot's board
node() {
	printf '/dev/bus/usb/%03d/%03d' "$(cat "$usb/$(place "$1")/busnum")" "$(cat "$usb/$(place "$1")/devnum")"
}

# driver PLACE:1.INTERFACE
driver() {
	basename "$(readlink "$usb/$1/driver" || echo none)"
}

# drivers PLACE: of a camera's drive and the two interfaces of its port; bound: when they are what a desktop has
drivers() {
	echo "$(driver "$1:1.0") $(driver "$1:1.1") $(driver "$1:1.2")"
}
bound() {
	[ "$(drivers "$1")" = "usb-storage cdc_acm cdc_acm" ]
}
all_bound() {
	local slot
	for slot in 1 2 3 4 5 6 7 8; do bound "$(place $slot)" || return 1; done
}

# controller_bound: ftdi_sio has all four channels of the pin controller
controller_bound() {
	local at
	at=$(dirname "$(grep -lx FLPINS01 $usb/*/serial)")
	[ "$(for i in 0 1 2 3; do driver "${at##*/}:1.$i"; done | xargs)" = "ftdi_sio ftdi_sio ftdi_sio ftdi_sio" ]
}

nobody_claims() {
	! ls -d $usb/*:*/driver >/dev/null 2>&1 || ! readlink $usb/*:*/driver | grep -q '/usbfs$'
}

# hold_pins A=xx: power by libftdi's own means, until let_go takes it away
hold_pins() {
	# exec: so that the signal ends tool_pins itself, and its claims. Power comes last: a channel that is
	# taken begins with all pins low, which is a reset.
	(exec su operator -s /usr/bin/bash -c "exec tool_pins FLPINS01 C=ff B=00 $1 -- sleep 1000") &
	holder=$!
}
let_go() {
	kill $holder
	wait $holder 2>/dev/null
	as_operator tool_pins FLPINS01 A=00 C=ff B=00 -- true
}

# usbfs_of MIB COMMAND...: all programs' transfers may have so much memory while it runs; its status
usbfs_of() {
	local memory=/sys/module/usbcore/parameters/usbfs_memory_mb before status
	before=$(cat $memory)
	echo "$1" >$memory
	"${@:2}"
	status=$?
	echo "$before" >$memory
	return $status
}

# disk SLOT: the kernel's partition on a slot's camera
disk() {
	local found=("$usb/$(place "$1"):1.0"/host*/target*/*/block/*/*1)
	[ -e "${found[0]}" ] && basename "${found[0]}"
}

# verdicts: of each slot's newest run, one a line
verdicts() {
	flashline runs --json | jq -r 'group_by(.slot)[] | max_by(.run) | "\(.slot) \(.verdict) \(.code // "-")"'
}

# Jobs are begun by /proc/self/exe, and so the kernel calls them.
flashline_gone() {
	! ps -o comm | grep -qE '^(flashline|exe|openocd)$'
}

# killed_at PHASE COMMAND...: this run's controller gets SIGKILL as soon as a step of it is in this phase
killed_at() {
	local phase=$1 line pid shell seen=
	shift
	[ -p "$work/events" ] || mkfifo "$work/events"
	"$@" --json >"$work/events" &
	shell=$!
	while IFS= read -r line; do
		case $line in *"\"phase\":\"$phase\""*)
			seen=yes
			break
			;;
		esac
	done <"$work/events"
	is "the run was in phase $phase" "$seen" yes
	for pid in $(pidof flashline); do
		# the controller is the one whose parent is none of them
		pidof flashline | tr ' ' '\n' | grep -qx "$(awk '{print $4}' "/proc/$pid/stat" 2>/dev/null)" || kill -KILL "$pid" 2>/dev/null
	done
	wait $shell
	ok "the controller is killed: its jobs end" await 60 flashline_gone
	ok "and no interface stays claimed" await 10 nobody_claims
}

# unplugged_at PHASE SLOT COMMAND...: this slot's cable falls out as soon as a step of this run is in this phase there
unplugged_at() {
	local phase=$1 slot=$2 line shell seen=
	shift 2
	[ -p "$work/events" ] || mkfifo "$work/events"
	"$@" --json >"$work/events" &
	shell=$!
	while IFS= read -r line; do
		[ -n "$seen" ] && continue # the rest is only read
		case $line in *"\"slot\":$slot,"*"\"phase\":\"$phase\""*)
			seen=yes
			echo $((slot - 1)) >/sys/devices/platform/vhci_hcd.0/detach
			;;
		esac
	done <"$work/events"
	wait $shell
	is "slot $slot was in phase $phase" "$seen" yes
}

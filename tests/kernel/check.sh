#!/bin/bash
# make check-kernel: the boards of the virtual fixture before a real Linux kernel, Debian's, in QEMU.
#
#   guest (kernel, udev, drivers)                       host
#     virtual-fixture serve -- vhci_hcd -- Flashline      this script, and the same run with the preload
#
# Ends with the guest's own TAP, plus what only the host can compare. LIMIT seconds are all it has; CASES names
# the guest's cases, WORLDS the worlds of case worlds, APPEND more words for its kernel. Where QEMU cannot be had it says SKIP, and why.
set -u
CASES=${CASES:-} WORLDS=${WORLDS:-}
B=${B:-build}
ENOUGH=70 # percent: with two busy programs beside it on two processors it gets more
started=$SECONDS
if ! .ci/setup kernel; then
	echo "1..0 # SKIP QEMU and Debian's kernel cannot be had here"
	exit 0
fi
made=$(tests/kernel/make_guest.sh "$B")
rc=$?
if [ $rc = 77 ]; then
	echo "1..0 # SKIP Debian's kernel package cannot be had here"
	exit 0
fi
[ $rc = 0 ] || { echo "Bail out! the guest cannot be made"; exit 1; }
{ read -r vmlinux; read -r initrd; } <<<"$made"
out=$B/kernel-out
rm -rf "$out" && mkdir -p "$out/guest"
truncate -s 96M "$out/disk"
# /dev/kvm alone proves nothing (real-kernel.md section 3).
accel=tcg,thread=multi
if grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ]; then accel=kvm; fi
echo "# the guest is made: $((SECONDS - started)) s; accelerator ${accel%%,*}"

# share PID: how much of the processor time that it wanted a program has got so far, in percent
share() {
	cat /proc/"$1"/task/*/schedstat 2>/dev/null | awk '{got += $1; late += $2} END {if (got) printf "%d\n", 100 * got / (got + late)}'
}

timeout -k 5 "${LIMIT:-600}" qemu-system-x86_64 -accel "$accel" -cpu max -smp 2 -m 1024 -nodefaults -display none \
	-monitor none -no-reboot -serial "file:$out/serial.log" -kernel "$vmlinux" -initrd "$initrd" \
	-drive "file=$out/disk,if=none,id=out,format=raw" -device virtio-blk-pci,drive=out \
	-append "console=ttyS0 panic=-1 mitigations=off loglevel=1 FLASHLINE_CASES=${CASES// /,} FLASHLINE_WORLDS=${WORLDS// /,} ${APPEND:-}" </dev/null &
limit=$!
trap 'kill $limit 2>/dev/null' EXIT
kept=
while kill -0 $limit 2>/dev/null; do # its threads tell only while they live
	for pid in $(pgrep -P $limit); do
		got=$(share "$pid")
		kept=${got:-$kept}
	done
	sleep 1
done
wait $limit
rc=$?
trap - EXIT
got=${kept:-100}
tr -d '\r' <"$out/serial.log" | grep -E '^(ok|not ok|#|1\.\.)|^ ' | sed 's/^/    /'
tar -x -C "$out/guest" -f "$out/disk" 2>"$out/tar"
whole=$?
rm -f "$out/disk"
echo "# the guest has run: $((SECONDS - started)) s; QEMU got $got % of the processor time that it wanted"
# Devices wait for their host a few seconds, real ones, too. What fails on a machine that starves is no proof of anything;
# but a guest that stands still does not starve, and no board may be blamed on any machine.
proven=$(grep -cE '^not ok .*(the guest stands still|blame)' "$out/serial.log")
if [ "$proven" = 0 ] && [ "$got" -lt "$ENOUGH" ] && { [ $rc != 0 ] || grep -q '^not ok' "$out/serial.log"; }; then
	echo "1..0 # SKIP the machine had other work: QEMU got $got % of the time that it wanted, and needs $ENOUGH"
	exit 0
fi

. tests/tap.sh

# ticks: of all processors, idle ones too; those that somebody had; those that this script's own programs had
ticks() {
	awk '/^cpu / {for (i = 2; i <= 9; i++) all += $i; print all, all - $5 - $6}' /proc/stat | tr '\n' ' '
	awk '{print $16 + $17}' /proc/$$/stat
}

# preload NAME THERE WORLD RECIPE FIXTURE OPTIONS...: the same run here says of each slot what the guest has said in file
# THERE. A station that starves may be in doubt of more boards, which proves nothing then; a PASS or a FAIL that differs is a
# difference on any machine.
preload() {
	local name="$1: the preload gives the same verdicts and codes" there=$2 here all busy own all_before busy_before own_before others
	read -r all_before busy_before own_before < <(ticks)
	virtual-fixture run "${@:6}" "$3" -- flashline run --recipe "$4" --fixture "$5" \
		--serials "$work/serials.txt" --operator tester --station bench >/dev/null 2>&1
	read -r all busy own < <(ticks)
	others=$((100 * (busy - busy_before - own + own_before) / (all - all_before + 1)))
	echo "# $1 in the preload: other programs had $others % of the processors"
	here=$(flashline runs --json | jq -r 'group_by(.slot)[] | max_by(.run) | "\(.slot) \(.verdict) \(.code // "-")"')
	if [ "$here" != "$(cat "$there")" ] && [ $((100 - others)) -lt "$ENOUGH" ] && only_doubts "$there" "$here"; then
		diff "$there" - <<<"$here" | sed 's/^/# /'
		skip "$name" "the machine had other work: $((100 - others)) % were left, and it needs $ENOUGH"
	else
		is "$name" "$(cat "$there")" "$here"
	fi
}

# only_doubts THERE HERE: the same slots, and where they differ here is an ERROR
only_doubts() {
	[ "$(cut -d' ' -f1 "$1")" = "$(cut -d' ' -f1 <<<"$2")" ] && ! grep -vxFf "$1" <<<"$2" | grep -vq '^[0-9]* ERROR '
}

is "QEMU ends by itself" $rc 0
ok "the guest said all that it had to say" grep -qE '^1\.\.[0-9]+' "$out/serial.log"
ok "and nothing failed there" bash -c "! grep '^not ok' '$out/serial.log'"
is "what it left came out whole" "$whole $(head -n 1 "$out/tar")" "0 "
ok "its kernel did not panic" bash -c "! grep -E 'Kernel panic|Oops' '$out/serial.log'"
if [ -s "$out/guest/line.verdicts" ]; then
	serials 8 >/dev/null
	preload line "$out/guest/line.verdicts" tests/kernel/line.yaml recipes/demo-product.yaml fixtures/virtual/eight-up.yaml
	ok "the guest's journal opens here, and is whole" sqlite3 -readonly "$out/guest/line.db" 'PRAGMA integrity_check'
	ok "its chain of records is unbroken" flashline verify --journal "$out/guest/line.db"
	ok "it says of every board what is true" bash -c \
		"FLASHLINE_JOURNAL=$out/guest/line.db flashline runs --json | virtual-fixture judge tests/kernel/line.yaml"
fi
is "each world that ran there is compared" "$(find "$out/guest/worlds" -type f -size +0 2>/dev/null | wc -l)" \
	"$(grep -c '^# .* is compared' "$out/serial.log")"
for there in "$out"/guest/worlds/*; do
	[ -s "$there" ] || continue
	name=${there##*/}
	world=fixtures/virtual/worlds/$name.yaml
	eval "$(virtual-fixture about "$world" | grep -E '^(recipe|boards)=')"
	virtual-fixture describe "$world" >"$work/fixture.yaml"
	serials "$boards" >/dev/null
	export FLASHLINE_JOURNAL=$work/$name.db
	preload "$name" "$there" "$world" "$recipe" "$work/fixture.yaml" --time 0.1
done
echo "# all: $((SECONDS - started)) s"
done_testing

#!/bin/bash
# A device that has left is used all the same, by a step that has not heard of it yet: libusb 1.0.26 aborts a process that does.
. tests/tap.sh
. tests/world.sh

printf 'virtual: 1\nwiring: none\nhubs: {power: honest}\nboards: {count: 1, each: {flashed: true}}\n' >"$work/w.yaml"
in_world "$work/w.yaml" -- tool_left 1-1.1 >"$work/out" 2>"$work/err"
is "its bootloader is not waited for: the process ends as it should" "$? $(cat "$work/err")" "0 "
is "and says what it has seen" "$(xargs <"$work/out")" "setting: usb-lost claiming: usb-lost closed"
done_testing

# An older bootloader's download: a controller is killed in its middle, and a cable falls out. Nothing stays claimed, and
# the same boards pass afterwards.
begin cdc-four
older() { # SLOTS ...
	as_operator flashline run --recipe recipes/demo-cdc.yaml --fixture "$work/fixture.yaml" --slots "$1" \
		--serials "$work/serials.txt" --operator tester --station bench "${@:2}"
}
serials 2 5000 >/dev/null
killed_at write older 1,2
older 1,2 >"$work/out" 2>&1
is "both boards pass afterwards" $? 0
sed -n '/^$/,$s/^/# /p' "$work/out"
ok "and nobody claims an interface" nobody_claims

serials 2 6000 >/dev/null
unplugged_at write 3 older 3,4
is "a board that was unplugged in the middle of a download is lost" "$(verdicts | grep '^3')" "3 ERROR usb-lost"
is "its neighbour passes" "$(verdicts | grep '^4')" "4 PASS -"
ok "and nobody claims an interface" nobody_claims
end

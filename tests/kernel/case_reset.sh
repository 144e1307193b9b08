# Boards and their hub reset themselves. Of hubs USB/IP knows nothing: a hub that resets takes its boards off the bus, one by one, and no
# board may be blamed for it.
begin resets
flash() {
	as_operator flashline run --recipe tests/kernel/console.yaml --fixture "$work/fixture.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench
}
serials 4 9000 >/dev/null
flash >"$work/out"
sed -n '/^$/,$s/^/# /p' "$work/out"
verdicts | grep -E '^[1-4] ' >"$work/four"
is "the hub of four boards resets: a download is lost" "$(sed -n 3p "$work/four")" "3 ERROR usb-lost"
ok "nobody is failed for it" bash -c "! grep FAIL '$work/four'"
ok "nobody claims an interface" nobody_claims
flash >"$work/out"
sed -n '/^$/,$s/^/# /p' "$work/out"
is "the next run: the board that resets in a script is told as such, the others pass" \
	"$(verdicts | grep -E '^[1-4] ' | xargs)" "1 PASS - 2 ERROR console-reset 3 PASS - 4 PASS -"
ok "nobody claims an interface" nobody_claims
end

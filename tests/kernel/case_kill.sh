# A controller that is killed in the middle of an older bootloader's download: nothing stays claimed, and the same boards
# pass afterwards.
begin cdc-two
serials 2 4000 >/dev/null
older() {
	as_operator flashline run --recipe recipes/demo-cdc.yaml --fixture "$work/fixture.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench "$@"
}
killed_at write older
older >"$work/out" 2>&1
is "both boards pass afterwards" $? 0
sed -n '/^$/,$s/^/# /p' "$work/out"
ok "and nobody claims an interface" nobody_claims
end

# A host controller that is slow to give back what is cancelled: 0.4 s, and 2.5 s, which is longer than a station waits for it. A device
# that keeps silent is what has transfers cancelled: a console that says nothing.
look_slowly() {
	as_operator flashline run --recipe tests/kernel/look.yaml --fixture "$work/bare.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench "$@"
}
both_bound() { bound "$(place 1)" && bound "$(place 2)"; }
for ms in 400 2500; do
	cancel_ms=$ms begin silent
	bare "$work/fixture.yaml"
	ok "both cameras are the kernel's" await 120 both_bound
	serials 2 $((8000 + ms)) >/dev/null
	look_slowly >"$work/out"
	sed -n '/^$/,$s/^/# /p' "$work/out"
	verdicts | grep -E '^[12] ' >"$work/two"
	is "cancelling takes $ms ms: a silent console is told as such" "$(sed -n 2p "$work/two")" "2 FAIL console-no-prompt"
	is "and its neighbour passes" "$(sed -n 1p "$work/two")" "1 PASS -"
	ok "nobody claims an interface" await 10 nobody_claims
	ok "and the kernel's drivers have both" await 20 both_bound
	end
done

# The shipped worlds of bad boards, before a real kernel: every board gets what its world says it deserves. The host runs
# them once more with the preload, and compares.
mkdir -p /out/worlds
one_journal=$FLASHLINE_JOURNAL
for name in ${WORLDS:-faults cdc h7plus drive-faults}; do
	started=$SECONDS
	speed=0.1 begin "$name"
	eval "$(virtual-fixture about "$world" | grep -E '^(recipe|boards)=')"
	serials "$boards" >/dev/null
	export FLASHLINE_JOURNAL=$work/$name.db
	as_operator flashline run --recipe "$recipe" --fixture "$work/fixture.yaml" \
		--serials "$work/serials.txt" --operator tester --station bench >"$work/out" 2>&1
	sed -n '/^$/,$s/^/# /p' "$work/out"
	verdicts >"/out/worlds/$name"
	echo "# $name is compared by the host"
	cp "$FLASHLINE_JOURNAL" "/out/$name.db"
	ok "$name: every board got what it deserves" bash -c \
		"flashline runs --json | virtual-fixture judge '$world'"
	ok "$name: nobody claims an interface" nobody_claims
	end
	echo "# $name took $((SECONDS - started)) s"
done
export FLASHLINE_JOURNAL=$one_journal

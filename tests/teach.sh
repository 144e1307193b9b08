# For tests of flashline teach: its operator is a pipe. Source after world.sh.
# cameras COUNT: boards that their hub feeds from the start have made their drives, so many of them
cameras() { [ "$(lsusb -d 37c5:1204 | wc -l)" -ge "$1" ]; }
export -f cameras await
# teach WORLD FILE ANSWERS [PREFIX]: exit status in $status, what it said in $work/PREFIXout; begins when $up cameras are there
teach() {
	printf "$3" | in_world "$1" -- bash -c "await 60 cameras ${up:-0}; exec flashline teach --fixture $2" >"$work/${4:-}out" 2>"$work/${4:-}err"
	status=$?
}
# boards COUNT [KEYS]: a world of its own
boards() {
	printf 'virtual: 1\nboards:\n  count: %s\n  each: {%s}\n' "$1" "${2:-}" >"$work/world.yaml"
}
# same NAME FILE FILE: they mean the same
same() {
	is "$1" "$(tool_fixture "$2")" "$(tool_fixture "$3")"
}
# says WORLD: what the fixture of this world is, as its own description has it
says() {
	virtual-fixture describe "$1" >"$work/said.yaml"
	tool_fixture "$work/said.yaml"
}

# ---- an operator with hands: what he does follows what he is asked

# by_hand: once, before begin
by_hand() {
	mkfifo "$work/hands" "$work/answers"
	exec 7<>"$work/hands" 8<>"$work/answers"
}
# begin: teach is under way in $work/world.yaml, and says into $work/out, writes $work/taught.yaml; its process is in $work/pid,
# its end in $work/status, what became of the wires in $work/wires
begin() {
	rm -f "$work/taught.yaml" "$work/out" "$work/pid" "$work/wires" "$work/status"
	(
		in_world "$work/world.yaml" --hands "$work/hands" --wires "$work/wires" -- \
			sh -c 'echo $$ >"$1"; exec flashline teach --fixture "$2"' sh "$work/pid" "$work/taught.yaml" \
			<"$work/answers" >"$work/out" 2>"$work/err"
		echo $? >"$work/status"
	) 7>&- 8>&- &
}
# come SECONDS FILE TEXT: it is in the file by then. Without it nothing that follows is of any use.
come() {
	await "$1" grep -qF -- "$3" "$2" && return
	fail "awaited: $3" "$(tail -n 40 "$work/out" "$work/err" "$2")"
	exit 1
}
# asked TEXT: it is on the screen; answer TEXT; hand ACT WIRES: it is done when the record has the line
asked() { come 120 "$work/out" "$1"; }
answer() { echo "${1:-}" >&8; }
hand() {
	echo "$1" >&7
	come 30 "$work/wires" "$2"
}
# press ACT TEXT: until it is on the screen: a finger is there for 100 ms, which a busy machine may miss
press() {
	for _ in $(seq 100); do
		echo "$1" >&7
		await 1 grep -qF -- "$2" "$work/out" && break
	done
}
# ended: its exit status
ended() {
	await 60 test -s "$work/status" # in a subshell there is nobody to wait for
	cat "$work/status"
}

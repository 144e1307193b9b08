# For tests of flashline teach: its operator is a pipe. Source after world.sh.
# teach WORLD FILE ANSWERS: exit status in $status, what it said in $work/out
teach() {
	printf "$3" | in_world "$1" -- flashline teach --fixture "$2" >"$work/out" 2>"$work/err"
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

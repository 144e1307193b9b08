# For tests that run the real program in the virtual fixture. Source after tap.sh.
worlds=fixtures/virtual/worlds
# Flash and boot times of a test: fifty times faster than real.
time=${TIME:-0.02}

# in_world NAME OPTIONS... -- COMMAND...: the world's name, options of virtual-fixture run, then what to run
in_world() {
	local name=$1
	shift
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	local file=$name
	[ -f "$file" ] || file=$worlds/$name.yaml
	virtual-fixture run --time "$time" "${options[@]}" "$file" -- "$@"
}

# run_line FIXTURE ARGS...: flashline run with the demo recipe, or $RECIPE
run_line() {
	local fixture=$1
	shift
	flashline run --recipe "${RECIPE:-recipes/demo.yaml}" --fixture "$fixture" --operator tester --station bench "$@"
}

# bench_recipe: a test's own recipe for an H7 camera; from images or steps on it stands on standard input
bench_recipe() {
	cat <<-'END'
		flashline: 1
		product: bench
		revision: A
		serial: {pattern: "OMV[0-9]{6}"}
		board: openmv-h7
		chip: {device: 0x450, revisions: [V], roms: [0x91], flash: 2048KiB}
	END
	cat
}
eight=fixtures/virtual/eight-up.yaml
thirty_two=fixtures/virtual/thirty-two-up.yaml
export -f run_line
export eight thirty_two

# Sourced by demo.sh: a world whose operator works a shift. The line runs until the operator has gone home; its
# verdicts, the lamps, and what is in the boards' flash are compared with the world, with nobody typing.
. tests/off_time.sh
# How long the recipe leaves a board without power is physics' (what is stored on it has to run off), and as fast as that.
off=$(off_time "$recipe")
cat >"$out/recipe.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$out" "$recipe")
revision: B
steps:
  - {id: power-on, off_time: $(awk -v off="$off" -v time="$time" 'BEGIN {ms = off * 1000 * time; printf "%d", ms < 1 ? 1 : ms + 0.5}')ms}
END
serials=(--serials "$out/serials.txt")
[ -z "$labels" ] || serials=() # he scans them
virtual-fixture run --time "$time" --wires "$out/wires" --account "$out/account" "$world" -- \
	flashline line --recipe "$out/recipe.yaml" --fixture "$fixture" --journal "$out/journal.db" \
	"${serials[@]}" --operator demo
echo
echo "What the world says of each board, and what its slot's lamps showed:"
flashline runs --last 100000 --journal "$out/journal.db" --json |
	virtual-fixture judge --wires "$out/wires" --account "$out/account" --off "$off" \
		--time "$time" "$world"

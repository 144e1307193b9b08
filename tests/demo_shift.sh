# Sourced by demo.sh: a world whose operator works a shift. The line runs until the operator has gone home; its
# verdicts, the lamps, and what is in the boards' flash are compared with the world, with nobody typing.
. tests/off_time.sh
virtual-fixture run --time "$time" --wires "$out/wires" --account "$out/account" "$world" -- \
	flashline line --recipe "$recipe" --fixture "$fixture" --journal "$out/journal.db" \
	--serials "$out/serials.txt" --operator demo
echo
echo "What the world says of each board, and what its slot's lamps showed:"
flashline runs --last 100000 --journal "$out/journal.db" --json |
	virtual-fixture judge --wires "$out/wires" --account "$out/account" --off "$(off_time "$recipe")" \
		--time "$time" "$world"

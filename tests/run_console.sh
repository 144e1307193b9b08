#!/bin/bash
# console.run with the real program: what a script prints is judged and recorded, and each way in which a board,
# a script or a recipe can be wrong has a code of its own.
. tests/tap.sh
. tests/world.sh

cat >"$work/selftest.py" <<'END'
import omv, pyb, machine
print("selftest on", omv.board_type())
adc = pyb.ADCAll(12, 0x70000)
total = 0
for i in range(4):
    total += adc.read_vref() * 1000
print(f"supply={total / 4:.1f} mV")
print(f"uid={machine.unique_id().hex()}")
print("selftest: 2 tests ok")
END
# recipe NAME: what is read from stdin becomes the arguments of its console.run
recipe() {
	cat >"$work/$1.yaml" <<END
flashline: 1
extends: $(realpath --relative-to="$work" recipes/demo.yaml)
images:
  selftest: {file: selftest.py, sha256: $(sha256sum "$work/selftest.py" | cut -c1-64)}
steps:
  - {id: power-on, off_time: 20ms}
  - {id: identify, remove: true}
  - {id: bootloader, remove: true}
  - {id: await-bootloader, remove: true}
  - {id: firmware, remove: true}
  - {id: leave-bootloader, remove: true}
  - {id: drive, remove: true}
  - id: console
    do: console.run
    after: await-camera
$(sed 's/^/    /')
END
}
# world LINES...: eight boards that have been flashed, and what is wrong with some
world() {
	printf '%s\n' 'virtual: 1' 'boards:' '  count: 8' '  each: {flashed: true, window: 0ms}' "$@" >"$work/world.yaml"
}
# line RECIPE ARGS...: in that world
line() {
	local name=$1
	shift
	in_world "$work/world.yaml" -- flashline run --recipe "$work/$name.yaml" --fixture $eight --operator tester \
		--station bench --serials "$work/serials.txt" "$@"
}

# ---- boards
serials 8 >/dev/null
recipe good <<'END'
script: selftest
version: '5\.0\.0'
expect: "selftest: [0-9]+ tests ok"
values:
  - {name: supply, unit: mV, low: 3200, high: 3400}
  - {name: uid, pattern: "[0-9a-f]{24}"}
  - {name: temperature, unit: C, low: -40, required: false}
END
ok "the recipe is in order" flashline check "$work/good.yaml"
world '  one:' \
	'    "2": {console: silent, expect: {verdict: FAIL, code: console-no-prompt}}' \
	'    "3": {console: garbage, expect: {verdict: FAIL, code: console-no-prompt}}' \
	'    "4": {console: flood, expect: {verdict: FAIL, code: console-no-prompt}}' \
	'    "5": {console: resets, expect: {verdict: ERROR, code: console-reset}}' \
	'    "6": {supply_mv: 3199, expect: {verdict: FAIL, code: value-out-of-limits}}' \
	'    "7": {supply_mv: 3400}'
line good >"$work/out"
is "some boards fail: exit status 1" $? 1
flashline runs --json >"$work/runs.json"
while read -r said; do
	ok "$said" [ "${said/; wanted/}" = "$said" ]
done < <(virtual-fixture judge "$work/world.yaml" <"$work/runs.json")
flashline show --json OMV001001 >"$work/unit.json"
# recorded WHAT JQ: of the good board's run
recorded() {
	ok "on record: $1" jq -e "any(.. | objects; $2)" "$work/unit.json"
}
recorded "the firmware's version" '.name? == "firmware.version" and .text? == "5.0.0"'
recorded "its Python's" '.name? == "firmware.python" and (.text? // "" | contains("MicroPython"))'
recorded "a value with its limits" \
	'.name? == "supply" and .value? == 3300 and .unit? == "mV" and .low? == 3200 and .high? == 3400'
recorded "a text" '.name? == "uid" and (.text? // "" | test("^[0-9a-f]{24}$"))'
flashline show OMV001006 >"$work/bad"
has "the value and its limit are named" "$work/bad" "supply is 3199.0 mV, less than 3200 mV"
flashline show OMV001002 >"$work/bad"
has "a silent board: its USB is not at fault" "$work/bad" "no prompt, while its USB answers; it said nothing"
flashline show OMV001005 >"$work/bad"
has "a board that reset: it came back" "$work/bad" "the board left USB and was back after"

# ---- scripts and recipes
world
number=2000
# run CODE NAME WANTED: one board; its failure's code, and a part of what was seen
run() {
	number=$((number + 1))
	serials 1 $number >/dev/null
	local serial
	serial=$(head -1 "$work/serials.txt")
	line case --slots 1 >"$work/out" 2>&1
	flashline show --json "$serial" >"$work/unit.json"
	is "$2" "$(jq -r '.runs[-1].code // "pass"' "$work/unit.json")" "$1"
	[ -z "$3" ] || ok "$2: it says so" jq -e --arg part "$3" '.runs[-1].seen | contains($part)' "$work/unit.json"
}
# code TEXT [LINES...]: a recipe with this script and other arguments
code() {
	local text=$1
	shift
	{
		printf 'code: "%s"\n' "$text"
		[ $# = 0 ] || printf '%s\n' "$@"
	} | recipe case
}

code 'print(1)' 'version: "4[.].*"'
run firmware-wrong-version "another firmware" "it is 5.0.0, the recipe wants 4[.].*"
code 'print(1)\nraise OSError(5)'
run console-script-error "an exception" 'OSError: 5 (File "<stdin>", line 2, in <module>)'
code 'print(1)\nprint(2'
run console-bad-script "an error in the script's syntax" "SyntaxError: invalid syntax"
code 'import sensors'
run console-bad-script "a module that the firmware lacks" "ImportError: no module named 'sensors'"
code 'print(7)\nwhile True:\n    pass' 'deadline: 2s'
run console-stall "a script without end" "the script has not ended: not done within 2.0 s"
code 'while True: print(12345678)' 'deadline: 20s'
run console-flood "a script that prints for ever" "more than 64 KiB; the last it said was '..."
code 'import sys\nsys.exit()'
run console-protocol "a script that leaves the interpreter" "MPY: soft reboot"
code 'import machine\nprint(1)\nmachine.reset()'
run console-reset "a script that resets the board" "was back after"
code 'print(1)\nprint(\"NOT ok\")' 'expect: ok'
run console-no-match "no line that fits as a whole" "none of the 2 lines that the script printed fits 'ok'; the last is 'NOT ok'"
code 'print(\"a=1\")' 'values: [{name: a}, {name: b}]'
run value-unclear "a value that is missing" "the script has not printed b=..."
code 'print(\"a=1 V\")' 'values: [{name: a, unit: mV}]'
run value-unclear "another unit" "a has the unit 'V', the recipe wants 'mV'"
code 'print(\"a=1\")\nprint(\"a=2\")' 'values: [{name: a}]'
run value-unclear "a value twice" "a is there twice: '1' and '2'"
code 'print(\"a=nan\")' 'values: [{name: a}]'
run value-unclear "no number" "a is no number: 'nan'"
code 'print(\"b=9\")' 'values: [{name: a}, {name: b, high: 8.5}]'
run value-out-of-limits "proof goes before doubt" "b is 9, more than 8.5"
code 'print(\"a=x\")' 'values: [{name: a, pattern: "y+"}]'
run value-out-of-limits "a text that does not fit" "a is 'x', it must fit 'y+'"
code 'import time\nprint(\"a=-1.5e-1 V\")\ntime.sleep_ms(300)\nprint(\"ok\")' 'expect: ok' \
	'values: [{name: a, unit: V, low: -1, high: 0}]'
run pass "negative numbers, exponents, a script that sleeps" ""

# ---- mistakes
# mistake NAME PART: case.yaml is refused, with this sentence
mistake() {
	ok "$1" bash -c "! flashline check $work/case.yaml >$work/why 2>&1"
	has "$1: the sentence" "$work/why" "$2"
}
code 'print(1)' 'script: selftest'
mistake "code and script" "'code' or 'script', not both"
recipe case <<<'expect: ok'
mistake "nothing that could print" "'values' and 'expect' need a 'script' or 'code'"
recipe case <<<'stall: 1s'
mistake "nothing to do" "'console' has nothing to do"
recipe case <<<'script: selfttest'
mistake "a script that is not there" "there is no script 'selfttest' in 'images' (did you mean 'selftest'?)"
code 'print(1)' 'expect: "(ok"'
mistake "a broken pattern" "'expect' is no regular expression"
code 'print(1)' 'values: [{name: a, low: 2, high: 1}]'
mistake "limits the wrong way round" "a: 'low' is more than 'high'"
code 'print(1)' 'values: [{name: a, pattern: x, low: 1}]'
mistake "limits of a text" "a: with 'pattern' it is a text"
code 'print(1)' 'values: [{name: a}, {name: a}]'
mistake "a name twice" "there are two values 'a'"
code '  '
mistake "an empty script" "the script is empty"
printf 'print(1)\004' >"$work/selftest.py"
recipe case <<<'script: selftest'
mistake "a control character" "control character, which the console would obey"
done_testing

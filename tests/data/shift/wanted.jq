# What reports yield, pareto and shift have to count, from what the world did: a list of attempts in their order, each
# {slot, uid, speaks, verdict, code} as the world has them, and `silent`: serials that only boards had that said nothing.
def count(f): map(select(f)) | length;
def completed: map(select(.verdict == "PASS" or .verdict == "FAIL"));
def by_code: group_by(.code) | map({code: .[0].code, runs: length, units: (map(.uid) | unique | length)}) | sort_by(-.runs, .code);
. as $runs
| ($runs | completed | group_by(.uid) | map({
	uid: .[0].uid, slot: .[0].slot, first: .[0].verdict, last: .[-1].verdict, again: (length > 1)})) as $units
| ($runs | map(select(.speaks)) | group_by(.uid) | map(.[-1])) as $newest
| ([$runs[].slot] | unique) as $slots
| {
	yield: {units: ($units | length), first: ($units | count(.first == "PASS")), final: ($units | count(.last == "PASS")),
		retested: ($units | count(.again)), runs: ($runs | length), failed: ($runs | count(.verdict == "FAIL")),
		errors: ($runs | count(.verdict == "ERROR")), aborted: 0},
	yield_slots: [$slots[] as $slot | ($units | map(select(.slot == $slot))) as $u | ($runs | map(select(.slot == $slot))) as $r
		| {slot: $slot, units: ($u | length), first: ($u | count(.first == "PASS")), final: ($u | count(.last == "PASS")),
			retested: ($u | count(.again)), runs: ($r | length), failed: ($r | count(.verdict == "FAIL")),
			errors: ($r | count(.verdict == "ERROR"))}],
	fail_codes: ($runs | map(select(.verdict == "FAIL")) | by_code),
	fail_slots: ($runs | map(select(.verdict == "FAIL")) | group_by(.slot) | map({slot: .[0].slot, failed: length,
		codes: (map(.code) | group_by(.) | map("\(.[0]) \(length)") | sort)})),
	error_codes: ($runs | map(select(.verdict == "ERROR")) | by_code | map(del(.units))),
	error_slots: ($runs | map(select(.verdict == "ERROR")) | group_by([.slot, .code])
		| map({slot: .[0].slot, code: .[0].code, runs: length})),
	shift: {units: (($newest | length) + $silent), passed: ($units | count(.last == "PASS")),
		first: ($units | count(.first == "PASS")), runs: ($runs | length), failed: ($runs | count(.verdict == "FAIL")),
		errors: ($runs | count(.verdict == "ERROR")), aborted: 0},
	shift_slots: [$slots[] as $slot | ($units | map(select(.slot == $slot))) as $u
		| {slot: $slot, units: ($u | length), bad: ($u | count(.first == "FAIL")),
			errors: ($runs | count(.slot == $slot and .verdict == "ERROR"))}],
	not_pass: (($newest | map(select(.verdict != "PASS") | .code)) + [range($silent) | "swd-no-target"] | sort)
}

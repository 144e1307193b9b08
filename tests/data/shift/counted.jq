# The same figures as reports yield, pareto and shift have them: jq -s, in this order.
def of($share; $all): if $all == 0 then 0 else $share * $all | round end;
def rows($report; $section): $report.sections[$section].rows;
.[0] as $yield | .[1] as $pareto | .[2] as $shift
| {
	yield: (rows($yield; 0)[0] | {units, first: of(.fpy; .units), final: of(.final; .units), retested: of(.retested; .units),
		runs, failed, errors, aborted}),
	yield_slots: (rows($yield; 5) | map({slot, units, first: of(.fpy; .units), final: of(.final; .units),
		retested: of(.retested; .units), runs, failed, errors})),
	fail_codes: (rows($pareto; 0) | map({code, runs, units})),
	fail_slots: (rows($pareto; 2) | map({slot, failed, codes: (.codes | split(", ") | sort)})),
	error_codes: (rows($pareto; 3) | map({code, runs})),
	error_slots: (rows($pareto; 4) | group_by([.slot, .code]) | map({slot: .[0].slot, code: .[0].code, runs: (map(.runs) | add)})),
	shift: (rows($shift; 0)[0] | {units, passed, first: of(.fpy; $yield.sections[0].rows[0].units), runs, failed,
		errors, aborted}),
	shift_slots: (rows($shift; 3) | map({slot, units, bad, errors})),
	not_pass: (rows($shift; 4) | map(.code) | sort)
}

# A test record as OpenHTF's JSON output writes it (test_record.py): true, or what is wrong.
def millis: type == "number" and . > 1e12 and . == floor;
def outcome: [.] | inside(["PASS", "FAIL", "ERROR", "TIMEOUT", "ABORTED"]);
def measured($key): .name == $key and has("measured_value") and (.validators | type == "array")
  and ([.outcome] | inside(["PASS", "FAIL", "UNSET", "PARTIALLY_SET"])) and (.marginal | type == "boolean");
def phase: (.name | type == "string") and (.start_time_millis | millis) and .end_time_millis >= .start_time_millis
  and ([.outcome] | inside(["PASS", "FAIL", "SKIP", "ERROR"])) and (.attachments | type == "object")
  and ([.measurements | to_entries[] | . as $one | .value | measured($one.key)] | all);
if (.dut_id | type == "string" and length > 0 | not) then "dut_id"
elif (.station_id | type == "string" | not) then "station_id"
elif (.start_time_millis | millis | not) or .end_time_millis < .start_time_millis then "times"
elif (.outcome | outcome | not) then "outcome"
elif ([.outcome_details, .phases, .log_records] | map(type == "array") | all | not) then "lists"
elif ([.metadata, .code_info] | map(type == "object") | all | not) then "objects"
elif (.phases | map(phase) | all | not) then "phases of \(.dut_id)"
else true end

# What WATS asks of a report (its "Post WSJF" page): each line is true or names what is wrong.
def text: type == "string" and length <= 100;
def filled: text and length > 0;
def guid: test("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
def time: test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$");
def status: . == "P" or . == "F" or . == "E" or . == "T";
def compare: [.] | inside(["GELE", "GE", "LE", "LOG"]);
def number: type == "number";
def measured: (.value | number) and (.compOp | compare) and (.status | status)
  and (if .compOp == "GELE" then (.lowLimit | number) and (.highLimit | number) and
      ((.status == "P") == (.lowLimit <= .value and .value <= .highLimit)) else true end);
def step: (.name | filled) and (.status | status) and .group == "M" and (.totTime | number) and (.id | number)
  and (.stepType | [.] | inside(["ET_MNLT", "ET_MSVT", "ET_PFT"]))
  and ([.numericMeas // [] | .[] | measured] | all)
  and ((.stepType == "ET_MNLT") == has("numericMeas"));
if .type != "T" then "type"
elif (.id | guid | not) then "id"
elif ([.sn, .pn, .rev, .machineName, .location, .purpose] | map(filled) | all | not) then "a name: \(.sn)"
elif (.processCode | number | not) then "processCode"
elif (.result | status | not) then "result"
elif ([.start, .startUTC] | map(time) | all | not) then "start"
elif (.uut.user | text | not) then "uut"
elif .root.stepType != "SequenceCall" or (.root.steps | map(step) | all | not) then "steps of \(.sn)"
else true end

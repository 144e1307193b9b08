-- title: Failures
-- about: Every run that ended FAIL (the board is at fault) or ERROR (the station cannot say) has one code:
-- about: why it ended. Runs are counted; a unit that failed twice counts twice, and the column Units tells how many
-- about: boards are behind it. Share: of all runs of that verdict.
-- about:
-- about: By step and by slot: only where something failed. Rate: of the runs of that slot.
-- table: bad
SELECT serial, code, step, recipe, fixture, slot, blame, began, verdict FROM chosen WHERE verdict IN ('FAIL', 'ERROR')
-- section: Boards that FAILed, by code
-- column: code | text | Code
-- column: runs | int | Runs
-- column: units | int | Units
-- column: share | percent | Share
-- column: added | percent | Added up
-- column: last | time | Last seen
-- draw: pareto code runs
SELECT code, count(*) AS runs, count(DISTINCT serial) AS units, 1.0 * count(*) / sum(count(*)) OVER () AS share,
  1.0 * sum(count(*)) OVER (ORDER BY count(*) DESC, code) / sum(count(*)) OVER () AS added, max(began) AS last
FROM bad WHERE verdict = 'FAIL' GROUP BY code ORDER BY runs DESC, code
-- section: FAIL by step
-- column: step | text | Step
-- column: code | text | Code
-- column: recipe | text | Recipe
-- column: runs | int | Runs
-- column: units | int | Units
SELECT step, code, recipe, count(*) AS runs, count(DISTINCT serial) AS units
FROM bad WHERE verdict = 'FAIL' GROUP BY recipe, step, code ORDER BY runs DESC, recipe, step, code
-- section: FAIL by slot
-- column: slot | int | Slot
-- column: fixture | text | Fixture
-- column: failed | int | FAIL
-- column: rate | percent | Rate
-- column: low | percent | at least
-- column: high | percent | at most
-- column: codes | text | Codes
-- draw: bars slot rate low high
WITH one AS (
  SELECT fixture, slot, code, count(*) AS runs FROM bad WHERE verdict = 'FAIL' GROUP BY fixture, slot, code),
seen AS (SELECT fixture, slot, sum(verdict IN ('PASS', 'FAIL')) AS runs FROM chosen GROUP BY fixture, slot)
SELECT slot, fixture, sum(one.runs) AS failed, 1.0 * sum(one.runs) / seen.runs AS rate,
  cp_low(sum(one.runs), seen.runs) AS low, cp_high(sum(one.runs), seen.runs) AS high,
  group_concat(code || ' ' || one.runs, ', ') AS codes
FROM (SELECT * FROM one ORDER BY runs DESC, code) AS one JOIN seen USING (fixture, slot)
GROUP BY fixture, slot ORDER BY fixture, slot
-- section: Station ERRORs, by code
-- about: The station's, a cable's or a slot's; they say nothing of the boards.
-- column: code | text | Code
-- column: blame | text | Blame
-- column: runs | int | Runs
-- column: share | percent | Share
-- column: added | percent | Added up
-- column: last | time | Last seen
-- draw: pareto code runs
SELECT code, blame, count(*) AS runs, 1.0 * count(*) / sum(count(*)) OVER () AS share,
  1.0 * sum(count(*)) OVER (ORDER BY count(*) DESC, code) / sum(count(*)) OVER () AS added, max(began) AS last
FROM bad WHERE verdict = 'ERROR' GROUP BY code, blame ORDER BY runs DESC, code
-- section: ERROR by slot
-- column: slot | int | Slot
-- column: fixture | text | Fixture
-- column: code | text | Code
-- column: step | text | Step
-- column: runs | int | Runs
SELECT slot, fixture, code, step, count(*) AS runs
FROM bad WHERE verdict = 'ERROR' GROUP BY fixture, slot, code, step ORDER BY runs DESC, fixture, slot, code

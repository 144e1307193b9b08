-- title: Shift
-- about: For one page, say which shift: --since 06:00. A unit is a serial. First-pass yield: units whose first completed
-- about: run (PASS or FAIL) passed, of all units; final: whose last one passed. ERROR is the station's: it says nothing
-- about: of the board, is in no yield, and stands apart. Intervals are Clopper-Pearson, 95 %.
-- about:
-- about: A slot is called worse than the others of its fixture by Fisher's exact test, corrected by Holm (report slots).
-- table: ran
SELECT run, serial, fixture, slot, verdict, code, step, seen, began, ended FROM chosen
-- The row of the smallest run of each, as SQLite defines min() beside other columns; so of the largest.
-- table: first
SELECT min(run) AS run, serial, fixture, slot, verdict, began FROM ran WHERE verdict IN ('PASS', 'FAIL') GROUP BY serial
-- table: last
SELECT max(run) AS run, serial, verdict FROM ran WHERE verdict IN ('PASS', 'FAIL') GROUP BY serial
-- table: newest
SELECT max(run) AS run, serial, fixture, slot, verdict, code, step, seen FROM ran GROUP BY serial
-- section: Counted
-- column: units | int | Units
-- column: passed | int | now PASS
-- column: fpy | percent | First-pass yield
-- column: fpy_low | percent | at least
-- column: fpy_high | percent | at most
-- column: final | percent | Final yield
-- column: runs | int | Runs
-- column: failed | int | FAIL (board)
-- column: errors | int | ERROR (station)
-- column: aborted | int | ABORTED
-- column: time | text | First and last run
-- draw: facts
SELECT u.*, cp_low(good, of) AS fpy_low, cp_high(good, of) AS fpy_high, l.*, r.*
FROM (SELECT count(*) AS of, sum(verdict = 'PASS') AS good, avg(verdict = 'PASS') AS fpy FROM first) AS u,
  (SELECT avg(verdict = 'PASS') AS final, coalesce(sum(verdict = 'PASS'), 0) AS passed FROM last) AS l,
  (SELECT count(DISTINCT serial) AS units, count(*) AS runs, coalesce(sum(verdict = 'FAIL'), 0) AS failed,
    coalesce(sum(verdict = 'ERROR'), 0) AS errors, coalesce(sum(verdict = 'ABORTED'), 0) AS aborted,
    strftime('%Y-%m-%d %H:%M', min(began), 'localtime') || ' to '
      || CASE WHEN date(min(began), 'localtime') <> date(max(ended), 'localtime')
        THEN date(max(ended), 'localtime') || ' ' ELSE '' END
      || strftime('%H:%M', max(ended), 'localtime') AS time FROM ran) AS r
-- section: Boards that FAILed, by code
-- column: code | text | Code
-- column: runs | int | Runs
-- column: units | int | Units
-- column: steps | text | Steps
-- draw: pareto code runs
SELECT code, count(*) AS runs, count(DISTINCT serial) AS units, replace(group_concat(DISTINCT step), ',', ', ') AS steps
FROM ran WHERE verdict = 'FAIL' GROUP BY code ORDER BY runs DESC, code
-- section: Station ERRORs, by code
-- column: code | text | Code
-- column: runs | int | Runs
-- column: slots | text | Slots
SELECT code, sum(times) AS runs, group_concat('slot ' || slot || ': ' || times, ', ') AS slots
FROM (SELECT code, slot, count(*) AS times FROM ran WHERE verdict = 'ERROR' GROUP BY code, slot ORDER BY times DESC, slot)
GROUP BY code ORDER BY runs DESC, code
-- section: Slots
-- column: slot | int | Slot
-- column: fixture | text | Fixture
-- column: units | int | Units
-- column: bad | int | FAIL at first try
-- column: rate | percent | Rate
-- column: low | percent | at least
-- column: high | percent | at most
-- column: errors | int | ERROR
-- column: judgement | text | Judgement
WITH board AS (
  SELECT fixture, slot, count(*) AS units, sum(verdict = 'FAIL') AS bad FROM first GROUP BY fixture, slot),
rest AS (
  SELECT *, sum(units) OVER f - units AS units_rest, sum(bad) OVER f - bad AS bad_rest
  FROM board WINDOW f AS (PARTITION BY fixture)),
tested AS (SELECT *, fisher(bad, units, bad_rest, units_rest) AS p FROM rest),
judged AS (SELECT *, holm(p, json_group_array(p) OVER ()) AS holm FROM tested),
marked AS (
  SELECT *, CASE WHEN holm >= 0.05 OR holm IS NULL THEN ''
    WHEN 1.0 * bad / units > 1.0 * bad_rest / units_rest THEN 'worse' ELSE 'better' END AS mark FROM judged)
SELECT s.slot AS slot, s.fixture AS fixture, coalesce(units, 0) AS units, coalesce(bad, 0) AS bad,
  1.0 * bad / units AS rate, cp_low(bad, units) AS low, cp_high(bad, units) AS high, errors,
  coalesce(nullif(mark, ''), 'no difference shown') AS judgement
FROM (SELECT fixture, slot, sum(verdict = 'ERROR') AS errors FROM ran GROUP BY fixture, slot) AS s
LEFT JOIN marked USING (fixture, slot) ORDER BY s.fixture, s.slot
-- section: Boards that are not PASS
-- about: By the last run of each: what is to be found in the bins, or still on the table.
-- column: serial | code | Serial
-- column: verdict | verdict | Last run
-- column: code | text | Code
-- column: step | text | Step
-- column: slot | int | Slot
-- column: seen | text | Seen
SELECT serial, verdict, code, step, slot, seen FROM newest WHERE verdict <> 'PASS' ORDER BY verdict DESC, serial

-- title: Slots
-- about: Which place is worse than its neighbours? Each slot against all others of its fixture, by Fisher's exact
-- about: test, both-sided; p is corrected by Holm for the number of slots, and a slot is called worse or better where
-- about: the corrected p is below 0.05. Otherwise no difference was shown, which is not that there is none.
-- about:
-- about: Boards: each unit once, by its first completed run (PASS or FAIL), so that a bad board that was tried again in
-- about: the same slot does not count against the slot twice. Rate: FAIL of those. Station: runs that ended ERROR, of
-- about: all that ended PASS, FAIL or ERROR. Intervals are Clopper-Pearson, 95 %.
-- table: marked
WITH board AS (
  SELECT fixture, slot, count(*) AS runs, sum(verdict = 'FAIL') AS bad
  FROM (SELECT min(run), serial, fixture, slot, verdict FROM chosen WHERE verdict IN ('PASS', 'FAIL') GROUP BY serial)
  GROUP BY fixture, slot),
station AS (
  SELECT fixture, slot, count(*) AS runs, sum(verdict = 'ERROR') AS bad
  FROM chosen WHERE verdict IN ('PASS', 'FAIL', 'ERROR') GROUP BY fixture, slot),
counted AS (SELECT 'board' AS what, * FROM board UNION ALL SELECT 'station', * FROM station),
rest AS (
  SELECT *, sum(runs) OVER fixture - runs AS runs_rest, sum(bad) OVER fixture - bad AS bad_rest
  FROM counted WINDOW fixture AS (PARTITION BY what, fixture)),
tested AS (SELECT *, fisher(bad, runs, bad_rest, runs_rest) AS p FROM rest),
corrected AS (SELECT *, holm(p, json_group_array(p) OVER (PARTITION BY what)) AS holm FROM tested),
judged AS (
  SELECT *, 1.0 * bad / runs AS rate, cp_low(bad, runs) AS low, cp_high(bad, runs) AS high,
    1.0 * bad_rest / runs_rest AS rate_rest,
    CASE WHEN holm < 0.05 AND 1.0 * bad / runs > 1.0 * bad_rest / runs_rest THEN 'worse'
      WHEN holm < 0.05 THEN 'better' ELSE 'no difference shown' END AS judgement
  FROM corrected)
SELECT *, CASE judgement WHEN 'worse' THEN judgement ELSE '' END AS mark FROM judged
-- section: Boards that FAIL at their first try
-- column: slot | int | Slot
-- column: fixture | text | Fixture
-- column: runs | int | Units
-- column: bad | int | FAIL
-- column: rate | percent | Rate
-- column: low | percent | at least
-- column: high | percent | at most
-- column: rate_rest | percent | Others' rate
-- column: holm | p | p (Holm)
-- column: judgement | text | Judgement
-- draw: bars slot rate low high mark
SELECT * FROM marked WHERE what = 'board'
ORDER BY fixture, slot
-- section: Runs that end in an ERROR of the station
-- column: slot | int | Slot
-- column: fixture | text | Fixture
-- column: runs | int | Runs
-- column: bad | int | ERROR
-- column: rate | percent | Rate
-- column: low | percent | at least
-- column: high | percent | at most
-- column: rate_rest | percent | Others' rate
-- column: holm | p | p (Holm)
-- column: judgement | text | Judgement
-- draw: bars slot rate low high mark
SELECT * FROM marked WHERE what = 'station'
ORDER BY fixture, slot

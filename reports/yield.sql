-- title: Yield
-- about: A unit is a serial. First-pass yield: units whose first completed run passed, of all units seen
-- about: (completed: PASS or FAIL; a run that ended ERROR or ABORTED says nothing of the board). Final
-- about: yield: units whose last completed run passed. Retest rate: units with more than one completed run.
-- about: ERROR is the station's: counted apart, and in no yield. Intervals are Clopper-Pearson, 95 %.
-- section: By day
-- column: day | text | Day
-- column: units | int | Units
-- column: fpy | percent | First-pass yield
-- column: fpy_low | percent | at least
-- column: fpy_high | percent | at most
-- column: final | percent | Final yield
-- column: retested | percent | Retest rate
-- column: runs | int | Runs
-- column: failed | int | FAIL
-- column: errors | int | ERROR
-- column: aborted | int | ABORTED
-- draw: line day fpy fpy_low fpy_high
WITH done AS (
  SELECT serial, verdict, date(began, 'localtime') AS day, run,
    row_number() OVER (PARTITION BY serial ORDER BY run) AS attempt,
    row_number() OVER (PARTITION BY serial ORDER BY run DESC) AS from_last,
    count(*) OVER (PARTITION BY serial) AS attempts
  FROM chosen WHERE verdict IN ('PASS', 'FAIL')),
units AS (
  SELECT day, count(*) AS units, sum(verdict = 'PASS') AS first, sum(attempts > 1) AS retested
  FROM done WHERE attempt = 1 GROUP BY day),
finals AS (
  SELECT first.day, sum(last.verdict = 'PASS') AS final
  FROM done AS first JOIN done AS last ON last.serial = first.serial AND last.from_last = 1
  WHERE first.attempt = 1 GROUP BY first.day),
runs AS (
  SELECT date(began, 'localtime') AS day, count(*) AS runs, sum(verdict = 'FAIL') AS failed,
    sum(verdict = 'ERROR') AS errors, sum(verdict = 'ABORTED') AS aborted
  FROM chosen GROUP BY 1)
SELECT runs.day AS day, coalesce(units, 0) AS units, 1.0 * first / units AS fpy,
  cp_low(first, units) AS fpy_low, cp_high(first, units) AS fpy_high,
  1.0 * final / units AS final, 1.0 * retested / units AS retested, runs, failed, errors, aborted
FROM runs LEFT JOIN units ON units.day = runs.day LEFT JOIN finals ON finals.day = runs.day
ORDER BY day

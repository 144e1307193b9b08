-- title: Yield
-- about: A unit is a serial. A run is completed when it ended PASS or FAIL; one that ended ERROR or ABORTED says
-- about: nothing of the board: it is counted apart, and is in no yield.
-- about:
-- about: First-pass yield: units whose first completed run passed, of all units seen. Final yield: units whose last
-- about: completed run passed. Retest rate: units with more than one completed run of the same recipe. First and last
-- about: are among the runs that were chosen; a unit stands where its first completed run was.
-- about:
-- about: Rolled throughput yield: of each product and revision, the product of its recipes' first-pass yields, a unit
-- about: counted once in each recipe. Intervals are Clopper-Pearson, 95 %.
-- common:
ran AS MATERIALIZED (
  SELECT run, serial, recipe, product, revision, fixture, slot, operator, verdict,
    date(began, 'localtime') AS day FROM chosen),
done AS (SELECT * FROM ran WHERE verdict IN ('PASS', 'FAIL')),
-- The row of the smallest run of each, as SQLite defines min() beside other columns; so of the largest.
first AS (SELECT min(run) AS run, * FROM done GROUP BY serial),
last AS (SELECT max(run) AS run, serial, verdict FROM done GROUP BY serial),
stage AS (SELECT min(run) AS run, count(*) AS runs, * FROM done GROUP BY serial, recipe),
often AS (SELECT serial, max(runs) > 1 AS again FROM stage GROUP BY serial),
units AS (
  SELECT first.*, first.verdict = 'PASS' AS passed, last.verdict = 'PASS' AS finally, again
  FROM first JOIN last USING (serial) JOIN often USING (serial))
-- section: Altogether
-- column: units | int | Units
-- column: fpy | percent | First-pass yield
-- column: fpy_low | percent | at least (95 %)
-- column: fpy_high | percent | at most (95 %)
-- column: final | percent | Final yield
-- column: retested | percent | Retest rate
-- column: runs | int | Runs
-- column: failed | int | FAIL
-- column: errors | int | ERROR (station)
-- column: aborted | int | ABORTED
-- draw: facts
SELECT u.*, cp_low(first, units) AS fpy_low, cp_high(first, units) AS fpy_high, r.*
FROM (SELECT count(*) AS units, sum(passed) AS first, avg(passed) AS fpy, avg(finally) AS final,
    avg(again) AS retested FROM units) AS u,
  (SELECT count(*) AS runs, coalesce(sum(verdict = 'FAIL'), 0) AS failed,
    coalesce(sum(verdict = 'ERROR'), 0) AS errors, coalesce(sum(verdict = 'ABORTED'), 0) AS aborted FROM ran) AS r
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
WITH u AS (
  SELECT day, count(*) AS units, sum(passed) AS first, sum(finally) AS final, sum(again) AS retested
  FROM units GROUP BY day),
r AS (
  SELECT day, count(*) AS runs, sum(verdict = 'FAIL') AS failed, sum(verdict = 'ERROR') AS errors,
    sum(verdict = 'ABORTED') AS aborted
  FROM ran GROUP BY day)
SELECT r.day AS day, coalesce(units, 0) AS units, 1.0 * first / units AS fpy,
  cp_low(first, units) AS fpy_low, cp_high(first, units) AS fpy_high, 1.0 * final / units AS final,
  1.0 * retested / units AS retested, runs, failed, errors, aborted
FROM r LEFT JOIN u USING (day) ORDER BY day
-- section: Rolled throughput
-- about: What a board's chance is to pass every recipe of its product at the first try.
-- column: product | text | Product
-- column: revision | text | Revision
-- column: recipes | text | Recipes
-- column: least | percent | Weakest first-pass yield
-- column: rty | percent | Rolled throughput yield
WITH s AS (
  SELECT product, revision, recipe, avg(verdict = 'PASS') AS fpy FROM stage GROUP BY product, revision, recipe)
SELECT product, revision, group_concat(recipe, ', ') AS recipes, min(fpy) AS least,
  CASE WHEN min(fpy) > 0 THEN exp(sum(ln(max(fpy, 1e-9)))) ELSE 0.0 END AS rty
FROM s GROUP BY product, revision ORDER BY product, revision
-- section: By recipe
-- about: Each recipe judged by itself: a unit counts in each recipe that it completed, by its first run there.
-- column: recipe | text | Recipe
-- column: units | int | Units
-- column: fpy | percent | First-pass yield
-- column: fpy_low | percent | at least
-- column: fpy_high | percent | at most
-- column: retested | percent | Retest rate
-- draw: bars recipe fpy fpy_low fpy_high
SELECT recipe, count(*) AS units, avg(verdict = 'PASS') AS fpy, cp_low(sum(verdict = 'PASS'), count(*)) AS fpy_low,
  cp_high(sum(verdict = 'PASS'), count(*)) AS fpy_high, avg(runs > 1) AS retested
FROM stage GROUP BY recipe ORDER BY recipe
-- section: By revision
-- column: revision | text | Revision
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
-- draw: bars revision fpy fpy_low fpy_high
WITH u AS (
  SELECT revision, count(*) AS units, sum(passed) AS first, sum(finally) AS final, sum(again) AS retested
  FROM units GROUP BY revision),
r AS (
  SELECT revision, count(*) AS runs, sum(verdict = 'FAIL') AS failed, sum(verdict = 'ERROR') AS errors,
    sum(verdict = 'ABORTED') AS aborted
  FROM ran GROUP BY revision)
SELECT r.revision AS revision, coalesce(units, 0) AS units, 1.0 * first / units AS fpy,
  cp_low(first, units) AS fpy_low, cp_high(first, units) AS fpy_high, 1.0 * final / units AS final,
  1.0 * retested / units AS retested, runs, failed, errors, aborted
FROM r LEFT JOIN u USING (revision) ORDER BY revision
-- section: By slot
-- about: Report slots judges whether a place differs from the others by more than chance.
-- column: slot | int | Slot
-- column: fixture | text | Fixture
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
-- draw: bars slot fpy fpy_low fpy_high
WITH u AS (
  SELECT slot, fixture, count(*) AS units, sum(passed) AS first, sum(finally) AS final, sum(again) AS retested
  FROM units GROUP BY slot, fixture),
r AS (
  SELECT slot, fixture, count(*) AS runs, sum(verdict = 'FAIL') AS failed, sum(verdict = 'ERROR') AS errors,
    sum(verdict = 'ABORTED') AS aborted
  FROM ran GROUP BY slot, fixture)
SELECT r.slot AS slot, r.fixture AS fixture, coalesce(units, 0) AS units, 1.0 * first / units AS fpy,
  cp_low(first, units) AS fpy_low, cp_high(first, units) AS fpy_high, 1.0 * final / units AS final,
  1.0 * retested / units AS retested, runs, failed, errors, aborted
FROM r LEFT JOIN u USING (slot, fixture) ORDER BY slot, fixture
-- section: By operator
-- column: operator | text | Operator
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
-- draw: bars operator fpy fpy_low fpy_high
WITH u AS (
  SELECT operator, count(*) AS units, sum(passed) AS first, sum(finally) AS final, sum(again) AS retested
  FROM units GROUP BY operator),
r AS (
  SELECT operator, count(*) AS runs, sum(verdict = 'FAIL') AS failed, sum(verdict = 'ERROR') AS errors,
    sum(verdict = 'ABORTED') AS aborted
  FROM ran GROUP BY operator)
SELECT r.operator AS operator, coalesce(units, 0) AS units, 1.0 * first / units AS fpy,
  cp_low(first, units) AS fpy_low, cp_high(first, units) AS fpy_high, 1.0 * final / units AS final,
  1.0 * retested / units AS retested, runs, failed, errors, aborted
FROM r LEFT JOIN u USING (operator) ORDER BY operator

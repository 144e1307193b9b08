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
-- table: ran
SELECT run, unit_id AS unit, recipe_id, fixture_id, slot, operator, verdict, local_day(began) AS day,
  NOT EXISTS (SELECT 1 FROM run AS other WHERE other.unit = unit_id AND other.id <> chosen.run) AS alone
FROM chosen
-- Most units have one run, which is their first and last: those are counted by where and when. The few others are looked
-- at one by one, which saves sorting a million.
-- table: counted
SELECT date(86400 * day, 'unixepoch') AS day, operator, slot, fixture.name AS fixture, recipe.name AS recipe, product,
  revision, runs, failed, errors, aborted, once_passed, once_passed + once_failed AS once
FROM (SELECT day, operator, slot, fixture_id, recipe_id, count(*) AS runs, sum(verdict = 'FAIL') AS failed,
      sum(verdict = 'ERROR') AS errors, sum(verdict = 'ABORTED') AS aborted, sum(alone AND verdict = 'PASS') AS once_passed,
      sum(alone AND verdict = 'FAIL') AS once_failed
    FROM ran GROUP BY day, slot, fixture_id, recipe_id, operator)
  JOIN recipe ON recipe.id = recipe_id JOIN fixture ON fixture.id = fixture_id
-- table: done
SELECT run, unit, name AS recipe, recipe_id, fixture_id, slot, operator, day, verdict = 'PASS' AS passed
FROM ran JOIN recipe ON recipe.id = recipe_id WHERE NOT alone AND verdict IN ('PASS', 'FAIL')
-- The row of the smallest run of each, as SQLite defines min() beside other columns; so of the largest.
-- table: tried
SELECT min(run) AS run, count(*) > 1 AS again, unit, recipe_id, fixture_id, slot, operator, day, passed
FROM done GROUP BY unit, recipe
-- A row a unit, or a number of them that fared alike; then a row a number of runs.
-- table: tally
WITH first AS (SELECT min(run), sum(again) > 0 AS again, unit, recipe_id, fixture_id, slot, operator, day, passed
  FROM tried GROUP BY unit),
last AS (SELECT max(run), unit, passed AS finally FROM done GROUP BY unit)
SELECT date(86400 * day, 'unixepoch') AS day, operator, slot, fixture.name AS fixture, revision, 1 AS units, passed,
  finally, again, 0 AS runs, 0 AS failed, 0 AS errors, 0 AS aborted
FROM first JOIN last USING (unit) JOIN recipe ON recipe.id = recipe_id JOIN fixture ON fixture.id = fixture_id
UNION ALL SELECT day, operator, slot, fixture, revision, once, once_passed, once_passed, 0, runs, failed, errors, aborted
FROM counted
-- table: stage
SELECT name AS recipe, product, revision, sum(units) AS units, sum(passed) AS passed, sum(again) AS again
FROM (SELECT name, product, revision, 1 AS units, passed, again FROM tried JOIN recipe ON recipe.id = recipe_id
  UNION ALL SELECT recipe, product, revision, once, once_passed, 0 FROM counted WHERE once > 0)
GROUP BY name, product, revision
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
SELECT coalesce(sum(units), 0) AS units, 1.0 * sum(passed) / sum(units) AS fpy,
  cp_low(sum(passed), sum(units)) AS fpy_low, cp_high(sum(passed), sum(units)) AS fpy_high,
  1.0 * sum(finally) / sum(units) AS final, 1.0 * sum(again) / sum(units) AS retested, coalesce(sum(runs), 0) AS runs,
  coalesce(sum(failed), 0) AS failed, coalesce(sum(errors), 0) AS errors, coalesce(sum(aborted), 0) AS aborted
FROM tally
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
SELECT day, sum(units) AS units, 1.0 * sum(passed) / sum(units) AS fpy,
  cp_low(sum(passed), sum(units)) AS fpy_low, cp_high(sum(passed), sum(units)) AS fpy_high,
  1.0 * sum(finally) / sum(units) AS final, 1.0 * sum(again) / sum(units) AS retested, sum(runs) AS runs,
  sum(failed) AS failed, sum(errors) AS errors, sum(aborted) AS aborted
FROM tally GROUP BY day ORDER BY day
-- section: Rolled throughput
-- about: What a board's chance is to pass every recipe of its product at the first try.
-- column: product | text | Product
-- column: revision | text | Revision
-- column: recipes | text | Recipes
-- column: least | percent | Weakest first-pass yield
-- column: rty | percent | Rolled throughput yield
WITH s AS (
  SELECT product, revision, recipe, 1.0 * passed / units AS fpy FROM stage ORDER BY product, revision, recipe)
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
SELECT recipe, sum(units) AS units, 1.0 * sum(passed) / sum(units) AS fpy, cp_low(sum(passed), sum(units)) AS fpy_low,
  cp_high(sum(passed), sum(units)) AS fpy_high, 1.0 * sum(again) / sum(units) AS retested
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
SELECT revision, sum(units) AS units, 1.0 * sum(passed) / sum(units) AS fpy,
  cp_low(sum(passed), sum(units)) AS fpy_low, cp_high(sum(passed), sum(units)) AS fpy_high,
  1.0 * sum(finally) / sum(units) AS final, 1.0 * sum(again) / sum(units) AS retested, sum(runs) AS runs,
  sum(failed) AS failed, sum(errors) AS errors, sum(aborted) AS aborted
FROM tally GROUP BY revision ORDER BY revision
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
SELECT slot, fixture, sum(units) AS units, 1.0 * sum(passed) / sum(units) AS fpy,
  cp_low(sum(passed), sum(units)) AS fpy_low, cp_high(sum(passed), sum(units)) AS fpy_high,
  1.0 * sum(finally) / sum(units) AS final, 1.0 * sum(again) / sum(units) AS retested, sum(runs) AS runs,
  sum(failed) AS failed, sum(errors) AS errors, sum(aborted) AS aborted
FROM tally GROUP BY slot, fixture ORDER BY slot, fixture
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
SELECT operator, sum(units) AS units, 1.0 * sum(passed) / sum(units) AS fpy,
  cp_low(sum(passed), sum(units)) AS fpy_low, cp_high(sum(passed), sum(units)) AS fpy_high,
  1.0 * sum(finally) / sum(units) AS final, 1.0 * sum(again) / sum(units) AS retested, sum(runs) AS runs,
  sum(failed) AS failed, sum(errors) AS errors, sum(aborted) AS aborted
FROM tally GROUP BY operator ORDER BY operator

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
SELECT c.run AS run, run.unit AS unit, run.recipe AS recipe_id, c.recipe AS recipe, run.fixture AS fixture_id,
  c.slot AS slot, c.operator AS operator, c.verdict AS verdict, date(c.began, 'localtime') AS day,
  (SELECT count(*) FROM run AS o WHERE o.unit = run.unit) = 1 AS alone
FROM chosen AS c JOIN run ON run.id = c.run
-- Most units have one run, which is their first and last: those are counted by kind. The few others are looked at one by
-- one, which saves sorting a million.
-- table: counted
SELECT day, operator, slot, fixture.name AS fixture, recipe.name AS recipe, product, revision, verdict, alone, runs
FROM (SELECT day, operator, slot, fixture_id, recipe_id, verdict, alone, count(*) AS runs FROM ran
    GROUP BY day, operator, slot, fixture_id, recipe_id, verdict, alone)
  JOIN recipe ON recipe.id = recipe_id JOIN fixture ON fixture.id = fixture_id
-- table: done
SELECT * FROM ran WHERE NOT alone AND verdict IN ('PASS', 'FAIL')
-- The row of the smallest run of each, as SQLite defines min() beside other columns; so of the largest.
-- table: tried
SELECT min(run) AS run, count(*) AS runs, unit, recipe, recipe_id, verdict FROM done GROUP BY unit, recipe
-- A row a unit, or a number of them that fared alike; then a row a number of runs that ended alike.
-- table: tally
WITH first AS (SELECT min(run), * FROM done GROUP BY unit),
last AS (SELECT max(run), unit, verdict FROM done GROUP BY unit),
often AS (SELECT unit, max(runs) > 1 AS again FROM tried GROUP BY unit)
SELECT day, operator, slot, fixture.name AS fixture, revision, 1 AS units, first.verdict = 'PASS' AS passed,
  last.verdict = 'PASS' AS finally, again, 0 AS runs, 0 AS failed, 0 AS errors, 0 AS aborted
FROM first JOIN last USING (unit) JOIN often USING (unit) JOIN recipe ON recipe.id = first.recipe_id
  JOIN fixture ON fixture.id = fixture_id
UNION ALL SELECT day, operator, slot, fixture, revision, runs, runs * (verdict = 'PASS'), runs * (verdict = 'PASS'), 0,
  0, 0, 0, 0 FROM counted WHERE alone AND verdict IN ('PASS', 'FAIL')
UNION ALL SELECT day, operator, slot, fixture, revision, 0, 0, 0, 0, runs, runs * (verdict = 'FAIL'),
  runs * (verdict = 'ERROR'), runs * (verdict = 'ABORTED') FROM counted
-- table: stage
SELECT recipe, product, revision, sum(units) AS units, sum(passed) AS passed, sum(again) AS again
FROM (SELECT recipe, product, revision, 1 AS units, verdict = 'PASS' AS passed, runs > 1 AS again
    FROM tried JOIN recipe ON recipe.id = recipe_id
  UNION ALL SELECT recipe, product, revision, runs, runs * (verdict = 'PASS'), 0 FROM counted
    WHERE alone AND verdict IN ('PASS', 'FAIL'))
GROUP BY recipe, product, revision
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

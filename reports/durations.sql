-- title: Durations
-- about: Steps that PASSed, of the newest runs that were chosen (parameter runs); durations are measured by a clock
-- about: that is never set. P90: nine of ten took at most so long. Percentiles are interpolated between values.
-- about:
-- about: Drift: the last 100 of each step against the 1000 before them, by the Mann-Whitney test; p is corrected by
-- about: Holm for the number of steps. Shift: how much longer the last ones took, the median of all differences
-- about: (Hodges and Lehmann). Otherwise no difference was shown, which is not that there is none.
-- parameter: runs | int | 20000 | the newest so many runs
-- table: newest
SELECT run, recipe FROM chosen ORDER BY run DESC LIMIT :runs
-- table: ran
SELECT n.recipe AS recipe, s.step AS step, s.position AS position, s.seconds AS seconds,
  row_number() OVER (PARTITION BY n.recipe, s.step ORDER BY n.run DESC, s.position DESC) AS back
FROM newest AS n CROSS JOIN v_step AS s ON s.run = n.run WHERE s.verdict = 'PASS'
-- section: By step
-- column: label | text | Step
-- column: recipe | text | Recipe
-- column: times | int | Times
-- column: least | seconds | Shortest
-- column: p10 | seconds | P10
-- column: p50 | seconds | Median
-- column: p90 | seconds | P90
-- column: p99 | seconds | P99
-- column: most | seconds | Longest
-- draw: bars label p50 p10 p90
SELECT CASE WHEN (SELECT count(DISTINCT recipe) FROM newest) > 1 THEN recipe || ': ' ELSE '' END || step AS label,
  recipe, count(*) AS times, min(seconds) AS least, quantile(seconds, 0.1) AS p10, median(seconds) AS p50,
  quantile(seconds, 0.9) AS p90, quantile(seconds, 0.99) AS p99, max(seconds) AS most
FROM ran GROUP BY recipe, step ORDER BY recipe, min(position)
-- section: Drift
-- column: step | text | Step
-- column: recipe | text | Recipe
-- column: before | seconds | Median before
-- column: last | seconds | Median of the last
-- column: shift | number | Shift, s
-- column: relative | percent | Shift
-- column: holm | p | p (Holm)
-- column: judgement | text | Judgement
WITH cut AS (
  SELECT recipe, step, min(position) AS position, median(CASE WHEN back > 100 THEN seconds END) AS before,
    median(CASE WHEN back <= 100 THEN seconds END) AS last, rank_p(seconds, back <= 100) AS p,
    rank_shift(seconds, back <= 100) AS shift, max(back) AS times
  FROM ran WHERE back <= 1100 GROUP BY recipe, step),
judged AS (SELECT *, holm(p, json_group_array(p) OVER ()) AS holm FROM cut WHERE times >= 130)
SELECT *, shift / before AS relative,
  CASE WHEN holm < 0.05 AND shift > 0 THEN 'slower' WHEN holm < 0.05 AND shift < 0 THEN 'faster'
    ELSE 'no difference shown' END AS judgement
FROM judged ORDER BY recipe, position
-- section: Whole runs, by verdict
-- column: verdict | verdict | Verdict
-- column: recipe | text | Recipe
-- column: runs | int | Runs
-- column: p50 | seconds | Median
-- column: p90 | seconds | P90
-- column: most | seconds | Longest
SELECT verdict, recipe, count(*) AS runs, median(seconds) AS p50, quantile(seconds, 0.9) AS p90, max(seconds) AS most
FROM chosen GROUP BY recipe, verdict ORDER BY recipe, runs DESC

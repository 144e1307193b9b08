-- title: Qualification
-- about: Is the new revision as good as the old one? A unit is a serial. It counts when it has at least one completed cycle
-- about: (PASS or FAIL), and is bad when any of them FAILed. ERROR is the station's: counted apart. Cycles of one unit are
-- about: not units: of each unit and measurement the median over its passed cycles stands for it.
-- about:
-- about: Bounds of shares are Clopper and Pearson's, exact. Shares are compared with Fisher's exact test, values with Mann and
-- about: Whitney's; of the chance of a false alarm (1 - level) half is spent on the units, half on all values and times together
-- about: (Holm). The shift is the median of all differences (Hodges and Lehmann). Equivalence is two one-sided tests (TOST)
-- about: against the margin that was stated, as a share of the old revision's mean, each at 5 %. A difference that is not shown
-- about: is no proof that there is none: see what could have been found.
-- needs: revision against
-- parameter: purpose | text | qualification | which runs
-- parameter: reliability | text | 0.95 | the share of good units that is claimed
-- parameter: confidence | text | 0.95 | how sure that is to be
-- parameter: level | text | 0.95 | of tests and intervals
-- parameter: power | text | 0.9 | the chance of finding what could have been found
-- parameter: margin | text |  | of values that count as equivalent: 0.05 is 5 % of the old mean
-- parameter: yield_margin | text |  | of shares of bad units that count as equivalent: 0.05 is 5 points
-- common:
tested AS MATERIALIZED (SELECT *, revision = :revision AS is_new FROM chosen),
units AS MATERIALIZED (
  SELECT is_new, revision, serial, sum(verdict IN ('PASS', 'FAIL')) AS cycles, sum(verdict = 'FAIL') AS failed,
    sum(verdict = 'ERROR') AS errors, sum(verdict = 'ABORTED') AS aborted
  FROM tested GROUP BY is_new, revision, serial),
firsts AS (SELECT is_new, min(run), verdict FROM tested WHERE verdict IN ('PASS', 'FAIL') GROUP BY is_new, serial),
sides AS MATERIALIZED (
  SELECT is_new, revision, sum(cycles > 0) AS units, sum(failed > 0) AS bad, sum(cycles) AS cycles,
    sum(failed) AS failed, sum(errors) AS errors, sum(aborted) AS aborted,
    (SELECT sum(verdict = 'PASS') FROM firsts WHERE firsts.is_new = units.is_new) AS first_pass
  FROM units GROUP BY is_new),
noted AS MATERIALIZED (
  SELECT is_new, tested.revision AS revision, serial, 'value' AS what, m.name AS name, coalesce(m.unit, '') AS unit,
    median(number) AS x
  FROM tested JOIN v_measurement AS m USING (run) WHERE verdict = 'PASS' AND number IS NOT NULL
  GROUP BY is_new, serial, m.name, m.unit
  UNION ALL
  SELECT is_new, tested.revision, serial, 'time', s.step, 's', median(s.seconds)
  FROM tested JOIN v_step AS s USING (run) WHERE tested.verdict = 'PASS' GROUP BY is_new, serial, s.step),
olds AS (SELECT what, name, unit, avg(x) AS mean FROM noted WHERE NOT is_new GROUP BY what, name, unit),
tests AS MATERIALIZED (
  SELECT what, name, unit, sum(is_new) AS n_new, sum(NOT is_new) AS n_old, median(x) FILTER (WHERE is_new) AS new,
    median(x) FILTER (WHERE NOT is_new) AS old, stdev(x) FILTER (WHERE is_new) AS sd_new,
    stdev(x) FILTER (WHERE NOT is_new) AS sd_old, rank_shift(x, is_new) AS shift, rank_p(x, is_new) AS p_alone,
    tost_p(x, is_new, abs(mean) * nullif(:margin, '')) AS tost, tost_low(x, is_new, 1) AS low,
    tost_high(x, is_new, 1) AS high, abs(mean) * nullif(:margin, '') AS margin
  FROM noted JOIN olds USING (what, name, unit) GROUP BY what, name, unit HAVING n_new >= 2 AND n_old >= 2),
compared AS MATERIALIZED (SELECT *, holm(p_alone, json_group_array(p_alone) OVER ()) AS p FROM tests),
alarm AS (SELECT (1 - :level) / 2 AS half),
faced AS MATERIALIZED (
  SELECT n.units AS n_units, n.bad AS n_bad, n.cycles AS n_cycles, n.failed AS n_failed, o.units AS o_units,
    o.bad AS o_bad, o.cycles AS o_cycles, o.failed AS o_failed,
    fisher(n.bad, n.units, o.bad, o.units) AS p,
    diff_low(n.bad, n.units, o.bad, o.units, 0 + :level) AS low, diff_high(n.bad, n.units, o.bad, o.units, 0 + :level) AS high,
    diff_low(n.bad, n.units, o.bad, o.units, 0.9) AS low90, diff_high(n.bad, n.units, o.bad, o.units, 0.9) AS high90,
    detectable(n.units, o.units, 1.0 * o.bad / o.units, 1 - half, 0 + :power) AS detectable,
    1 - cp_upper(n.bad, n.units, 0 + :confidence) AS proven, success_run(0 + :reliability, 0 + :confidence, n.bad) AS wanted
  FROM sides AS n JOIN sides AS o JOIN alarm WHERE n.is_new AND NOT o.is_new AND n.units > 0 AND o.units > 0),
outcome AS MATERIALIZED (
  SELECT faced.*, half, (SELECT count(*) FROM compared) AS tested_values,
    (SELECT count(*) FROM compared WHERE p <= half) AS differ,
    (SELECT group_concat(name || printf(' (%+.3g %s)', shift, unit), ', ') FROM
      (SELECT * FROM compared WHERE p <= half ORDER BY p LIMIT 5)) AS which,
    (SELECT count(*) FROM compared WHERE tost <= 0.05) AS alike,
    (SELECT count(*) FROM (SELECT serial FROM units GROUP BY serial HAVING count(*) > 1)) AS twice,
    CASE WHEN p <= half AND 1.0 * n_bad / n_units > 1.0 * o_bad / o_units THEN 'worse'
      WHEN p <= half THEN 'better' WHEN (SELECT count(*) FROM compared WHERE p <= half) THEN 'differs'
      ELSE 'no-difference-shown' END AS finding
  FROM faced, alarm)
-- section: Verdict
-- column: finding | text | Finding
-- column: claim | text | Claim of reliability
-- column: words | text | In words
-- draw: facts
SELECT coalesce((SELECT finding FROM outcome), 'no-data') AS finding,
  coalesce((SELECT CASE WHEN proven >= 0 + :reliability THEN 'proven' ELSE 'not-proven' END FROM outcome), 'no-data') AS claim,
  coalesce((SELECT printf('Revision %s: %d units with %d cycles, %d units bad. Revision %s: %d units with %d cycles, %d units bad. ',
    :revision, n_units, n_cycles, n_bad, :against, o_units, o_cycles, o_bad)
  || CASE WHEN finding = 'worse' THEN printf('%s is WORSE: more of its units fail (p = %.2g, difference %.1f to %.1f points). ',
      :revision, p, 100 * low, 100 * high)
    WHEN finding = 'better' THEN printf('Fewer units of %s fail (p = %.2g, difference %.1f to %.1f points). ',
      :revision, p, 100 * low, 100 * high)
    ELSE printf('No difference in failing units is shown (p = %.2g); that is no proof that there is none. ', p)
      || CASE WHEN detectable IS NULL THEN 'With these numbers of units no share of bad ones would have been found reliably. '
        ELSE printf('With these units %.1f %% bad ones in %s would have been found with %.0f %% probability; less than that is not excluded. ',
          100 * detectable, :revision, 100 * :power) END END
  || printf('With %.4g %% confidence at least %.1f %% of the units of %s pass: the claim of %.4g %% is %s. ', 100 * :confidence,
    100 * proven, :revision, 100 * :reliability, CASE WHEN proven >= 0 + :reliability THEN 'proven'
    ELSE printf('not proven (with %d bad units it would take %d units)', n_bad, wanted) END)
  || CASE WHEN tested_values = 0 THEN 'No value or time was measured on both. ' WHEN differ
    THEN printf('Of %d values and times %d are shown to differ: %s%s. ', tested_values, differ, which,
      CASE WHEN differ > 5 THEN ' and others' ELSE '' END)
    ELSE printf('None of %d values and times is shown to differ. ', tested_values) END
  || CASE WHEN :margin = '' THEN 'No margin for values was stated, so nothing is said of their equivalence. '
    ELSE printf('Equivalent within %.4g %% of the old mean: shown for %d of %d values and times. ', 100 * :margin, alike,
      tested_values) END
  || CASE WHEN :yield_margin = '' THEN '' WHEN low90 > 0 - :yield_margin AND high90 < 0 + :yield_margin
    THEN printf('Shares of bad units are equivalent within %.4g points. ', 100 * :yield_margin)
    ELSE printf('Equivalence of shares of bad units within %.4g points is not shown. ', 100 * :yield_margin) END
  || CASE WHEN twice THEN printf('%d serials stand on both sides: the tests suppose different boards. ', twice) ELSE '' END
  FROM outcome), 'There are no completed cycles of both revisions: nothing can be said.') AS words
-- section: Units and cycles
-- about: Cycles have no bounds: those of one unit are not independent. What is proven good is a one-sided bound.
-- column: revision | text | Revision
-- column: units | int | Units
-- column: bad | int | Bad units
-- column: share | percent | Bad
-- column: low | percent | at least
-- column: high | percent | at most
-- column: proven | percent | Good, proven
-- column: first_pass | int | Passed first
-- column: cycles | int | Cycles
-- column: failed | int | FAILed
-- column: errors | int | ERROR
-- column: aborted | int | ABORTED
-- draw: bars revision share low high
SELECT *, 1.0 * bad / units AS share, cp_low(bad, units, 0 + :level) AS low, cp_high(bad, units, 0 + :level) AS high,
  1 - cp_upper(bad, units, 0 + :confidence) AS proven FROM sides ORDER BY is_new DESC
-- section: The difference in bad units
-- about: New minus old. Detectable: the least share of bad units in the new revision that this comparison would have found.
-- column: p | p | p (Fisher, both-sided)
-- column: half | p | shown when p is at most
-- column: difference | percent | Difference
-- column: low | percent | at least
-- column: high | percent | at most
-- column: detectable | percent | Detectable
-- draw: facts
SELECT p, half, 1.0 * n_bad / n_units - 1.0 * o_bad / o_units AS difference, low, high, detectable FROM outcome
-- section: Why units failed
-- about: Units with at least one cycle that FAILed so. p is Fisher's, corrected over the codes (Holm); for a lead, the verdict
-- about: does not use it.
-- column: code | text | Code
-- column: new | int | New: units
-- column: old | int | Old: units
-- column: p | p | p
SELECT code, new, old, holm(p, json_group_array(p) OVER ()) AS p FROM (
  SELECT code, count(DISTINCT CASE WHEN is_new THEN serial END) AS new,
    count(DISTINCT CASE WHEN NOT is_new THEN serial END) AS old,
    fisher(count(DISTINCT CASE WHEN is_new THEN serial END), n_units, count(DISTINCT CASE WHEN NOT is_new THEN serial END), o_units) AS p
  FROM tested JOIN faced WHERE verdict = 'FAIL' GROUP BY code) ORDER BY new + old DESC, code
-- section: Values and times
-- about: Medians over units; times are those of steps, and the station's too: a shift may come from what else it did
-- about: then, unless both revisions were cycled with as many boards at once. p is corrected over all rows. Equivalent: TOST
-- about: against the margin.
-- column: title | text | Name
-- column: unit | text | Unit
-- column: new | number | New
-- column: old | number | Old
-- column: shift | number | Shift
-- column: p | p | p (Holm)
-- column: shown | text | Difference
-- column: low | number | Means at least
-- column: high | number | at most
-- column: margin | number | Margin
-- column: equivalent | text | Equivalent
SELECT *, CASE what WHEN 'time' THEN 'step ' ELSE '' END || name AS title,
  CASE WHEN margin IS NULL THEN 'no margin stated' WHEN tost <= 0.05 THEN 'shown' ELSE 'not shown' END AS equivalent,
  CASE WHEN p <= (SELECT half FROM alarm) THEN 'shown' ELSE 'not shown' END AS shown
FROM compared ORDER BY p IS NULL, p, what, name
-- section: Values of each revision
-- column: title | text | Name
-- column: revision | text | Revision
-- column: unit | text | Unit
-- column: units | int | Units
-- column: mean | number | Mean
-- column: sd | number | Std. deviation
-- column: least | number | Least
-- column: p10 | number | P10
-- column: middle | number | Median
-- column: p90 | number | P90
-- column: most | number | Most
SELECT CASE what WHEN 'time' THEN 'step ' ELSE '' END || name AS title, revision, unit, count(*) AS units, avg(x) AS mean,
  stdev(x) AS sd, min(x) AS least, quantile(x, 0.1) AS p10, median(x) AS middle, quantile(x, 0.9) AS p90, max(x) AS most
FROM noted GROUP BY what, name, unit, is_new ORDER BY what DESC, name, is_new DESC
-- section: Side by side
-- about: Each dot is a unit.
-- column: panel | text | Name
-- column: revision | text | Revision
-- column: x | number | Value
-- column: unit | text | Unit
-- column: serial | code | Serial
-- draw: compare panel revision x unit
SELECT CASE what WHEN 'time' THEN 'step ' || name ELSE name END AS panel, revision, x, unit, serial
FROM noted JOIN compared USING (what, name, unit) ORDER BY compared.p IS NULL, compared.p, what, name, is_new DESC, serial
-- section: Repeatability
-- about: How much a value differs on one board from cycle to cycle, over passed cycles of this comparison and of golden
-- about: boards (selftest). Gauge R&R by analysis of variance, boards by slots, where every board was in every slot twice:
-- about: below 10 % is good, up to 30 % conditional.
-- column: purpose | text | Boards
-- column: name | text | Name
-- column: unit | text | Unit
-- column: times | int | Values
-- column: boards | int | Boards
-- column: repeat | number | Within a board, sd
-- column: ev | number | EV
-- column: av | number | AV (slots)
-- column: pv | number | PV (boards)
-- column: rr | percent | R&R of total
-- column: classes | number | Classes
SELECT r.purpose AS purpose, m.name AS name, m.unit AS unit, count(*) AS times, count(DISTINCT r.serial) AS boards,
  repeatability(number, r.serial) AS repeat, gauge_ev(number, r.serial, r.slot) AS ev, gauge_av(number, r.serial, r.slot) AS av,
  gauge_pv(number, r.serial, r.slot) AS pv, gauge_share(number, r.serial, r.slot) AS rr,
  gauge_classes(number, r.serial, r.slot) AS classes
FROM (SELECT run, serial, slot, purpose FROM tested WHERE verdict = 'PASS'
  UNION SELECT run, serial, slot, purpose FROM v_run WHERE purpose = 'selftest' AND verdict = 'PASS') AS r
  JOIN v_measurement AS m ON m.run = r.run
WHERE number IS NOT NULL GROUP BY r.purpose, m.name, m.unit HAVING repeat IS NOT NULL ORDER BY r.purpose DESC, m.name
-- section: With what
-- column: revision | text | Revision
-- column: recipe | text | Recipe
-- column: recipe_sha256 | code | SHA-256 of the recipe
-- column: fixture | text | Fixture
-- column: station | text | Station
-- column: flashline | text | flashline
-- column: openocd | text | OpenOCD
-- column: images | code | Images
-- column: runs | int | Runs
-- column: first | time | From
-- column: last | time | To
SELECT revision, recipe, recipe_sha256, fixture, station, flashline, openocd, images, count(*) AS runs, min(began) AS first,
  max(began) AS last
FROM (SELECT *, (SELECT group_concat(image.name || ' ' || substr(image.sha256, 1, 12), ', ') FROM run_image
    JOIN image ON image.id = run_image.image WHERE run_image.run = tested.run) AS images FROM tested)
GROUP BY revision, recipe_sha256, fixture, station, flashline, openocd, images ORDER BY is_new DESC, first

-- title: Silicon
-- about: Do boards fail by the chip's revision, or by the version of ST's bootloader in its ROM? Both as the debug
-- about: probe read them (values chip.revision and chip.rom of a run); boards whose recipe does not read them stand as
-- about: "not read". Each unit once, by its first completed run (PASS or FAIL) that read them.
-- about:
-- about: Each kind against all others by Fisher's exact test, both-sided, p corrected by Holm for the number of kinds;
-- about: worse or better where it is below 0.05, otherwise no difference was shown. Intervals are Clopper-Pearson, 95 %.
-- table: board
WITH done AS (SELECT run, serial, verdict, code, step, revision FROM chosen WHERE verdict IN ('PASS', 'FAIL')),
chip AS (
  SELECT done.run AS run, max(CASE WHEN name = 'chip.revision' THEN text END) AS chip,
    max(CASE WHEN name = 'chip.rom' THEN text END) AS rom
  FROM done JOIN v_measurement AS m ON m.run = done.run AND name IN ('chip.revision', 'chip.rom') GROUP BY done.run)
SELECT min(first) AS at, serial, verdict, code, step, revision, chip, rom
FROM (SELECT done.*, coalesce(chip, 'not read') AS chip, coalesce(rom, 'not read') AS rom,
      done.run + CASE WHEN chip.run IS NULL THEN 1000000000000 ELSE 0 END AS first
    FROM done LEFT JOIN chip ON chip.run = done.run)
GROUP BY serial
-- table: marked
WITH kind AS (
  SELECT 'chip' AS what, chip AS kind, count(*) AS units, sum(verdict = 'FAIL') AS bad FROM board GROUP BY chip
  UNION ALL SELECT 'rom', rom, count(*), sum(verdict = 'FAIL') FROM board GROUP BY rom),
tested AS (
  SELECT *, fisher(bad, units, sum(bad) OVER every - bad, sum(units) OVER every - units) AS p,
    1.0 * (sum(bad) OVER every - bad) / (sum(units) OVER every - units) AS rate_rest
  FROM kind WINDOW every AS (PARTITION BY what)),
judged AS (
  SELECT *, 1.0 * bad / units AS rate, cp_low(bad, units) AS low, cp_high(bad, units) AS high,
    holm(p, json_group_array(p) OVER (PARTITION BY what)) AS holm FROM tested),
worded AS (
  SELECT *, CASE WHEN holm < 0.05 AND rate > rate_rest THEN 'worse' WHEN holm < 0.05 THEN 'better'
    ELSE 'no difference shown' END AS judgement FROM judged)
SELECT *, CASE judgement WHEN 'worse' THEN judgement ELSE '' END AS mark FROM worded
-- section: By the chip's revision
-- column: kind | text | Chip
-- column: units | int | Units
-- column: bad | int | FAIL
-- column: rate | percent | Rate
-- column: low | percent | at least
-- column: high | percent | at most
-- column: rate_rest | percent | Others' rate
-- column: holm | p | p (Holm)
-- column: judgement | text | Judgement
-- draw: bars kind rate low high mark
SELECT * FROM marked WHERE what = 'chip' ORDER BY kind
-- section: By the ROM bootloader's version
-- column: kind | text | ROM
-- column: units | int | Units
-- column: bad | int | FAIL
-- column: rate | percent | Rate
-- column: low | percent | at least
-- column: high | percent | at most
-- column: rate_rest | percent | Others' rate
-- column: holm | p | p (Holm)
-- column: judgement | text | Judgement
-- draw: bars kind rate low high mark
SELECT * FROM marked WHERE what = 'rom' ORDER BY kind
-- section: What fails on which
-- column: chip | text | Chip
-- column: rom | text | ROM
-- column: revision | text | PCB revision
-- column: code | text | Code
-- column: step | text | Step
-- column: units | int | Units
SELECT chip, rom, revision, code, step, count(*) AS units FROM board WHERE verdict = 'FAIL'
GROUP BY chip, rom, revision, code, step ORDER BY units DESC, chip, rom, revision, code, step
-- section: Which chips are on which boards
-- column: revision | text | PCB revision
-- column: chip | text | Chip
-- column: rom | text | ROM
-- column: units | int | Units
-- column: share | percent | Share of the revision
SELECT revision, chip, rom, count(*) AS units, 1.0 * count(*) / sum(count(*)) OVER (PARTITION BY revision) AS share
FROM board GROUP BY revision, chip, rom ORDER BY revision, units DESC, chip, rom

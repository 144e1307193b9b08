-- title: Unit
-- about: Everything that the journal has of one serial: every attempt that has ended, with its steps, values, images and
-- about: versions. FAIL is the board's fault; ERROR is the station's and says nothing of the board. A correction is a
-- about: word that was added later; what was written stays, and is listed as it was written.
-- needs: serial
-- CROSS: the few runs first, then what belongs to each, by its key; SQLite would read all of the journal instead.
-- table: tried
SELECT * FROM chosen
-- section: The unit
-- column: serial | text | Serial
-- column: verdict | verdict | Last run
-- column: runs | int | Runs
-- column: product | text | Product
-- column: revision | text | Revision
-- column: uid | code | Chip UID
-- column: since | time | First seen
-- draw: facts
SELECT u.serial AS serial, u.uid AS uid, u.since AS since, t.verdict AS verdict, t.product AS product,
  t.revision AS revision, (SELECT count(*) FROM tried) AS runs
FROM (SELECT max(run), * FROM tried) AS t JOIN v_unit AS u ON u.serial = t.serial
-- section: Attempts
-- column: run | int | Run
-- column: began | time | Began
-- column: verdict | verdict | Verdict
-- column: seconds | seconds | Took
-- column: slot | int | Slot
-- column: recipe | text | Recipe
-- column: code | text | Code
-- column: step | text | in step
-- column: seen | text | Seen
SELECT * FROM tried ORDER BY run
-- section: Corrections
-- column: run | int | Run
-- column: at | time | Added
-- column: who | text | By
-- column: why | text | Why
-- column: written | verdict | As written
-- column: verdict | verdict | Counts as
SELECT run, at, who, why, written, correction.verdict AS verdict FROM tried CROSS JOIN correction USING (run)
ORDER BY correction.id
-- section: Steps
-- column: run | int | Run
-- column: step | text | Step
-- column: kind | text | Kind
-- column: verdict | verdict | Verdict
-- column: offset | seconds | After
-- column: seconds | seconds | Took
-- column: code | text | Code
-- column: seen | text | Seen
SELECT s.* FROM tried CROSS JOIN v_step AS s ON s.run = tried.run ORDER BY s.run, s.position
-- section: Values
-- column: run | int | Run
-- column: step | text | Step
-- column: name | text | Name
-- column: value | text | Value
-- column: unit | text | Unit
-- column: low | number | Low limit
-- column: high | number | High limit
-- column: verdict | verdict | Within
SELECT m.run AS run, m.step AS step, m.name AS name,
  coalesce(m.text, CASE WHEN m.number = round(m.number) AND abs(m.number) < 1e15 THEN printf('%d', m.number)
    ELSE printf('%.6g', m.number) END) AS value,
  m.unit AS unit, m.low AS low, m.high AS high,
  CASE WHEN m.low IS NULL AND m.high IS NULL THEN NULL WHEN within THEN 'PASS' ELSE 'FAIL' END AS verdict
FROM tried CROSS JOIN v_measurement AS m ON m.run = tried.run ORDER BY m.run, m.position
-- section: Images
-- column: run | int | Run
-- column: name | text | Image
-- column: size | int | Bytes
-- column: sha256 | code | SHA-256
SELECT run, image.name AS name, size, image.sha256 AS sha256
FROM tried CROSS JOIN run_image USING (run) JOIN image ON image.id = run_image.image ORDER BY run, image.name
-- section: Where and with what
-- column: run | int | Run
-- column: station | text | Station
-- column: fixture | text | Fixture
-- column: operator | text | Operator
-- column: lot | text | Lot
-- column: revision | text | Revision
-- column: flashline | text | flashline
-- column: openocd | text | OpenOCD
SELECT run, station, fixture, operator, lot, revision, flashline, openocd FROM tried ORDER BY run
-- section: Which chip, which recipe
-- column: run | int | Run
-- column: uid | code | Chip UID that was seen
-- column: recipe | text | Recipe
-- column: recipe_sha256 | code | SHA-256 of the recipe
SELECT run, uid, recipe, recipe_sha256 FROM tried ORDER BY run

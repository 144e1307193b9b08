/*
 * The tables, one SQL text a schema version: number N brings a journal from version N to N + 1.
 * A text that was released is never edited again; the next change is the next text.
 * README.md of this folder shows the tables as a picture.
 */
#include "journal/tables.h"

/*
 * RAISE in "before update" and "before delete" alone is passed by INSERT OR REPLACE, upserts and
 * UPDATE OR REPLACE; refusing an insert whose key exists already stops those (trust.md section 1).
 * `same` says which row a new one would replace. An id that SQLite is still to choose is -1 there.
 */
#define NEVER_REPLACED(table, same)                                                                \
	"CREATE TRIGGER " table "_is_never_replaced BEFORE INSERT ON " table                       \
	" WHEN EXISTS (SELECT 1 FROM " table " WHERE " same ")"                                    \
	" BEGIN SELECT RAISE(ABORT, '" table ": this row is there already'); END;\n"
#define NEVER_DELETED(table)                                                                       \
	"CREATE TRIGGER " table "_is_never_deleted BEFORE DELETE ON " table                        \
	" BEGIN SELECT RAISE(ABORT, '" table ": rows are never deleted'); END;\n"
#define NEVER_CHANGED(table)                                                                       \
	"CREATE TRIGGER " table "_is_never_changed BEFORE UPDATE ON " table                        \
	" BEGIN SELECT RAISE(ABORT, '" table ": rows are never changed'); END;\n"
#define APPEND_ONLY(table, same)                                                                   \
	NEVER_REPLACED(table, same) NEVER_DELETED(table) NEVER_CHANGED(table)
/* What belongs to a run is added while the run is open, not after. */
#define ONLY_WHILE_OPEN(table)                                                                     \
	"CREATE TRIGGER " table "_needs_an_open_run BEFORE INSERT ON " table                       \
	" WHEN NOT EXISTS (SELECT 1 FROM run WHERE id = NEW.run AND verdict = 'RUNNING')"          \
	" BEGIN SELECT RAISE(ABORT, '" table ": this run is not open'); END;\n"

/* What runs refer to, each distinct one once. Texts that are not given are ''. */
#define TABLES_OF_FACTS                                                                            \
	"CREATE TABLE recipe ("                                                                    \
	"  id       INTEGER PRIMARY KEY CHECK (id > 0),"                                           \
	"  name     TEXT NOT NULL,"                                                                \
	"  product  TEXT NOT NULL,"                                                                \
	"  revision TEXT NOT NULL,"                                                                \
	"  sha256   TEXT NOT NULL," /* of text */                                                  \
	"  text     TEXT NOT NULL," /* the effective recipe, itself a valid one */                 \
	"  UNIQUE (sha256, name, product, revision)) STRICT;\n"                                    \
	"CREATE TABLE fixture ("                                                                   \
	"  id     INTEGER PRIMARY KEY CHECK (id > 0),"                                             \
	"  name   TEXT NOT NULL,"                                                                  \
	"  sha256 TEXT NOT NULL,"                                                                  \
	"  text   TEXT NOT NULL,"                                                                  \
	"  UNIQUE (sha256, name)) STRICT;\n"                                                       \
	"CREATE TABLE image ("                                                                     \
	"  id     INTEGER PRIMARY KEY CHECK (id > 0),"                                             \
	"  name   TEXT NOT NULL,"                                                                  \
	"  sha256 TEXT NOT NULL,"                                                                  \
	"  size   INTEGER NOT NULL CHECK (size >= 0)," /* bytes */                                 \
	"  UNIQUE (sha256, name, size)) STRICT;\n"                                                 \
	"CREATE TABLE station ("                                                                   \
	"  id        INTEGER PRIMARY KEY CHECK (id > 0),"                                          \
	"  name      TEXT NOT NULL,"                                                               \
	"  flashline TEXT NOT NULL," /* versions */                                                \
	"  openocd   TEXT NOT NULL,"                                                               \
	"  sqlite    TEXT NOT NULL,"                                                               \
	"  system    TEXT NOT NULL," /* kernel and machine */                                      \
	"  UNIQUE (name, flashline, openocd, sqlite, system)) STRICT;\n"

/* A serial, and the chip that it belongs to once a run has read it: one row, both ways unique. */
#define TABLE_UNIT                                                                                 \
	"CREATE TABLE unit ("                                                                      \
	"  id     INTEGER PRIMARY KEY CHECK (id > 0),"                                             \
	"  serial TEXT NOT NULL UNIQUE CHECK (serial <> ''),"                                      \
	"  since  TEXT NOT NULL," /* UTC; when first seen */                                       \
	"  uid    TEXT UNIQUE CHECK (length(uid) = 24 AND uid NOT GLOB '*[^0-9A-F]*'),"            \
	"  bound  TEXT,"                         /* UTC; when the chip became this serial's */     \
	"  bound_by INTEGER REFERENCES run(id)," /* and in which run */                            \
	"  CHECK ((uid IS NULL) = (bound IS NULL) AND (uid IS NULL) = (bound_by IS NULL))"         \
	") STRICT;\n"

/* One attempt. Order is by id: a clock may step back, a sequence does not (trust.md section 4.18). */
#define TABLE_RUN                                                                                  \
	"CREATE TABLE run ("                                                                       \
	"  id       INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),"                             \
	"  unit     INTEGER NOT NULL REFERENCES unit(id),"                                         \
	"  slot     INTEGER NOT NULL CHECK (slot >= 0),"                                           \
	"  recipe   INTEGER NOT NULL REFERENCES recipe(id),"                                       \
	"  fixture  INTEGER NOT NULL REFERENCES fixture(id),"                                      \
	"  station  INTEGER NOT NULL REFERENCES station(id),"                                      \
	"  operator TEXT NOT NULL,"                                                                \
	"  began    TEXT NOT NULL," /* UTC, 2026-11-22T13:38:00.123Z */                            \
	"  uid      TEXT,"          /* the chip that was seen, whether or not it was bound */      \
	"  ended    TEXT,"          /* UTC */                                                      \
	"  ms       INTEGER CHECK (ms >= 0)," /* monotonic; NULL: cut off, nobody knows */         \
	"  verdict  TEXT NOT NULL DEFAULT 'RUNNING'"                                               \
	"           CHECK (verdict IN ('RUNNING', 'PASS', 'FAIL', 'ERROR', 'ABORTED')),"           \
	"  blame    TEXT CHECK (blame IN ('board', 'slot', 'station', 'operator')),"               \
	"  code     TEXT," /* a word of core/failure.h */                                          \
	"  step     TEXT," /* where it failed */                                                   \
	"  seen     TEXT,"                                                                         \
	"  advice   TEXT,"                                                                         \
	"  log      TEXT,"                                                                         \
	"  CHECK ((verdict = 'RUNNING') = (ended IS NULL)),"                                       \
	"  CHECK ((verdict IN ('RUNNING', 'PASS')) = (code IS NULL))) STRICT;\n"                   \
	"CREATE INDEX run_by_unit ON run(unit, id);\n"                                             \
	"CREATE INDEX run_open ON run(id) WHERE verdict = 'RUNNING';\n"

/* Clustered by run, without an index of their own. */
#define TABLES_OF_A_RUN                                                                            \
	"CREATE TABLE run_image ("                                                                 \
	"  run   INTEGER NOT NULL REFERENCES run(id),"                                             \
	"  image INTEGER NOT NULL REFERENCES image(id),"                                           \
	"  PRIMARY KEY (run, image)) STRICT, WITHOUT ROWID;\n"                                     \
	"CREATE TABLE step ("                                                                      \
	"  run      INTEGER NOT NULL REFERENCES run(id),"                                          \
	"  position INTEGER NOT NULL CHECK (position >= 0),"                                       \
	"  name     TEXT NOT NULL,"     /* its id in the recipe */                                 \
	"  kind     TEXT NOT NULL,"     /* swd.program */                                          \
	"  offset_ms INTEGER NOT NULL," /* since the run began, monotonic */                       \
	"  ms       INTEGER NOT NULL CHECK (ms >= 0),"                                             \
	"  verdict  TEXT NOT NULL CHECK (verdict IN ('PASS', 'FAIL', 'ERROR', 'ABORTED')),"        \
	"  code     TEXT CHECK (code IS NULL OR verdict <> 'PASS'),"                               \
	"  seen     TEXT,"                                                                         \
	"  PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;\n"                                  \
	"CREATE TABLE value ("                                                                     \
	"  run      INTEGER NOT NULL REFERENCES run(id),"                                          \
	"  position INTEGER NOT NULL,"                                                             \
	"  step     INTEGER NOT NULL," /* its position; it may never end and have no row */        \
	"  name     TEXT NOT NULL,"                                                                \
	"  text     TEXT,"                                                                         \
	"  number   REAL,"                                                                         \
	"  low      REAL,"                                                                         \
	"  high     REAL,"                                                                         \
	"  unit     TEXT,"                                                                         \
	"  CHECK ((text IS NULL) <> (number IS NULL)),"                                            \
	"  PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;\n"

/* A unit changes once, when it is bound; a run while it is open, and never in what it began as. */
#define RULES_OF_UNIT_AND_RUN                                                                      \
	NEVER_DELETED("unit")                                                                      \
	NEVER_REPLACED("unit", "id = NEW.id OR serial = NEW.serial OR uid = NEW.uid")              \
	"CREATE TRIGGER unit_is_bound_once BEFORE UPDATE ON unit"                                  \
	" WHEN OLD.uid IS NOT NULL OR NEW.uid IS NULL OR NEW.id IS NOT OLD.id"                     \
	"   OR NEW.serial IS NOT OLD.serial OR NEW.since IS NOT OLD.since"                         \
	"   OR EXISTS (SELECT 1 FROM unit WHERE uid = NEW.uid)"                                    \
	" BEGIN SELECT RAISE(ABORT, 'unit: a serial is bound once'); END;\n" NEVER_DELETED(        \
		"run") NEVER_REPLACED("run",                                                       \
		"id = NEW.id") "CREATE TRIGGER run_begins_open BEFORE INSERT ON run WHEN "         \
			       "NEW.verdict <> 'RUNNING'"                                          \
			       " BEGIN SELECT RAISE(ABORT, 'run: begins RUNNING'); END;\n"         \
			       "CREATE TRIGGER run_ends_once BEFORE UPDATE ON run WHEN "           \
			       "OLD.verdict <> 'RUNNING'"                                          \
			       " BEGIN SELECT RAISE(ABORT, 'run: it has ended, its row is never "  \
			       "changed'); END;\n"                                                 \
			       "CREATE TRIGGER run_keeps_its_beginning BEFORE UPDATE ON run"       \
			       " WHEN NEW.id IS NOT OLD.id OR NEW.unit IS NOT OLD.unit OR "        \
			       "NEW.slot IS NOT OLD.slot"                                          \
			       "   OR NEW.recipe IS NOT OLD.recipe OR NEW.fixture IS NOT "         \
			       "OLD.fixture"                                                       \
			       "   OR NEW.station IS NOT OLD.station OR NEW.operator IS NOT "      \
			       "OLD.operator"                                                      \
			       "   OR NEW.began IS NOT OLD.began"                                  \
			       " BEGIN SELECT RAISE(ABORT, 'run: what it began as is never "       \
			       "changed'); END;\n"                                                 \
			       "CREATE TRIGGER run_passes_as_a_whole BEFORE UPDATE ON run WHEN "   \
			       "NEW.verdict = 'PASS'"                                              \
			       "   AND EXISTS (SELECT 1 FROM step WHERE run = NEW.id AND verdict " \
			       "<> 'PASS')"                                                        \
			       " BEGIN SELECT RAISE(ABORT, 'run: a step of it did not pass'); "    \
			       "END;\n"

/* Where the chain of records begins, its links, and what was said later about a run. */
#define TABLES_OF_THE_CHAIN                                                                        \
	"CREATE TABLE origin ("                                                                    \
	"  id      INTEGER PRIMARY KEY CHECK (id = 1),"                                            \
	"  journal TEXT NOT NULL," /* a UUID, made with the journal */                             \
	"  created TEXT NOT NULL) STRICT;\n"                                                       \
	"CREATE TABLE correction ("                                                                \
	"  id      INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),"                              \
	"  run     INTEGER NOT NULL REFERENCES run(id),"                                           \
	"  at      TEXT NOT NULL,"                                                                 \
	"  who     TEXT NOT NULL CHECK (who <> ''),"                                               \
	"  why     TEXT NOT NULL CHECK (why <> ''),"                                               \
	"  verdict TEXT CHECK (verdict IN ('PASS', 'FAIL', 'ERROR', 'ABORTED'))"                   \
	") STRICT;\n"                                                                              \
	"CREATE INDEX correction_by_run ON correction(run, id);\n"                                 \
	"CREATE TABLE chain ("                                                                     \
	"  n          INTEGER PRIMARY KEY CHECK (n > 0),"                                          \
	"  run        INTEGER UNIQUE REFERENCES run(id),"                                          \
	"  correction INTEGER UNIQUE REFERENCES correction(id),"                                   \
	"  hash       TEXT NOT NULL CHECK (length(hash) = 64),"                                    \
	"  CHECK ((run IS NULL) <> (correction IS NULL))) STRICT;\n"

/* The production lot, where somebody told it. */
#define LOT_OF_A_RUN                                                                               \
	"ALTER TABLE run ADD COLUMN lot TEXT NOT NULL DEFAULT '';\n"                               \
	"CREATE TRIGGER run_keeps_its_lot BEFORE UPDATE ON run WHEN NEW.lot IS NOT OLD.lot"        \
	" BEGIN SELECT RAISE(ABORT, 'run: what it began as is never changed'); END;\n"             \
	"CREATE INDEX run_by_time ON run(began, unit, verdict);\n"

/* What a run was for: yields count production alone. */
#define PURPOSE_OF_A_RUN                                                                           \
	"ALTER TABLE run ADD COLUMN purpose TEXT NOT NULL DEFAULT 'production'"                    \
	" CHECK (purpose IN ('production', 'selftest', 'qualification'));\n"                       \
	"CREATE TRIGGER run_keeps_its_purpose BEFORE UPDATE ON run"                                \
	" WHEN NEW.purpose IS NOT OLD.purpose"                                                     \
	" BEGIN SELECT RAISE(ABORT, 'run: what it began as is never changed'); END;\n"

/*
 * For people who write SQL: these names and columns stay. `verdict` is what counts, after corrections;
 * `written` what the run ended with.
 */
#define VIEWS                                                                                      \
	"CREATE VIEW v_run AS SELECT run.id AS run, serial, run.uid AS uid, slot,"                 \
	" recipe.name AS recipe, recipe.product AS product, recipe.revision AS revision,"          \
	" recipe.sha256 AS recipe_sha256, fixture.name AS fixture, station.name AS station,"       \
	" flashline, openocd, operator, lot, began, ended, ms / 1000.0 AS seconds,"                \
	" coalesce((SELECT c.verdict FROM correction AS c WHERE c.run = run.id"                    \
	"  AND c.verdict IS NOT NULL ORDER BY c.id DESC LIMIT 1), run.verdict) AS verdict,"        \
	" run.verdict AS written, blame, code, step, seen, purpose"                                \
	" FROM run JOIN unit ON unit.id = run.unit JOIN recipe ON recipe.id = run.recipe"          \
	" JOIN fixture ON fixture.id = run.fixture JOIN station ON station.id = run.station;\n"    \
	"CREATE VIEW v_unit AS SELECT serial, uid, since, bound,"                                  \
	" (SELECT count(*) FROM run WHERE unit = unit.id) AS runs,"                                \
	" (SELECT min(id) FROM run WHERE unit = unit.id) AS first_run,"                            \
	" (SELECT max(id) FROM run WHERE unit = unit.id) AS last_run FROM unit;\n"                 \
	"CREATE VIEW v_step AS SELECT run, position, name AS step, kind,"                          \
	" offset_ms / 1000.0 AS offset, ms / 1000.0 AS seconds, verdict, code, seen FROM step;\n"  \
	"CREATE VIEW v_measurement AS SELECT value.run AS run, value.position AS position,"        \
	" step.name AS step, value.name AS name, text, number, low, high, unit,"                   \
	" CASE WHEN number IS NOT NULL THEN coalesce(number >= low, 1)"                            \
	"  AND coalesce(number <= high, 1) END AS within"                                          \
	" FROM value LEFT JOIN step ON step.run = value.run AND step.position = value.step;\n"     \
	"CREATE VIEW v_yield_daily AS SELECT substr(began, 1, 10) AS day, product, revision,"      \
	" count(*) AS runs, sum(verdict = 'PASS') AS passed, sum(verdict = 'FAIL') AS failed,"     \
	" sum(verdict = 'ERROR') AS errors, sum(verdict = 'ABORTED') AS aborted"                   \
	" FROM v_run WHERE verdict <> 'RUNNING' AND purpose = 'production'"                        \
	" GROUP BY day, product, revision;\n"

/*
 * LEFT JOIN: SQLite leaves out what a query does not name, which an inner join forbids; each run has all four. The ids are
 * for queries that count and need no names.
 */
#define RUNS_READ_AS_NEEDED                                                                        \
	"DROP VIEW v_run;\n"                                                                       \
	"CREATE VIEW v_run AS SELECT run.id AS run, serial, run.uid AS uid, slot,"                 \
	" recipe.name AS recipe, recipe.product AS product, recipe.revision AS revision,"          \
	" recipe.sha256 AS recipe_sha256, fixture.name AS fixture, station.name AS station,"       \
	" flashline, openocd, operator, lot, began, ended, ms / 1000.0 AS seconds,"                \
	" coalesce((SELECT c.verdict FROM correction AS c WHERE c.run = run.id"                    \
	"  AND c.verdict IS NOT NULL ORDER BY c.id DESC LIMIT 1), run.verdict) AS verdict,"        \
	" run.verdict AS written, blame, code, step, seen, purpose,"                               \
	" run.unit AS unit_id, run.recipe AS recipe_id, run.fixture AS fixture_id"                 \
	" FROM run LEFT JOIN unit ON unit.id = run.unit"                                           \
	" LEFT JOIN recipe ON recipe.id = run.recipe"                                              \
	" LEFT JOIN fixture ON fixture.id = run.fixture"                                           \
	" LEFT JOIN station ON station.id = run.station;\n"

static const char *const texts[] = {
	TABLES_OF_FACTS TABLE_UNIT TABLE_RUN TABLES_OF_A_RUN RULES_OF_UNIT_AND_RUN
		/* clang-format off */
	APPEND_ONLY("recipe", "id = NEW.id OR (sha256 = NEW.sha256 AND name = NEW.name"
		" AND product = NEW.product AND revision = NEW.revision)")
	APPEND_ONLY("fixture", "id = NEW.id OR (sha256 = NEW.sha256 AND name = NEW.name)")
	APPEND_ONLY("image", "id = NEW.id OR (sha256 = NEW.sha256 AND name = NEW.name"
		" AND size = NEW.size)")
	APPEND_ONLY("station", "id = NEW.id OR (name = NEW.name AND flashline = NEW.flashline"
		" AND openocd = NEW.openocd AND sqlite = NEW.sqlite AND system = NEW.system)")
	APPEND_ONLY("run_image", "run = NEW.run AND image = NEW.image")
	ONLY_WHILE_OPEN("run_image")
	APPEND_ONLY("step", "run = NEW.run AND position = NEW.position")
	ONLY_WHILE_OPEN("step")
	APPEND_ONLY("value", "run = NEW.run AND position = NEW.position")
	ONLY_WHILE_OPEN("value"),
	TABLES_OF_THE_CHAIN
	APPEND_ONLY("origin", "id = NEW.id")
	APPEND_ONLY("correction", "id = NEW.id")
	APPEND_ONLY("chain", "n = NEW.n OR run = NEW.run OR correction = NEW.correction")
	"CREATE TRIGGER correction_needs_an_ended_run BEFORE INSERT ON correction"
	" WHEN NOT EXISTS (SELECT 1 FROM run WHERE id = NEW.run AND verdict <> 'RUNNING')"
	" BEGIN SELECT RAISE(ABORT, 'correction: this run has not ended'); END;\n"
	LOT_OF_A_RUN PURPOSE_OF_A_RUN VIEWS,
	/* clang-format on */
	RUNS_READ_AS_NEEDED,
};

guint tables_newest(void)
{
	return G_N_ELEMENTS(texts);
}

const char *tables_text(guint from)
{
	return texts[from];
}

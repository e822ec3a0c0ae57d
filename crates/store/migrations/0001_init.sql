-- The library: what was captured, what was read, what was proposed, what was accepted, and every step in between.
-- Columns named `digest` hold BLAKE3 over all other columns of the row (see digest.rs). Times are RFC 3339 in UTC.

CREATE TABLE library_meta (
  key   TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE capture (
  id       TEXT PRIMARY KEY NOT NULL,
  ord      INTEGER NOT NULL UNIQUE,
  sha256   TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  name     TEXT NOT NULL,
  format   TEXT NOT NULL,
  bytes    INTEGER NOT NULL,
  width    INTEGER,
  height   INTEGER,
  added_at TEXT NOT NULL,
  sample   INTEGER NOT NULL,
  digest   BLOB NOT NULL
) STRICT;

CREATE TABLE job (
  id           TEXT PRIMARY KEY NOT NULL,
  capture      TEXT NOT NULL REFERENCES capture (id),
  ord          INTEGER NOT NULL UNIQUE,
  state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'quarantined', 'cancelled')),
  attempt      INTEGER NOT NULL,
  deaths       INTEGER NOT NULL,
  owner_epoch  INTEGER NOT NULL,
  error_code   TEXT,
  error        TEXT,
  seconds      REAL,
  queued_at    TEXT NOT NULL,
  finished_at  TEXT
) STRICT;
CREATE INDEX job_by_capture ON job (capture, ord);
CREATE INDEX job_by_state ON job (state, ord);
-- At most one job of a capture waits or runs.
CREATE UNIQUE INDEX job_active ON job (capture) WHERE state IN ('queued', 'running');

-- The newest reading of a capture; `id` is the capture's.
CREATE TABLE reading (
  id            TEXT PRIMARY KEY NOT NULL REFERENCES capture (id),
  reader        TEXT NOT NULL,
  stage_version INTEGER NOT NULL,
  read_at       TEXT NOT NULL,
  body          TEXT NOT NULL,
  digest        BLOB NOT NULL
) STRICT;

-- The newest proposal for a capture; `id` is the capture's.
CREATE TABLE extraction (
  id            TEXT PRIMARY KEY NOT NULL REFERENCES capture (id),
  proposed_by   TEXT NOT NULL,
  stage_version INTEGER NOT NULL,
  page_kind     TEXT NOT NULL,
  proposed_at   TEXT NOT NULL,
  body          TEXT NOT NULL,
  digest        BLOB NOT NULL
) STRICT;

-- `ord` is the order of creation. A number may come twice: what a merge left over goes with its undo and comes back
-- with its redo, whatever was drafted in between.
CREATE TABLE change_set (
  id          TEXT PRIMARY KEY NOT NULL,
  ord         INTEGER NOT NULL,
  capture     TEXT NOT NULL REFERENCES capture (id),
  job         TEXT,
  title       TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('open', 'merged', 'reverted', 'rejected')),
  revision    INTEGER NOT NULL,
  created_at  TEXT NOT NULL,
  digest      BLOB NOT NULL
) STRICT;
CREATE INDEX change_set_by_capture ON change_set (capture, ord);

-- A tool that a change set speaks of; it becomes a row of `tool` by the merge.
CREATE TABLE change_set_tool (
  id         TEXT PRIMARY KEY NOT NULL,
  change_set TEXT NOT NULL REFERENCES change_set (id),
  ord        INTEGER NOT NULL,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,
  digest     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX change_set_tool_by_set ON change_set_tool (change_set, ord);
CREATE INDEX change_set_tool_by_name ON change_set_tool (name_key);

CREATE TABLE operation (
  id          TEXT PRIMARY KEY NOT NULL,
  change_set  TEXT NOT NULL REFERENCES change_set (id),
  ord         INTEGER NOT NULL,
  tool        INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  rebased_at  INTEGER NOT NULL,
  property    TEXT NOT NULL,
  proposal    TEXT NOT NULL,
  decision    TEXT NOT NULL CHECK (decision IN ('pending', 'accepted', 'edited', 'rejected')),
  edited_text TEXT,
  reason      TEXT,
  decided_at  TEXT,
  digest      BLOB NOT NULL
) STRICT;
CREATE INDEX operation_by_set ON operation (change_set, ord);

CREATE TABLE tool (
  id         TEXT PRIMARY KEY NOT NULL,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  digest     BLOB NOT NULL
) STRICT;

-- History is never overwritten: a changed value is a new row that supersedes the old one.
-- `event` and `ord` give the order in which claims were recorded, whatever the clock said.
CREATE TABLE claim (
  id            TEXT PRIMARY KEY NOT NULL,
  event         INTEGER NOT NULL,
  ord           INTEGER NOT NULL,
  tool          TEXT NOT NULL REFERENCES tool (id),
  property      TEXT NOT NULL,
  value         TEXT NOT NULL,
  raw_text      TEXT NOT NULL,
  speaker       TEXT NOT NULL,
  status        TEXT NOT NULL,
  confidence    REAL,
  valid_from    TEXT NOT NULL,
  valid_to      TEXT,
  recorded_from TEXT NOT NULL,
  recorded_to   TEXT,
  supersedes    TEXT REFERENCES claim (id),
  locked        INTEGER NOT NULL,
  proposed_by   TEXT NOT NULL,
  operation     TEXT REFERENCES operation (id),
  digest        BLOB NOT NULL
) STRICT;
CREATE INDEX claim_by_tool ON claim (tool, event, ord);
CREATE INDEX claim_by_supersedes ON claim (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX claim_by_operation ON claim (operation) WHERE operation IS NOT NULL;

-- `lines` is a JSON array of {text, bounds}: one pixel box of the upright picture for each visual line.
CREATE TABLE evidence (
  id      TEXT PRIMARY KEY NOT NULL,
  claim   TEXT NOT NULL REFERENCES claim (id),
  ord     INTEGER NOT NULL,
  capture TEXT NOT NULL REFERENCES capture (id),
  quote   TEXT NOT NULL,
  lines   TEXT NOT NULL,
  matched TEXT NOT NULL,
  digest  BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_by_claim ON evidence (claim, ord);
CREATE INDEX evidence_by_capture ON evidence (capture);

-- What the reviewer rejected, so that it is not proposed again.
CREATE TABLE rejected (
  id        TEXT PRIMARY KEY NOT NULL,
  name_key  TEXT NOT NULL,
  property  TEXT NOT NULL,
  value_key TEXT NOT NULL,
  operation TEXT NOT NULL,
  at        TEXT NOT NULL,
  digest    BLOB NOT NULL
) STRICT;
CREATE INDEX rejected_by_operation ON rejected (operation);

-- One row for each step that a person took. `line` is the journal's line, byte for byte: it holds the patch with the
-- rows before and after, so that the inverse follows from it; `hash` is BLAKE3 of the line, which names the previous hash.
CREATE TABLE event (
  seq        INTEGER PRIMARY KEY NOT NULL,
  id         TEXT NOT NULL UNIQUE,
  at         TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('decide', 'name', 'merge', 'undo', 'redo')),
  title      TEXT NOT NULL,
  change_set TEXT NOT NULL,
  undo_of    TEXT,
  line       TEXT NOT NULL,
  hash       TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_undo ON event (undo_of, seq) WHERE undo_of IS NOT NULL;
CREATE INDEX event_by_kind ON event (kind, seq);
CREATE INDEX event_by_change_set ON event (change_set, seq);

-- What the search index has to look at again; index.db remembers the last number it has seen.
CREATE TABLE index_change (
  seq  INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('tool', 'capture')),
  id   TEXT NOT NULL
) STRICT;

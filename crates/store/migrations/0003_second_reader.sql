-- Captures that wait for a vision-language model, and what became of them. The text reader's result does not depend on it.
CREATE TABLE look (
  id          TEXT PRIMARY KEY NOT NULL,
  capture     TEXT NOT NULL REFERENCES capture (id),
  ord         INTEGER NOT NULL UNIQUE,
  pack        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  attempt     INTEGER NOT NULL,
  deaths      INTEGER NOT NULL,
  model       TEXT,
  change_set  TEXT,
  error_code  TEXT,
  error       TEXT,
  seconds     REAL,
  queued_at   TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE INDEX look_by_capture ON look (capture, ord);
CREATE INDEX look_by_state ON look (state, ord);
-- At most one look at a capture waits or runs.
CREATE UNIQUE INDEX look_active ON look (capture) WHERE state IN ('queued', 'running');

-- For people who cannot see the picture; `id` is the capture's. `written_by` is empty where a person wrote it.
CREATE TABLE alt_text (
  id         TEXT PRIMARY KEY NOT NULL REFERENCES capture (id),
  text       TEXT NOT NULL,
  written_by TEXT,
  written_at TEXT NOT NULL,
  digest     BLOB NOT NULL
) STRICT;

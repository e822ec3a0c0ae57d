-- The library over time: pages and their versions, names of tools, what a person settled, what is searched by.

-- Steps of new kinds: 'edit' is any other change of the library that can be undone, 'redact' one that cannot.
CREATE TABLE event_2 (
  seq        INTEGER PRIMARY KEY NOT NULL,
  id         TEXT NOT NULL UNIQUE,
  at         TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('decide', 'name', 'merge', 'edit', 'redact', 'undo', 'redo')),
  title      TEXT NOT NULL,
  change_set TEXT NOT NULL,
  undo_of    TEXT,
  line       TEXT NOT NULL,
  hash       TEXT NOT NULL
) STRICT;
INSERT INTO event_2 SELECT seq, id, at, kind, title, change_set, undo_of, line, hash FROM event;
DROP TABLE event;
ALTER TABLE event_2 RENAME TO event;
CREATE INDEX event_by_undo ON event (undo_of, seq) WHERE undo_of IS NOT NULL;
CREATE INDEX event_by_kind ON event (kind, seq);
CREATE INDEX event_by_change_set ON event (change_set, seq);
CREATE INDEX event_by_time ON event (at);

-- A page that was captured more than once.
CREATE TABLE source (
  id         TEXT PRIMARY KEY NOT NULL,
  title      TEXT NOT NULL,
  created_at TEXT NOT NULL,
  digest     BLOB NOT NULL
) STRICT;

-- Which state of which page a capture shows; `id` is the capture's. A second sighting has the version of the first.
CREATE TABLE capture_source (
  id      TEXT PRIMARY KEY NOT NULL REFERENCES capture (id),
  source  TEXT NOT NULL REFERENCES source (id),
  version INTEGER NOT NULL,
  digest  BLOB NOT NULL
) STRICT;
CREATE INDEX capture_source_by_source ON capture_source (source, version);

-- What looks like another state of a page that was captured before; `id` is the later capture's.
CREATE TABLE page_match (
  id       TEXT PRIMARY KEY NOT NULL REFERENCES capture (id),
  earlier  TEXT NOT NULL REFERENCES capture (id),
  likeness TEXT NOT NULL,
  answer   TEXT,
  digest   BLOB NOT NULL
) STRICT;
CREATE INDEX page_match_open ON page_match (id) WHERE answer IS NULL;

-- Numbers by which alike pages are found; derived from the readings (domain::page).
CREATE TABLE page_sketch (
  slot    INTEGER NOT NULL,
  number  INTEGER NOT NULL,
  capture TEXT NOT NULL,
  PRIMARY KEY (slot, number, capture)
) STRICT, WITHOUT ROWID;
CREATE INDEX page_sketch_by_capture ON page_sketch (capture);

-- What is known about a capture besides its pixels; `id` is capture and field.
CREATE TABLE capture_field (
  id      TEXT PRIMARY KEY NOT NULL,
  capture TEXT NOT NULL REFERENCES capture (id),
  field   TEXT NOT NULL,
  value   TEXT NOT NULL,
  basis   TEXT NOT NULL CHECK (basis IN ('read', 'given', 'file')),
  digest  BLOB NOT NULL
) STRICT;
CREATE INDEX capture_field_by_capture ON capture_field (capture);

-- Parts of a capture that were removed for good: how many and when, never what.
CREATE TABLE redaction (
  id      TEXT PRIMARY KEY NOT NULL,
  capture TEXT NOT NULL REFERENCES capture (id),
  regions INTEGER NOT NULL,
  at      TEXT NOT NULL,
  digest  BLOB NOT NULL
) STRICT;
CREATE INDEX redaction_by_capture ON redaction (capture);

-- What was thrown away and can be taken back for a while; `id` is the capture's.
CREATE TABLE trash (
  id         TEXT PRIMARY KEY NOT NULL REFERENCES capture (id),
  deleted_at TEXT NOT NULL,
  purged     INTEGER NOT NULL,
  digest     BLOB NOT NULL
) STRICT;

-- Other names of a tool.
CREATE TABLE tool_alias (
  id       TEXT PRIMARY KEY NOT NULL,
  tool     TEXT NOT NULL REFERENCES tool (id),
  name     TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  kind     TEXT NOT NULL CHECK (kind IN ('name', 'former', 'edition', 'version', 'handle')),
  digest   BLOB NOT NULL
) STRICT;
CREATE INDEX tool_alias_by_tool ON tool_alias (tool);

-- Who makes a tool; `id` is the tool's.
CREATE TABLE tool_vendor (
  id       TEXT PRIMARY KEY NOT NULL REFERENCES tool (id),
  name     TEXT NOT NULL,
  name_key TEXT NOT NULL,
  digest   BLOB NOT NULL
) STRICT;
CREATE INDEX tool_vendor_by_name ON tool_vendor (name_key);

CREATE TABLE tool_relation (
  id     TEXT PRIMARY KEY NOT NULL,
  tool   TEXT NOT NULL REFERENCES tool (id),
  kind   TEXT NOT NULL CHECK (kind IN ('competitor', 'alternative', 'part_of', 'built_on', 'edition_of', 'version_of',
           'renamed_to', 'acquired_by', 'mentioned_with')),
  other  TEXT NOT NULL REFERENCES tool (id),
  note   TEXT,
  at     TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX tool_relation_once ON tool_relation (tool, kind, other);
CREATE INDEX tool_relation_by_other ON tool_relation (other);

-- Names of which a person said that they are two tools; the keys are in order.
CREATE TABLE tool_different (
  id       TEXT PRIMARY KEY NOT NULL,
  name_key TEXT NOT NULL,
  other_key TEXT NOT NULL,
  reason   TEXT,
  at       TEXT NOT NULL,
  digest   BLOB NOT NULL
) STRICT;

-- Two tools that a person made one, with what is needed to part them later.
CREATE TABLE tool_merge (
  id       TEXT PRIMARY KEY NOT NULL,
  tool     TEXT NOT NULL REFERENCES tool (id),
  absorbed TEXT NOT NULL,
  name     TEXT NOT NULL,
  body     TEXT NOT NULL,
  at       TEXT NOT NULL,
  digest   BLOB NOT NULL
) STRICT;
CREATE INDEX tool_merge_by_tool ON tool_merge (tool);

-- A property of a tool that machines may not change.
CREATE TABLE field_lock (
  id       TEXT PRIMARY KEY NOT NULL,
  tool     TEXT NOT NULL REFERENCES tool (id),
  property TEXT NOT NULL,
  at       TEXT NOT NULL,
  digest   BLOB NOT NULL
) STRICT;
CREATE INDEX field_lock_by_tool ON field_lock (tool);

-- What a person said about claims that stand against each other; `claims` is the contradiction's key.
CREATE TABLE settlement (
  id       TEXT PRIMARY KEY NOT NULL,
  tool     TEXT NOT NULL REFERENCES tool (id),
  property TEXT NOT NULL,
  claims   TEXT NOT NULL,
  chosen   TEXT,
  note     TEXT,
  at       TEXT NOT NULL,
  digest   BLOB NOT NULL
) STRICT;
CREATE INDEX settlement_by_tool ON settlement (tool);

-- Categories and tags, and the words that mean them.
CREATE TABLE term (
  id        TEXT PRIMARY KEY NOT NULL,
  scheme    TEXT NOT NULL CHECK (scheme IN ('category', 'tag')),
  label     TEXT NOT NULL,
  label_key TEXT NOT NULL,
  digest    BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX term_by_label ON term (scheme, label_key);
CREATE TABLE term_label (
  id        TEXT PRIMARY KEY NOT NULL,
  term      TEXT NOT NULL REFERENCES term (id),
  label     TEXT NOT NULL,
  label_key TEXT NOT NULL,
  digest    BLOB NOT NULL
) STRICT;
CREATE INDEX term_label_by_term ON term_label (term);
CREATE TABLE term_link (
  id     TEXT PRIMARY KEY NOT NULL,
  term   TEXT NOT NULL REFERENCES term (id),
  tool   TEXT NOT NULL REFERENCES tool (id),
  origin TEXT NOT NULL CHECK (origin IN ('person', 'page')),
  digest BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX term_link_once ON term_link (term, tool);
CREATE INDEX term_link_by_tool ON term_link (tool);

-- One note of a person for each tool, capture and claim; `id` is kind and target.
CREATE TABLE note (
  id     TEXT PRIMARY KEY NOT NULL,
  kind   TEXT NOT NULL CHECK (kind IN ('tool', 'capture', 'claim')),
  target TEXT NOT NULL,
  text   TEXT NOT NULL,
  at     TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT;

CREATE TABLE saved_search (
  id     TEXT PRIMARY KEY NOT NULL,
  name   TEXT NOT NULL,
  query  TEXT NOT NULL,
  at     TEXT NOT NULL,
  digest BLOB NOT NULL
) STRICT;

-- What lists and filters of tools show; derived from the claims and made again where it is missing.
CREATE TABLE tool_summary (
  id             TEXT PRIMARY KEY NOT NULL REFERENCES tool (id) ON DELETE CASCADE,
  tagline        TEXT,
  category       TEXT,
  entry_price    TEXT,
  monthly        REAL,
  currency       TEXT,
  licence        TEXT,
  offline        INTEGER,
  verified       INTEGER NOT NULL,
  claims         INTEGER NOT NULL,
  captures       INTEGER NOT NULL,
  unsettled      INTEGER NOT NULL,
  contradictions INTEGER NOT NULL,
  last_seen      TEXT
) STRICT;

CREATE INDEX claim_current_by_tool ON claim (tool, event, ord) WHERE recorded_to IS NULL;
CREATE INDEX change_set_open ON change_set (ord) WHERE state IN ('open', 'reverted');

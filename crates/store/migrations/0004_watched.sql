-- Folders of this computer from which new pictures are taken in by themselves.
CREATE TABLE watched_folder (
  id       TEXT PRIMARY KEY NOT NULL,
  path     TEXT NOT NULL UNIQUE,
  paused   INTEGER NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

-- Files that are known there, by their path below the folder: a file of the same size and time is not looked at again.
-- Without a capture and a code it was there before the folder was watched.
CREATE TABLE watched_file (
  folder   TEXT NOT NULL REFERENCES watched_folder (id) ON DELETE CASCADE,
  path     TEXT NOT NULL,
  bytes    INTEGER NOT NULL,
  modified TEXT NOT NULL,
  capture  TEXT,
  code     TEXT,
  message  TEXT,
  at       TEXT NOT NULL,
  PRIMARY KEY (folder, path)
) STRICT, WITHOUT ROWID;

-- From when on a tool has a claim that was not seen for long; missing where none of its claims ages. The rows are made
-- again when the library is opened.
ALTER TABLE tool_summary ADD COLUMN stale_from TEXT;
DELETE FROM tool_summary;

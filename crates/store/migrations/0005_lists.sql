-- What the list of captures shows of an extraction, without reading its whole body.
CREATE INDEX extraction_page_kind ON extraction (id, page_kind);

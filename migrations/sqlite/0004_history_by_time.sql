-- The history of a type or of everything goes from the newest version on.
CREATE INDEX history_updated ON history (updated, rid, version);
